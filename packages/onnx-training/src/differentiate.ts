/**
 * Reverse-mode differentiation: walks the tape backwards and emits, into the same graph, the nodes
 * that compute the gradient of a scalar with respect to the given values.
 */

import type { GraphBuilder, Value } from './builder.js';
import { add } from './ops/add.js';

/**
 * Emits the gradients of a scalar `loss` with respect to `parameters`, in their order.
 * @param without what the gradient is of a parameter that the loss does not depend on: an error, or zeros
 * @throws Error when the loss is not a scalar, or does not depend on one of the parameters where that is an error.
 */
export function differentiate(
  graph: GraphBuilder,
  loss: Value,
  parameters: readonly Value[],
  without: 'error' | 'zeros' = 'error',
): Value[] {
  if (loss.shape.length !== 0) {
    throw new Error(`only a scalar can be differentiated; ${loss.name} has shape [${loss.shape}]`);
  }
  const tape = [...graph.tape]; // backward rules may append to the live one
  const depends = new Set(parameters.map((value) => value.name));
  for (const entry of tape) {
    if (entry.inputs.some((input) => depends.has(input.name))) depends.add(entry.output.name);
  }

  const gradients = new Map<string, Value>([[loss.name, graph.constant(1, 'float')]]);
  for (const entry of tape.reverse()) {
    const dOutput = gradients.get(entry.output.name);
    if (dOutput === undefined || !depends.has(entry.output.name)) continue;
    const wants = entry.inputs.map((input) => depends.has(input.name));
    const dInputs = entry.operation.backward(graph, entry, dOutput, wants);
    entry.inputs.forEach((input, i) => {
      const dInput = dInputs[i];
      if (!wants[i] || dInput === null || dInput === undefined) return;
      const sum = gradients.get(input.name);
      gradients.set(input.name, sum === undefined ? dInput : add(graph, sum, dInput));
    });
  }

  return parameters.map((value) => {
    const gradient = gradients.get(value.name);
    if (gradient !== undefined) return gradient;
    if (without === 'zeros') {
      return graph.emit('Sub', [value, value], 'float', value.shape);
    }
    throw new Error(`the loss does not depend on ${value.name}`);
  });
}
