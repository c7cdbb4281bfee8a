/** A language model: trained weights that are ready to run, token ids in, logits out. */

import type { Tokenizer } from '@lifegpt/core';
import type { ModelConfig } from './config.js';
import type { NearModel } from './near-states.js';

/** A model that is ready to run. */
export interface LanguageModel {
  /** What it is called in messages and reports. */
  readonly name: string;
  readonly config: ModelConfig;
  readonly tokenizer: Tokenizer;
  /** The execution provider that it runs on. */
  readonly device: string;
  /** Tokens a pass, of all boards together, with which the device is fastest. */
  readonly tokensAPass: number;
  /**
   * Computes the keys and values of the tokens that all passes begin with.
   * @param inputIds `[boards, tokens]`
   * @param positions `[tokens, columns]`
   * @param signal ends long passes behind the cache between two of their pieces
   */
  prefill(
    inputIds: Int32Array,
    boards: number,
    positions: Int32Array,
    signal?: AbortSignal,
  ): Promise<KeyValueCache>;
  /** Passes over whole boards by a plan, where the model has one. */
  readonly near?: NearModel;
  /** Frees the runtime's memory. */
  release(): Promise<void>;
}

/** Keys and values of tokens that were read. They stay on the device. */
export interface KeyValueCache {
  /**
   * One pass over tokens behind the cache, which stays as it is.
   * @param inputIds `[boards, tokens]`
   * @param positions `[tokens, columns]`
   * @returns logits `[boards, tokens, vocabulary]`
   */
  answer(inputIds: Int32Array, positions: Int32Array): Promise<Float32Array>;
  /** As `answer` with one token a board, which then belongs to the cache. */
  append(inputIds: Int32Array, positions: Int32Array): Promise<Float32Array>;
  /** Frees the device's memory. */
  release(): void;
}
