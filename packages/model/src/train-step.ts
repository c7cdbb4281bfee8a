/**
 * The train-step graph: parameters, moments and a batch in; new parameters, moments and the loss
 * out. Forward pass, backward pass and optimizer are one ONNX model of plain ops.
 */

import { buildAdamW, type AdamWOptions } from './adamw.js';
import { guidedLayer, listParameters, sizeOf, type GptConfig } from './config.js';
import { buildGpt, declareGptInputs } from './gpt.js';
import { GraphBuilder, type Value } from './graph/builder.js';
import { differentiate } from './graph/differentiate.js';
import { add } from './graph/ops/add.js';
import { crossEntropy } from './graph/ops/cross-entropy.js';
import { meanLog } from './graph/ops/mean-log.js';
import { mul } from './graph/ops/mul.js';
import type { AttentionPenalty, GuidedAttention } from './recipe.js';

/** What a training step consists of. */
export interface TrainStepOptions extends AdamWOptions {
  /** Take what is added to the scores of keys in this step as an input `key_scores`, float `[batch, keys]`. */
  readonly scoresKeys: boolean;
  /** Add to the loss what the recipe says of far attention, with an input `far_keys`, float `[marked, 1, answer, keys]`, with one for all boards or one each. */
  readonly farAttention?: AttentionPenalty;
  /** The same of uneven attention, with an input `near_keys`. */
  readonly unevenAttention?: AttentionPenalty;
  /** The same of guided attention, with an input `wanted_keys`; each of them for all tokens instead of the answer's where a layer has all as queries. */
  readonly guidedAttention?: GuidedAttention;
  /** The same of the answer's attention in the last layer, with an input `case_keys`, float `[batch, 1, answer, keys]`. */
  readonly guidedAnswer?: AttentionPenalty;
}

/** Builds the graph of one training step with the loss over the answer's tokens. */
export function buildTrainStep(config: GptConfig, options: TrainStepOptions): GraphBuilder {
  const graph = new GraphBuilder('train_step');
  const specs = listParameters(config);
  const sizes = specs.map(({ shape }) => sizeOf(shape));
  const { flat, parameters } = declareParameters(graph, config);
  const [total] = flat.shape as [number];
  const firstMoment = graph.input('first_moment', 'float', [total]);
  const secondMoment = graph.input('second_moment', 'float', [total]);
  const learningRate = graph.input('learning_rate', 'float', []);
  const step = graph.input('step', 'float', []);
  const inputs = declareGptInputs(graph, config);
  const keyScores = options.scoresKeys
    ? { keyScores: graph.input('key_scores', 'float', ['batch_size', 'keys']) }
    : {};
  const targets = graph.input('targets', 'int32', ['batch_size', 'answer']);

  const { farAttention, unevenAttention, guidedAttention, guidedAnswer } = options;
  const guided = guidedLayer(config);
  const queries = guided === config.n_layer - 1 ? 'answer' : 'tokens';
  const keys = (name: string, heads = 1): Value =>
    graph.input(name, 'float', ['marked', heads, queries, 'keys']);
  const guidedHeads = guidedAttention?.head_per_place === true ? config.n_head : 1;
  const sums = {
    ...(farAttention === undefined ? {} : { far: keys('far_keys') }),
    ...(unevenAttention === undefined ? {} : { near: keys('near_keys') }),
    ...(guidedAttention === undefined ? {} : { wanted: keys('wanted_keys', guidedHeads) }),
  };
  const answerSums =
    guidedAnswer === undefined
      ? undefined
      : { wanted: graph.input('case_keys', 'float', ['batch_size', 1, 'answer', 'keys']) };
  let attentionSums: readonly Value[] = [];
  let missedCases: Value | undefined;
  const logits = buildGpt(graph, config, {
    ...inputs,
    ...keyScores,
    parameter: (name) => parameters.get(name)!,
    sums: (layer) =>
      layer === guided ? sums : layer === config.n_layer - 1 ? answerSums : undefined,
    onSums(values, layer) {
      if (layer === guided) attentionSums = values;
      else missedCases = values[0];
    },
  });
  const loss = crossEntropy(graph, logits, targets);
  let objective = loss;
  const far = farAttention === undefined ? undefined : attentionSums[0]!;
  if (far !== undefined) objective = addPenalty(graph, objective, far, farAttention!);
  const uneven =
    sums.near === undefined
      ? undefined
      : spread(graph, sums.near, attentionSums.slice(far === undefined ? 0 : 1));
  if (uneven !== undefined) objective = addPenalty(graph, objective, uneven, unevenAttention!);
  const missed = guidedAttention === undefined ? undefined : attentionSums.at(-1)!;
  if (missed !== undefined) objective = addPenalty(graph, objective, missed, guidedAttention!);

  if (missedCases !== undefined) {
    objective = addPenalty(graph, objective, missedCases, guidedAnswer!);
  }

  const gradients = differentiate(graph, objective, [...parameters.values()]);
  const flatGradients = gradients.map((gradient, i) => reshapeTo(graph, gradient, [sizes[i]!]));
  const gradient = graph.emit('Concat', flatGradients, 'float', [total], { axis: 0 });
  const decayMask =
    options.weightDecay > 0
      ? graph.initializer('decay_mask', [total], maskMatrices(specs, total))
      : null;
  const next = buildAdamW(
    graph,
    { parameters: flat, gradient, firstMoment, secondMoment, learningRate, step, decayMask },
    options,
  );

  graph.output('next_parameters', next.parameters);
  graph.output('next_first_moment', next.firstMoment);
  graph.output('next_second_moment', next.secondMoment);
  graph.output('loss', loss);
  graph.output('gradient_norm', next.gradientNorm);
  graph.output('wrong_tokens', countWrong(graph, logits, targets));
  if (far !== undefined) graph.output('far_weight', meanOf(graph, far));
  if (uneven !== undefined) graph.output('uneven_weight', meanOf(graph, uneven));
  if (missed !== undefined) graph.output('missed_weight', meanOf(graph, missed));
  return graph;
}

