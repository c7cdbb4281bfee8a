export { buildAdamW, type AdamWInputs, type AdamWOptions, type AdamWOutputs } from './adamw.js';
export {
  GraphBuilder,
  type AttributeValue,
  type Dim,
  type Graph,
  type Operation,
  type TapeEntry,
  type Value,
  type ValueType,
} from './builder.js';
export { differentiate } from './differentiate.js';
export { add } from './ops/add.js';
export { attention } from './ops/attention.js';
export { crossEntropy, NO_TARGET } from './ops/cross-entropy.js';
export { div } from './ops/div.js';
export { exp } from './ops/exp.js';
export { gather } from './ops/gather.js';
export { gelu } from './ops/gelu.js';
export { layerNormalization } from './ops/layer-normalization.js';
export { matMul } from './ops/mat-mul.js';
export { mul } from './ops/mul.js';
export { reduceSum } from './ops/reduce-sum.js';
export { reshape } from './ops/reshape.js';
export { sliceLastAxis, takeTail } from './ops/slice.js';
export { softmax } from './ops/softmax.js';
export { sub } from './ops/sub.js';
export { tanh } from './ops/tanh.js';
export { transpose, transposeLast } from './ops/transpose.js';
export { encodeModel } from './proto.js';
export { keepOutputs } from './prune.js';
