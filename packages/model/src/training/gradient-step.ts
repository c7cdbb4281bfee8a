/**
 * A training step in pieces: graphs that add a batch's gradient to a sum, and one that moves the parameters. So a
 * step can have batches of several shapes and tasks.
 */

import { COORDINATES, FORM_BITS, RULE_AXES, type RuleForm } from '@lifegpt/core';
import {
  type AdamWOptions,
  buildAdamW,
  crossEntropy,
  differentiate,
  GraphBuilder,
  mul,
  type Value,
} from '@lifegpt/onnx-training';
import { listParameters } from '../network/config.js';
import type { LocationConfig } from '../network/location-config.js';
import {
  declareBoardInputs,
  embed,
  findCases,
  lookAtBoard,
  lookForCases,
  lookUpRule,
  type LocationParts,
} from '../network/location-network.js';
import { sizeOf } from '../network/parameter.js';
import { countWrong, declareParameters, flattenGradients, maskMatrices } from './train-step.js';

/** The graph that adds the gradient of the loss on next states to `gradient`, `weight` times. */
export function buildStateGradient(config: LocationConfig, form: RuleForm): GraphBuilder {
  return buildGradient(config, (parts) => {
    const { graph } = parts;
    const x = lookAtBoard(parts, declareBoardInputs(graph));
    const bitIds = graph.input('bit_ids', 'int32', ['batch_size', FORM_BITS[form]]);
    const noise = graph.input('noise', 'float', ['batch_size', 'queries', RULE_AXES.length]);
    return lookUpRule(parts, form, x, bitIds, noise);
  });
}

/** The same of the loss on rules. */
export function buildRuleGradient(config: LocationConfig, form: RuleForm): GraphBuilder {
  return buildGradient(config, (parts) => {
    const { graph } = parts;
    const cases = findCases(parts, lookAtBoard(parts, declareBoardInputs(graph)));
    const ids = graph.input('asked_ids', 'int32', ['batch_size', 'asked']);
    const positions = graph.input('asked_positions', 'int32', ['asked', COORDINATES]);
    const places = graph.input('asked_places', 'float', ['asked', RULE_AXES.length]);
    return lookForCases(parts, form, embed(parts, ids, positions), places, cases);
  });
}

function buildGradient(
  config: LocationConfig,
  network: (parts: LocationParts) => Value,
): GraphBuilder {
  const graph = new GraphBuilder('gradient');
  const specs = listParameters(config);
  const { flat, parameters } = declareParameters(graph, config);
  const before = graph.input('gradient', 'float', flat.shape);
  const weight = graph.input('weight', 'float', []);
  const sharpness = graph.input('sharpness', 'float', []);
  const parameter = (name: string): Value => parameters.get(name)!;
  const logits = network({ graph, config, parameter, sharpness });
  const targets = graph.input('targets', 'int32', logits.shape.slice(0, 2));
  const loss = crossEntropy(graph, logits, targets);
  const gradients = differentiate(
    graph,
    mul(graph, loss, weight),
    [...parameters.values()],
    'zeros',
  );
  const own = flattenGradients(graph, specs, gradients);
  graph.output('next_gradient', graph.emit('Add', [before, own], 'float', flat.shape));
  graph.output('loss', loss);
  graph.output('wrong_tokens', countWrong(graph, logits, targets));
  return graph;
}

/** The graph that moves the parameters along a gradient. */
export function buildUpdate(config: LocationConfig, options: AdamWOptions): GraphBuilder {
  const graph = new GraphBuilder('update');
  const specs = listParameters(config);
  const total = specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const vector = (name: string): Value => graph.input(name, 'float', [total]);
  const next = buildAdamW(
    graph,
    {
      parameters: vector('parameters'),
      gradient: vector('gradient'),
      firstMoment: vector('first_moment'),
      secondMoment: vector('second_moment'),
      learningRate: graph.input('learning_rate', 'float', []),
      step: graph.input('step', 'float', []),
      decayMask:
        options.weightDecay > 0
          ? graph.initializer('decay_mask', [total], maskMatrices(specs, total))
          : null,
    },
    options,
  );
  graph.output('next_parameters', next.parameters);
  graph.output('next_first_moment', next.firstMoment);
  graph.output('next_second_moment', next.secondMoment);
  graph.output('gradient_norm', next.gradientNorm);
  return graph;
}
