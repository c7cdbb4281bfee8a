/** The network over a whole sequence, as training runs it, with given weights. */

import { encodeModel, GraphBuilder } from '@lifegpt/onnx-training';
import { Tensor } from 'onnxruntime-common';
import type { GptConfig } from '../src/network/gpt-config.js';
import { buildGpt, declareGptInputs } from '../src/network/gpt.js';
import type { NamedTensor } from '../src/folder/safetensors.js';
import { cpu } from './runtime.js';

/** Logits `[boards, keep, vocabulary]` of the last tokens. */
export type WholeSequence = (
  inputIds: Int32Array,
  boards: number,
  positions: Int32Array,
  keep: number,
  keyScores?: Float32Array,
) => Promise<Float32Array>;

/** Compiles it; with `forgets`, every run takes a mask of keys. */
export async function compileWholeSequence(
  config: GptConfig,
  tensors: readonly NamedTensor[],
  forgets = false,
): Promise<WholeSequence> {
  const graph = new GraphBuilder('whole');
  const weights = new Map(
    tensors.map(({ name, shape, data }) => [name, graph.initializer(name, shape, data)]),
  );
  const inputs = declareGptInputs(graph);
  const parameter = (name: string) => weights.get(name)!;
  const mask = forgets
    ? { keyScores: graph.input('key_scores', 'float', ['batch_size', 'tokens']) }
    : {};
  graph.output('logits', buildGpt(graph, config, { ...inputs, ...mask, parameter }));
  const session = await cpu.createSession(encodeModel(graph));
  return async (inputIds, boards, positions, keep, keyScores) => {
    const tokens = inputIds.length / boards;
    const outputs = await session.run({
      input_ids: new Tensor('int32', inputIds, [boards, tokens]),
      position_ids: new Tensor('int32', positions, [tokens, positions.length / tokens]),
      num_logits_to_keep: new Tensor('int64', BigInt64Array.of(BigInt(keep)), [1]),
      ...(keyScores === undefined
        ? {}
        : { key_scores: new Tensor('float32', keyScores, [boards, tokens]) }),
    });
    return outputs['logits']!.data as Float32Array;
  };
}
