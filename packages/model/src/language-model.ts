/** Trained weights, compiled: token ids in, logits out. It knows nothing of boards. */

import type { Tokenizer } from '@lifegpt/core';
import { Tensor } from 'onnxruntime-common';
import type { GptConfig } from './config.js';
import { buildGpt, declareGptInputs } from './gpt.js';
import { GraphBuilder } from './graph/builder.js';
import { encodeModel } from './graph/proto.js';
import type { Runtime } from './runtime.js';
import type { NamedTensor } from './safetensors.js';

/** A model that is ready to run. */
export interface LanguageModel {
  /** What it is called in messages and reports. */
  readonly name: string;
  readonly config: GptConfig;
  readonly tokenizer: Tokenizer;
  /** The execution provider that it runs on. */
  readonly device: string;
  /**
   * One forward pass.
   * @param inputIds `[boards, tokens]`
   * @param positions `[tokens, columns]`
   * @param keep how many of the last tokens' logits are wanted
   * @returns `[boards, keep, vocabulary]`
   */
  logits(
    inputIds: Int32Array,
    boards: number,
    positions: Int32Array,
    keep: number,
  ): Promise<Float32Array>;
  /** Frees the runtime's memory. */
  release(): Promise<void>;
}

/** What a language model is made of. */
export interface LanguageModelParts {
  readonly name: string;
  readonly config: GptConfig;
  readonly tokenizer: Tokenizer;
  readonly tensors: readonly NamedTensor[];
  readonly runtime: Runtime;
}

/** Builds the inference graph around the weights and compiles it. */
export async function createLanguageModel(parts: LanguageModelParts): Promise<LanguageModel> {
  const { name, config, tokenizer, tensors, runtime } = parts;
  const session = await runtime.createSession(encodeModel(buildInference(config, tensors)));

  async function logits(
    inputIds: Int32Array,
    boards: number,
    positions: Int32Array,
    keep: number,
  ): Promise<Float32Array> {
    const tokens = inputIds.length / boards;
    const outputs = await session.run({
      input_ids: new Tensor('int32', inputIds, [boards, tokens]),
      position_ids: new Tensor('int32', positions, [tokens, positions.length / tokens]),
      num_logits_to_keep: new Tensor('int64', BigInt64Array.of(BigInt(keep)), [1]),
    });
    return outputs.logits!.data as Float32Array;
  }

  return {
    name,
    config,
    tokenizer,
    device: runtime.device,
    logits,
    release: () => session.release(),
  };
}

/** The graph that maps tokens to logits, with the weights inside. */
export function buildInference(config: GptConfig, tensors: readonly NamedTensor[]): GraphBuilder {
  const graph = new GraphBuilder('gpt');
  const weights = new Map(
    tensors.map(({ name, shape, data }) => [name, graph.initializer(name, shape, data)]),
  );
  const inputs = declareGptInputs(graph, config);
  const logits = buildGpt(graph, config, { ...inputs, parameter: (name) => weights.get(name)! });
  graph.output('logits', logits);
  return graph;
}
