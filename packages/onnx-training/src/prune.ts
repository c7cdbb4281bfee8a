/** A graph without what its outputs do not need: ONNX Runtime computes every node, asked for or not. */

import type { Graph } from './builder.js';

/**
 * The part of a graph that some of its outputs come from. It has all its inputs, so that it can be fed the same.
 * @param names of outputs
 * @throws Error at a name that is no output
 */
export function keepOutputs(graph: Graph, names: readonly string[]): Graph {
  const outputs = names.map((name) => {
    const found = graph.outputs.find((output) => output.name === name);
    if (found === undefined) throw new Error(`graph ${graph.name} has no output ${name}`);
    return found;
  });
  const needed = new Set(names);
  const nodes = graph.nodes.toReversed().filter((node) => {
    const isNeeded = node.outputs.some(({ name }) => needed.has(name));
    if (isNeeded) for (const input of node.inputs) if (input !== null) needed.add(input.name);
    return isNeeded;
  });
  return {
    name: graph.name,
    opset: graph.opset,
    nodes: nodes.reverse(),
    inputs: graph.inputs,
    outputs,
    initializers: graph.initializers.filter(({ value }) => needed.has(value.name)),
  };
}
