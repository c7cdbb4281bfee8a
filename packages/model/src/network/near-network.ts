/**
 * The network of `location-network.ts` for cells that read what their stencils list: what a window adds to the streams is one
 * product, the look-up is a product of gates, and what comes out is by how much a cell's token is certain. Shapes: B texts, G
 * groups of N cells with one stencil each, K places.
 *
 * Uncertain are where streams lie on the axes, by a slack. Between two places the odds of a gate g move by a factor of at most
 * f, and so g by at most g (1 - g) (f - 1). On an axis of nine places p with probabilities P, all odds against any place c
 * move by at most e^(t |p - c|), and so the distribution by at most Σ P(p) (e^(t |p - c|) - 1) in total variation (the smallest
 * over c counts). The share of a rule's set bits moves by no more than the sum of these over the axes, whatever the rule.
 */

import { FORM_BITS, RULE_AXES, type RuleForm } from '@lifegpt/core';
import { GraphBuilder, type Value } from '@lifegpt/onnx-training';

/** What a group's linear part brings, a row each. */
export const NEAR_ROWS: Readonly<Record<RuleForm, number>> = {
  // the odds of survival, a score for each count, and `1` over `0`
  counts: 11,
  // the odds of each cell of the neighbourhood, and `1` over `0`
  table: 10,
};
/** Places of the axis of counts. */
export const COUNTS = RULE_AXES[1]!.places;
/** Axes of a table's cube. */
const CUBE = 9;
/** The gates of a table's first cells are one side of a product, those of the others the other: 16 by 32 bits. */
const FIRST_GATES = 4;

/** The shape of a text's rule as the graph takes it, `foldRule`. */
export const RULE_SHAPE: Readonly<Record<RuleForm, readonly [number, number]>> = {
  counts: [3, COUNTS],
  table: [2 ** FIRST_GATES, 2 ** (CUBE - FIRST_GATES)],
};

/** Writes a rule as the graph takes it. @param bits 0 or 1 each, from `from` on @param to from `at` on */
export function foldRule(
  form: RuleForm,
  bits: ArrayLike<number>,
  from: number,
  to: Float32Array,
  at: number,
): void {
  if (form === 'table') {
    for (let bit = 0; bit < FORM_BITS.table; bit++) to[at + bit] = bits[from + bit]!;
    return;
  }
  // births, what survival adds to them, and ones for the sum of all weights
  for (let count = 0; count < COUNTS; count++) {
    const [birth, survival] = [bits[from + count]!, bits[from + COUNTS + count]!];
    to[at + count] = birth;
    to[at + COUNTS + count] = survival - birth;
    to[at + 2 * COUNTS + count] = 1;
  }
}

/**
 * Builds the graph. Its output is `[B, G, 1, N]`: by how many nats `1` is certain to lie over all other tokens; below 0, `0`;
 * and 0 where neither is certain.
 * @param step how much a set bit adds to `1` over `0`
 */
export function buildNear(form: RuleForm, step: number): GraphBuilder {
  const graph = new GraphBuilder('near');
  const rows = NEAR_ROWS[form];
  const windows = graph.input('windows', 'float', ['batch', 'groups', 'places', 'cells']);
  const weights = graph.input('weights', 'float', ['groups', rows, 'places']);
  const base = graph.input('base', 'float', ['groups', rows, 1]);
  /** A scalar of each group. */
  const ofGroup = (name: string): Value => graph.input(name, 'float', ['groups', 1, 1]);
  const linear = emit(graph, 'Add', [emit(graph, 'MatMul', [weights, windows], rows), base], rows);
  const { share, moved } =
    form === 'counts' ? lookUpCount(graph, linear) : lookUpTable(graph, linear);

  const ofBit = emit(graph, 'Mul', [share, graph.constant(step, 'float')], 1);
  const lead = emit(graph, 'Add', [cutRows(graph, linear, rows - 1, rows), ofBit], 1);
  const ofDoubt = emit(graph, 'Mul', [moved, graph.constant(Math.abs(step), 'float')], 1);
  const loss = emit(graph, 'Add', [ofDoubt, ofGroup('loss')], 1);
  const overPair = emit(graph, 'Sub', [emit(graph, 'Abs', [lead], 1), loss], 1);
  // the better of the two lies half of their distance above their mean
  const half = emit(graph, 'Mul', [overPair, graph.constant(0.5, 'float')], 1);
  const overOthers = emit(graph, 'Add', [half, ofGroup('above')], 1);
  const certain = emit(graph, 'Relu', [emit(graph, 'Min', [overPair, overOthers], 1)], 1);
  const isAlive = graph.emit('Greater', [lead, graph.constant(0, 'float')], 'bool', lead.shape);
  graph.output(
    'certain',
    emit(graph, 'Where', [isAlive, certain, emit(graph, 'Neg', [certain], 1)], 1),
  );
  return graph;
}