/** Adds a penalty on an amount that attention has, `[batch, heads, answer, 1]`. */
function addPenalty(
  graph: GraphBuilder,
  loss: Value,
  amount: Value,
  { weight, scale }: AttentionPenalty,
): Value {
  const penalty = meanLog(graph, amount, scale);
  return add(graph, loss, mul(graph, penalty, graph.constant(weight, 'float')));
}

/** How unevenly weight lies on the near keys: the sum of squared differences from its mean. */
function spread(graph: GraphBuilder, near: Value, sums: readonly Value[]): Value {
  const [mass, squares] = sums as [Value, Value];
  const last = graph.constant([-1], 'int64');
  const counts = graph.emit('ReduceSum', [near, last], 'float', ['marked', 1, 'answer', 1], {
    keepdims: 1,
  });
  const one = graph.constant(1, 'float');
  const atLeastOne = graph.emit('Max', [counts, one], 'float', counts.shape);
  const minusShare = graph.emit(
    'Div',
    [graph.constant(-1, 'float'), atLeastOne],
    'float',
    counts.shape,
  );
  // one for all boards is the same for each
  const zeros = graph.emit('Sub', [mass, mass], 'float', mass.shape);
  const ofEach = graph.emit('Add', [zeros, minusShare], 'float', mass.shape);
  return add(graph, squares, mul(graph, mul(graph, mass, mass), ofEach));
}

function meanOf(graph: GraphBuilder, x: Value): Value {
  return graph.emit('ReduceMean', [x], 'float', [], { keepdims: 0 });
}

/** Takes all parameters as one flat input, `parameters`, and cuts it into the named ones. */
export function declareParameters(
  graph: GraphBuilder,
  config: GptConfig,
): { flat: Value; parameters: ReadonlyMap<string, Value> } {
  const specs = listParameters(config);
  const sizes = specs.map(({ shape }) => sizeOf(shape));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const flat = graph.input('parameters', 'float', [total]);
  const parameters = new Map(
    splitFlat(graph, flat, sizes).map((slice, i) => {
      const { name, shape } = specs[i]!;
      return [name, reshapeTo(graph, slice, shape)] as const;
    }),
  );
  return { flat, parameters };
}

function splitFlat(graph: GraphBuilder, flat: Value, sizes: readonly number[]): Value[] {
  return graph.emitMany(
    'Split',
    [flat, graph.constant(sizes, 'int64')],
    sizes.map((size) => ({ type: 'float' as const, shape: [size] })),
    { axis: 0 },
  );
}

function reshapeTo(graph: GraphBuilder, value: Value, shape: readonly number[]): Value {
  return graph.emit('Reshape', [value, graph.constant([...shape], 'int64')], 'float', shape);
}

/** Decay is for matrices, not for biases and norms. */
function maskMatrices(specs: readonly { shape: readonly number[] }[], total: number): Float32Array {
  const mask = new Float32Array(total);
  let at = 0;
  for (const { shape } of specs) {
    mask.fill(shape.length > 1 ? 1 : 0, at, at + sizeOf(shape));
    at += sizeOf(shape);
  }
  return mask;
}

/** Answer tokens whose most likely token is not the target. */
function countWrong(graph: GraphBuilder, logits: Value, targets: Value): Value {
  const shape = targets.shape;
  const best = graph.emit('ArgMax', [logits], 'int64', shape, { axis: -1, keepdims: 0 });
  const wanted = graph.emit('Cast', [targets], 'int64', shape, { to: 7 });
  const equal = graph.emit('Equal', [best, wanted], 'bool', shape);
  const wrong = graph.emit('Cast', [graph.emit('Not', [equal], 'bool', shape)], 'float', shape, {
    to: 1,
  });
  return graph.emit('ReduceSum', [wrong], 'float', [], { keepdims: 0 });
}
