/**
 * AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101) with clipping by the global norm, as ONNX
 * ops on one flat vector that holds all parameters: ten nodes, whatever the model's size.
 */

import type { GraphBuilder, Value } from './builder.js';

/** The optimizer's constants. */
export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Gradients of a larger global norm are scaled down to it. */
  readonly clipNorm: number;
}

/** Flat vectors of one length, and two scalars. */
export interface AdamWInputs {
  readonly parameters: Value;
  readonly gradient: Value;
  /** Running mean of the gradient. */
  readonly firstMoment: Value;
  /** Running mean of its square. */
  readonly secondMoment: Value;
  readonly learningRate: Value;
  /** Number of this step, from 1. */
  readonly step: Value;
  /** 1 where weight decay applies, 0 where not (biases, norms). */
  readonly decayMask: Value | null;
}

/** What a step leaves behind. */
export interface AdamWOutputs {
  readonly parameters: Value;
  readonly firstMoment: Value;
  readonly secondMoment: Value;
  /** The gradient's global norm before clipping. */
  readonly gradientNorm: Value;
}

/** Emits one AdamW step. */
export function buildAdamW(
  graph: GraphBuilder,
  inputs: AdamWInputs,
  options: AdamWOptions,
): AdamWOutputs {
  const { shape } = inputs.parameters;
  const { beta1, beta2, epsilon, weightDecay, clipNorm } = options;
  const scalar = (value: number): Value => graph.constant(value, 'float');
  const emit = (op: string, a: Value, b: Value): Value => graph.emit(op, [a, b], 'float', shape);
  const emitScalar = (op: string, ...values: Value[]): Value => graph.emit(op, values, 'float', []);
  const mix = (old: Value, fresh: Value, beta: number): Value =>
    emit('Add', emit('Mul', old, scalar(beta)), emit('Mul', fresh, scalar(1 - beta)));
  /** 1 - betaᵗ, which undoes the bias of moments that start at zero. */
  const correction = (beta: number): Value =>
    emitScalar('Sub', scalar(1), emitScalar('Pow', scalar(beta), inputs.step));

  const squares = graph.emit('ReduceSumSquare', [inputs.gradient], 'float', [], { keepdims: 0 });
  const gradientNorm = emitScalar('Sqrt', squares);
  const ratio = emitScalar('Div', scalar(clipNorm), emitScalar('Add', gradientNorm, scalar(1e-6)));
  const gradient = emit('Mul', inputs.gradient, emitScalar('Min', ratio, scalar(1)));

  const firstMoment = mix(inputs.firstMoment, gradient, beta1);
  const secondMoment = mix(inputs.secondMoment, emit('Mul', gradient, gradient), beta2);
  const mean = emit('Div', firstMoment, correction(beta1));
  const deviation = graph.emit(
    'Sqrt',
    [emit('Div', secondMoment, correction(beta2))],
    'float',
    shape,
  );
  let update = emit('Div', mean, emit('Add', deviation, scalar(epsilon)));
  if (weightDecay > 0 && inputs.decayMask !== null) {
    const decayed = emit(
      'Mul',
      emit('Mul', inputs.parameters, inputs.decayMask),
      scalar(weightDecay),
    );
    update = emit('Add', update, decayed);
  }
  const parameters = emit('Sub', inputs.parameters, emit('Mul', update, inputs.learningRate));
  return { parameters, firstMoment, secondMoment, gradientNorm };
}
