/** The injected ONNX Runtime: front ends hand in the Node or the browser build. */

import type { InferenceSession } from 'onnxruntime-common';

/** Compiles and runs graphs on one device. */
export interface Runtime {
  /** Execution provider in use: `cpu`, `webgpu`, `cuda` or `wasm`. */
  readonly device: string;
  /** Compiles the bytes of an ONNX model. */
  createSession(model: Uint8Array, options?: CompileOptions): Promise<InferenceSession>;
}

/** How a graph is to be run. */
export interface CompileOptions {
  /** Outputs that feed later runs: they stay in the device's memory where it has one of its own. */
  readonly deviceOutputs?: readonly string[];
}