/** The share of set bits at the place on the axes of 18 bits, and how far the slack may move it. */
function lookUpCount(graph: GraphBuilder, linear: Value): { share: Value; moved: Value } {
  const rule = graph.input('rule', 'float', ['batch', 1, ...RULE_SHAPE.counts]);
  const survives = emit(graph, 'Sigmoid', [cutRows(graph, linear, 0, 1)], 1);
  const scores = cutRows(graph, linear, 1, 1 + COUNTS);
  const top = emit(graph, 'ReduceMax', [scores, graph.constant([-2], 'int64')], 1, { keepdims: 1 });
  const powers = emit(graph, 'Exp', [emit(graph, 'Sub', [scores, top], COUNTS)], COUNTS);
  const read = emit(graph, 'MatMul', [rule, powers], 3);
  const [births, more, total] = [0, 1, 2].map((row) => cutRows(graph, read, row, row + 1));
  const set = emit(graph, 'Add', [births!, emit(graph, 'Mul', [survives, more!], 1)], 1);
  const tilt = graph.input('tilt', 'float', ['groups', COUNTS, COUNTS]);
  const tilted = emit(graph, 'MatMul', [tilt, powers], COUNTS);
  const least = emit(graph, 'ReduceMin', [tilted, graph.constant([-2], 'int64')], 1, {
    keepdims: 1,
  });
  const ofCount = emit(graph, 'Div', [least, total!], 1);
  const ofGate = moveGates(graph, survives, 1);
  return {
    share: emit(graph, 'Div', [set, total!], 1),
    moved: emit(graph, 'Add', [ofCount, ofGate], 1),
  };
}

/** The same on the cube of 512 bits: the weight of a corner is the product of nine gates. */
function lookUpTable(graph: GraphBuilder, linear: Value): { share: Value; moved: Value } {
  const rule = graph.input('rule', 'float', ['batch', 1, ...RULE_SHAPE.table]);
  const gates = emit(graph, 'Sigmoid', [cutRows(graph, linear, 0, CUBE)], CUBE);
  const closed = emit(graph, 'Sub', [graph.constant(1, 'float'), gates], CUBE);
  const pairs = Array.from({ length: CUBE }, (_, gate) =>
    emit(
      graph,
      'Concat',
      [closed, gates].map((side) => cutRows(graph, side, gate, gate + 1)),
      2,
      { axis: 2 },
    ),
  );
  const multiply = (some: readonly Value[]): Value =>
    some.reduce((corners, pair) => outer(graph, corners, pair));
  const first = multiply(pairs.slice(0, FIRST_GATES));
  const second = multiply(pairs.slice(FIRST_GATES));
  const size = FORM_BITS.table / 2 ** (CUBE - FIRST_GATES);
  const read = emit(graph, 'MatMul', [rule, second], size);
  const both = emit(graph, 'Mul', [first, read], size);
  const share = emit(graph, 'ReduceSum', [both, graph.constant([-2], 'int64')], 1, { keepdims: 1 });
  return { share, moved: moveGates(graph, gates, CUBE) };
}

/** How far the slack may move some gates together. */
function moveGates(graph: GraphBuilder, gates: Value, count: number): Value {
  const odds = graph.input('odds', 'float', ['groups', 1, count]);
  const spread = emit(graph, 'Sub', [gates, emit(graph, 'Mul', [gates, gates], count)], count);
  return emit(graph, 'MatMul', [odds, spread], 1);
}

/** Products of all rows of one value with all of another; the rows of the second change faster. */
function outer(graph: GraphBuilder, a: Value, b: Value): Value {
  const [rowsOfA, rowsOfB] = [a.shape[2] as number, b.shape[2] as number];
  const open = (value: Value, axis: number): Value =>
    graph.emit('Unsqueeze', [value, graph.constant([axis], 'int64')], 'float', [
      ...value.shape.slice(0, axis),
      1,
      ...value.shape.slice(axis),
    ]);
  const product = graph.emit('Mul', [open(a, 3), open(b, 2)], 'float', [
    'batch',
    'groups',
    rowsOfA,
    rowsOfB,
    'cells',
  ]);
  const rows = rowsOfA * rowsOfB;
  return emit(graph, 'Reshape', [product, graph.constant([0, 0, rows, -1], 'int64')], rows);
}

/** An operation whose result has so many rows of cells. */
function emit(
  graph: GraphBuilder,
  op: string,
  inputs: readonly Value[],
  rows: number,
  attributes: Readonly<Record<string, number>> = {},
): Value {
  return graph.emit(op, inputs, 'float', ['batch', 'groups', rows, 'cells'], attributes);
}

function cutRows(graph: GraphBuilder, x: Value, from: number, to: number): Value {
  const bounds = [[from], [to], [2]].map((list) => graph.constant(list, 'int64'));
  return emit(graph, 'Slice', [x, ...bounds], to - from);
}
