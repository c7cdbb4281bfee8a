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
  /** Threads of the CPU, where fewer than all are faster. */
  readonly threads?: number;
}

/**
 * Options of a session on WebGPU, the same in Node and in a browser: nothing falls back to the CPU, so
 * that a node that WebGPU cannot run is an error, and outputs that feed later runs stay where they are.
 */
export function webGpuOptions({
  deviceOutputs = [],
}: CompileOptions): InferenceSession.SessionOptions {
  const places = deviceOutputs.map((name) => [name, 'gpu-buffer'] as const);
  return {
    executionProviders: ['webgpu'],
    extra: { session: { disable_cpu_ep_fallback: '1' } },
    ...(places.length === 0 ? {} : { preferredOutputLocation: Object.fromEntries(places) }),
  };
}
