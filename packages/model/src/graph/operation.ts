/** What makes an operation differentiable: its rule from output gradient to input gradients. */

import type { GraphBuilder, TapeEntry, Value } from './builder.js';

/** A differentiable operation. Its forward function stands beside it in `ops/`. */
export interface Operation {
  /** The ONNX op's exact name, or our own for an operation of several ops. */
  readonly name: string;
  /**
   * Emits the gradient of each input, or null where there is none.
   * @param dOutput gradient of the output, of the output's shape
   * @param wants which inputs' gradients are needed; the others may be null
   */
  backward(
    graph: GraphBuilder,
    entry: TapeEntry,
    dOutput: Value,
    wants: readonly boolean[],
  ): (Value | null)[];
}
