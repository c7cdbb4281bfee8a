/**
 * The network with the inputs of Hugging Face's libraries: texts of a batch may be padded, on either side, so each has
 * positions of its own and says which tokens are padding. Its opset is old enough for runtimes of 2022.
 */

import { add, gather, GraphBuilder, type Value } from '@lifegpt/onnx-training';
import type { NamedTensor } from '../folder/safetensors.js';
import { buildBehindCache, openParts, type OpenedGraph } from './cached-gpt.js';
import type { GptConfig } from './gpt-config.js';
import { addKeyScores, causalMask } from './gpt-parts.js';
import { rotaryAngles } from './rotary.js';

/** The first opset with LayerNormalization. */
const EXPORTED_OPSET = 17;

/**
 * Inputs `input_ids` and `position_ids` `[batch_size, sequence_length]`, `attention_mask`
 * `[batch_size, total_sequence_length]`, all int64, and `past_key_values.<layer>.key|value`; outputs `logits` and
 * `present.<layer>.key|value`.
 */
export function buildExportedGpt(config: GptConfig, tensors: readonly NamedTensor[]): GraphBuilder {
  const graph = new GraphBuilder('gpt', EXPORTED_OPSET);
  const shape = ['batch_size', 'sequence_length'];
  const inputIds = graph.input('input_ids', 'int64', shape);
  const keys = ['batch_size', 'total_sequence_length'];
  const attended = graph.input('attention_mask', 'int64', keys);
  const positions = graph.input('position_ids', 'int64', shape);
  const mask = emitMask(graph, inputIds, attended);
  return buildBehindCache(embedTexts(graph, config, tensors, inputIds, positions), {
    kind: 'masked',
    mask,
  });
}

/** Tokens at positions that each text has of its own. */
function embedTexts(
  graph: GraphBuilder,
  config: GptConfig,
  tensors: readonly NamedTensor[],
  inputIds: Value,
  positions: Value,
): OpenedGraph {
  const parts = openParts(graph, config, tensors);
  const toInt32 = (value: Value): Value =>
    graph.emit('Cast', [value], 'int32', value.shape, { to: 6 });
  const tokens = gather(graph, parts.parameter('wte.weight'), toInt32(inputIds));
  if (config.position_scheme === 'learned') {
    const places = gather(graph, parts.parameter('wpe.weight'), toInt32(positions));
    return { parts, rotary: null, x: add(graph, tokens, places) };
  }
  const axes = graph.constant([1, 3], 'int64'); // for heads, and for a head's numbers
  const [batch, count] = positions.shape;
  const columns = [batch!, 1, count!, 1];
  const column = graph.emit('Unsqueeze', [positions, axes], 'int64', columns);
  return { parts, rotary: rotaryAngles(graph, config, column), x: tokens };
}

/** `[batch, 1, tokens, keys]`: very negative at keys that are later, or padding. */
function emitMask(graph: GraphBuilder, inputIds: Value, attended: Value): Value {
  const length = (value: Value): Value =>
    graph.emit('Shape', [value], 'int64', [1], { start: 1, end: 2 });
  const [tokens, keys] = [inputIds.shape[1]!, attended.shape[1]!];
  const keyCount = length(attended);
  const start = graph.emit('Sub', [keyCount, length(inputIds)], 'int64', [1]);
  const causal = causalMask(graph, keyCount, start, tokens, keys);
  const isPadding = graph.emit(
    'Equal',
    [attended, graph.constant(0, 'int64')],
    'bool',
    attended.shape,
  );
  const [open, closed] = [0, -1e9].map((score) => graph.constant(score, 'float'));
  const scores = graph.emit('Where', [isPadding, closed!, open!], 'float', attended.shape);
  return addKeyScores(graph, causal, scores);
}
