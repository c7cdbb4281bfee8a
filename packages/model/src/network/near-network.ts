/**
 * The network of `location-network.ts` for the cells of one class of a plan: what they read is gathered, what it adds is one
 * product, and the look-up is the same. Shapes: B texts, N cells, G and F places on the given board and the one behind it.
 */

import { FORM_BITS, listBitPlaces, numberOfPart, RULE_AXES, type RuleForm } from '@lifegpt/core';
import type { NamedTensor } from '../folder/safetensors.js';
import { GraphBuilder, type Value } from '../graph/builder.js';
import { lookUpWidth, type LocationConfig } from './location-config.js';
import { countOutputs } from './near-plan.js';

/** Builds the graph: logits `[B, N, vocabulary]`, and the share of set bits that each token found, `[B, N, 1]`. */
export function buildNear(
  config: LocationConfig,
  tensors: readonly NamedTensor[],
  own: Float32Array,
  form: RuleForm,
): GraphBuilder {
  const graph = new GraphBuilder('near');
  const [outputs, vocabulary] = [countOutputs(config), config.vocab_size];
  const axes = RULE_AXES.length;
  const bits = FORM_BITS[form];
  const given = graph.input('given', 'float', ['batch_size', 'cells']);
  const following = graph.input('following', 'float', ['batch_size', 'cells']);
  const givenPlaces = graph.input('given_places', 'int32', ['queries', 'given']);
  const followingPlaces = graph.input('following_places', 'int32', ['queries', 'following']);
  const givenWeights = graph.input('given_weights', 'float', ['given', outputs]);
  const followingWeights = graph.input('following_weights', 'float', ['following', outputs]);
  const base = graph.input('base', 'float', [outputs]);
  const queryIds = graph.input('query_ids', 'int32', ['batch_size', 'queries']);
  const rule = graph.input('rule', 'float', ['batch_size', bits, 1]);

  const shape = ['batch_size', 'queries', outputs];
  const read = (board: Value, places: Value, weights: Value): Value => {
    const found = [...shape.slice(0, 2), places.shape[1]!];
    const states = graph.emit('Gather', [board, places], 'float', found, { axis: 1 });
    return graph.emit('MatMul', [states, weights], 'float', shape);
  };
  const add = (a: Value, b: Value): Value => graph.emit('Add', [a, b], 'float', shape);
  const table = graph.initializer('own', [vocabulary, outputs], own);
  const itself = graph.emit('Gather', [table, queryIds], 'float', shape, { axis: 0 });
  const all = add(
    add(read(given, givenPlaces, givenWeights), read(following, followingPlaces, followingWeights)),
    add(itself, base),
  );
  const cut = (from: number, to: number): Value =>
    graph.emit('Slice', [all, ...[from, to, 2].map((n) => graph.constant([n], 'int64'))], 'float', [
      ...shape.slice(0, 2),
      to - from,
    ]);
  const { scale, shift, ifUnset, ifSet } = foldLookUp(config, tensors, form);
  // minus the squared distance to each bit's place, less what is the same for all bits
  const scores = graph.emit(
    'Add',
    [
      graph.emit(
        'MatMul',
        [cut(0, axes), graph.initializer('scale', [axes, bits], scale)],
        'float',
        [...shape.slice(0, 2), bits],
      ),
      graph.initializer('shift', [bits], shift),
    ],
    'float',
    [...shape.slice(0, 2), bits],
  );
  const weights = graph.emit('Softmax', [scores], 'float', scores.shape, { axis: -1 });
  const share = graph.emit('MatMul', [weights, rule], 'float', [...shape.slice(0, 2), 1]);
  graph.output('share', share);
  const step = ifSet.map((value, id) => value - ifUnset[id]!);
  const looked = graph.emit(
    'Add',
    [
      graph.emit('Mul', [share, graph.initializer('step', [vocabulary], step)], 'float', [
        ...shape.slice(0, 2),
        vocabulary,
      ]),
      graph.initializer('unset', [vocabulary], ifUnset),
    ],
    'float',
    [...shape.slice(0, 2), vocabulary],
  );
  graph.output('logits', graph.emit('Add', [cut(axes, outputs), looked], 'float', looked.shape));
  return graph;
}

/** The third layer as a linear map before its softmax and one behind it. */
export interface FoldedLookUp {
  /** `[axes, bits]` and `[bits]`: scores of a place. */
  readonly scale: Float32Array;
  readonly shift: Float32Array;
  /** `[vocabulary]`: logits of a bit that is not set, and of one that is. */
  readonly ifUnset: Float32Array;
  readonly ifSet: Float32Array;
  /** `[axes]`: how steep the scores are along each axis, over the whole of it. */
  readonly steepness: Float32Array;
}

/** Folds the weights of a look-up by cells. The tokens of a rule's bits are those of the states: ids 0 and 1. */
export function foldLookUp(
  config: LocationConfig,
  tensors: readonly NamedTensor[],
  form: RuleForm,
): FoldedLookUp {
  const of = (name: string): Float32Array => tensors.find((tensor) => tensor.name === name)!.data;
  const { n_embd: width, vocab_size: vocabulary } = config;
  const [axes, bits] = [RULE_AXES.length, FORM_BITS[form]];
  const places = listBitPlaces(form);
  const sharpness = RULE_AXES.map((axis, a) =>
    axis.form === form ? Math.exp(of('h.2.attn.sharpness')[a]!) : 0,
  );
  const scale = new Float32Array(axes * bits);
  const shift = new Float32Array(bits);
  for (let bit = 0; bit < bits; bit++) {
    sharpness.forEach((lambda, a) => {
      const place = places[bit * axes + a]!;
      scale[a * bits + bit] = 2 * lambda * place;
      shift[bit]! -= lambda * place * place;
    });
  }
  const found = lookUpWidth(config);
  const part = of('wpe.part.weight').subarray(
    numberOfPart(form === 'counts' ? 'bit' : 'table bit') * width,
  );
  const logitsOf = (id: number): Float32Array => {
    const x = Array.from({ length: width }, (_, i) => of('wte.weight')[id * width + i]! + part[i]!);
    const value = Array.from({ length: found }, (_, v) =>
      x.reduce((sum, xi, i) => sum + xi * of('h.2.attn.c_value.weight')[i * found + v]!, 0),
    );
    const stream = Array.from({ length: width }, (_, i) =>
      value.reduce((sum, vi, v) => sum + vi * of('h.2.attn.c_proj.weight')[v * width + i]!, 0),
    );
    return Float32Array.from({ length: vocabulary }, (_, token) =>
      stream.reduce((sum, xi, i) => sum + xi * of('lm_head.weight')[token * width + i]!, 0),
    );
  };
  const steepness = Float32Array.from(
    RULE_AXES,
    ({ places: count }, a) => 2 * sharpness[a]! * (count - 1),
  );
  return { scale, shift, ifUnset: logitsOf(0), ifSet: logitsOf(1), steepness };
}
