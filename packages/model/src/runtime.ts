/** The injected ONNX Runtime: front ends hand in the Node or the browser build. */

import type { InferenceSession } from 'onnxruntime-common';

/** Compiles and runs graphs on one device. */
export interface Runtime {
  /** Execution provider in use: `cpu`, `webgpu`, `cuda` or `wasm`. */
  readonly device: string;
  /** Compiles the bytes of an ONNX model. */
  createSession(model: Uint8Array): Promise<InferenceSession>;
}
