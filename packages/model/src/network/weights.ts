import type { GraphBuilder, Value } from '@lifegpt/onnx-training';
import type { NamedTensor } from '../folder/safetensors.js';

/** Trained weights as initializers of a graph: those that it asks for by name, each once, and no others. */
export function openWeights(
  graph: GraphBuilder,
  tensors: readonly NamedTensor[],
): (name: string) => Value {
  const weights = new Map<string, Value>();
  return (name) => {
    const known = weights.get(name);
    if (known !== undefined) return known;
    const { shape, data } = tensors.find((tensor) => tensor.name === name)!;
    const value = graph.initializer(name, shape, data);
    weights.set(name, value);
    return value;
  };
}
