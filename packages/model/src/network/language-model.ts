/** A language model: trained weights that are ready to run, token ids in, logits out. */

import type { Tokenizer } from '@lifegpt/core';
import type { ModelConfig } from './config.js';

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
   */
  prefill(inputIds: Int32Array, boards: number, positions: Int32Array): Promise<KeyValueCache>;
  /** Frees the runtime's memory. */
  release(): Promise<void>;
}

/**
 * What an answer's logits have to be good for: to choose the likeliest token, whose margin may be off by a bound that is known
 * not to turn it, or for anything else, a sample above all.
 */
export type Precision = 'best token' | 'logits';

/** Keys and values of tokens that were read. They stay on the device. */
export interface KeyValueCache {
  /**
   * One pass over tokens behind the cache, which stays as it is.
   * @param inputIds `[boards, tokens]`
   * @param positions `[tokens, columns]`
   * @param precision the best token when left out
   * @returns logits `[boards, tokens, vocabulary]`
   */
  answer(inputIds: Int32Array, positions: Int32Array, precision?: Precision): Promise<Float32Array>;
  /** As `answer` with one token a board, which then belongs to the cache. */
  append(inputIds: Int32Array, positions: Int32Array): Promise<Float32Array>;
  /** Frees the device's memory. */
  release(): void;
}
