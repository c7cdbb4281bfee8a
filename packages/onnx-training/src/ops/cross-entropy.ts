import type { GraphBuilder, Operation, Value } from '../builder.js';

/** The target of a token that is not asked: it adds nothing to the loss. Beyond any vocabulary. */
export const NO_TARGET = 1 << 30;

/**
 * Mean cross-entropy in nats between logits and target tokens, over all tokens, those without a target too.
 * @param logits `[batch, tokens, vocabulary]`
 * @param targets int32 `[batch, tokens]`
 * @returns a scalar
 */
export function crossEntropy(graph: GraphBuilder, logits: Value, targets: Value): Value {
  const { shape } = logits;
  const size = graph.constant([Number(shape.at(-1))], 'int64');
  const wide = graph.emit('Cast', [targets], 'int64', targets.shape, { to: 7 }); // OneHot takes no int32
  const oneHot = graph.emit(
    'OneHot',
    [wide, size, graph.constant([0, 1], 'float')],
    'float',
    shape,
    {
      axis: -1,
    },
  );
  const logProbabilities = graph.emit('LogSoftmax', [logits], 'float', shape, { axis: -1 });
  const chosen = graph.emit('Mul', [logProbabilities, oneHot], 'float', shape);
  const tokens = graph.emit('Cast', [graph.emit('Size', [targets], 'int64', [])], 'float', [], {
    to: 1,
  });
  const sum = graph.emit('ReduceSum', [chosen], 'float', [], { keepdims: 0 });
  const loss = graph.emit('Neg', [graph.emit('Div', [sum, tokens], 'float', [])], 'float', []);
  return graph.record(CrossEntropy, [logits, targets], loss, { oneHot, logProbabilities, tokens });
}

/** dLogits = (softmax - one-hot) / tokens where there is a target. */
export const CrossEntropy: Operation = {
  name: 'CrossEntropy',
  backward(graph, { inputs: [logits], saved }, dOutput) {
    const { shape } = logits!;
    const probabilities = graph.emit('Exp', [saved.logProbabilities!], 'float', shape);
    const isAsked = graph.emit(
      'ReduceSum',
      [saved.oneHot!, graph.constant([-1], 'int64')],
      'float',
      [...shape.slice(0, -1), 1],
      { keepdims: 1 },
    );
    const asked = graph.emit('Mul', [probabilities, isAsked], 'float', shape);
    const error = graph.emit('Sub', [asked, saved.oneHot!], 'float', shape);
    const scale = graph.emit('Div', [dOutput, saved.tokens!], 'float', []);
    return [graph.emit('Mul', [error, scale], 'float', shape), null];
  },
};
