/**
 * The train-step graph of models whose tokens stand in a line: parameters, moments and a batch in; new parameters, moments
 * and the loss out. Forward pass, backward pass and optimizer are one ONNX model of plain ops.
 */

import {
  type AdamWOptions,
  buildAdamW,
  crossEntropy,
  differentiate,
  GraphBuilder,
  NO_TARGET,
  type Value,
} from '@lifegpt/onnx-training';
import { listParameters, type ModelConfig } from '../network/config.js';
import type { GptConfig } from '../network/gpt-config.js';
import { buildGpt, declareGptInputs } from '../network/gpt.js';
import { sizeOf } from '../network/parameter.js';

/** What a training step consists of. */
export interface TrainStepOptions extends AdamWOptions {
  /** Take what is added to the scores of keys in this step as an input `key_scores`, float `[batch, keys]`. */
  readonly scoresKeys: boolean;
}

/** Builds the graph of one training step with the loss over the answer's tokens. */
export function buildTrainStep(config: GptConfig, options: TrainStepOptions): GraphBuilder {
  const graph = new GraphBuilder('train_step');
  const specs = listParameters(config);
  const { flat, parameters } = declareParameters(graph, config);
  const [total] = flat.shape as [number];
  const firstMoment = graph.input('first_moment', 'float', [total]);
  const secondMoment = graph.input('second_moment', 'float', [total]);
  const learningRate = graph.input('learning_rate', 'float', []);
  const step = graph.input('step', 'float', []);
  const inputs = declareGptInputs(graph);
  const keyScores = options.scoresKeys
    ? { keyScores: graph.input('key_scores', 'float', ['batch_size', 'keys']) }
    : {};
  const targets = graph.input('targets', 'int32', ['batch_size', 'answer']);
  const logits = buildGpt(graph, config, {
    ...inputs,
    ...keyScores,
    parameter: (name) => parameters.get(name)!,
  });
  const loss = crossEntropy(graph, logits, targets);
  const gradient = flattenGradients(
    graph,
    specs,
    differentiate(graph, loss, [...parameters.values()]),
  );
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
  return graph;
}

/** The gradients of all parameters as one vector. */
export function flattenGradients(
  graph: GraphBuilder,
  specs: readonly { readonly shape: readonly number[] }[],
  gradients: readonly Value[],
): Value {
  const flat = gradients.map((gradient, i) =>
    reshapeTo(graph, gradient, [sizeOf(specs[i]!.shape)]),
  );
  const total = specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return graph.emit('Concat', flat, 'float', [total], { axis: 0 });
}

/** Takes all parameters as one flat input, `parameters`, and cuts it into the named ones. */
export function declareParameters(
  graph: GraphBuilder,
  config: ModelConfig,
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
export function maskMatrices(
  specs: readonly { shape: readonly number[] }[],
  total: number,
): Float32Array {
  const mask = new Float32Array(total);
  let at = 0;
  for (const { shape } of specs) {
    mask.fill(shape.length > 1 ? 1 : 0, at, at + sizeOf(shape));
    at += sizeOf(shape);
  }
  return mask;
}

/** Answer tokens whose most likely token is not the target; those without a target are not among them. */
export function countWrong(graph: GraphBuilder, logits: Value, targets: Value): Value {
  const shape = targets.shape;
  const best = graph.emit('ArgMax', [logits], 'int64', shape, { axis: -1, keepdims: 0 });
  const wanted = graph.emit('Cast', [targets], 'int64', shape, { to: 7 });
  const equal = graph.emit('Equal', [best, wanted], 'bool', shape);
  const isAsked = graph.emit('Less', [wanted, graph.constant(NO_TARGET, 'int64')], 'bool', shape);
  const differs = graph.emit('Not', [equal], 'bool', shape);
  const isWrong = graph.emit('And', [differs, isAsked], 'bool', shape);
  const wrong = graph.emit('Cast', [isWrong], 'float', shape, { to: 1 });
  return graph.emit('ReduceSum', [wrong], 'float', [], { keepdims: 0 });
}
