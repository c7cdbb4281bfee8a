/** ONNX Runtime for the web as the model's runtime: WASM, with threads where the page is isolated. */

import type { Runtime } from '@lifegpt/model';
import { env, InferenceSession } from 'onnxruntime-web/wasm';

/** @param base where `ort/` lies */
export function createWasmRuntime(base: URL): Runtime {
  env.wasm.wasmPaths = new URL('ort/', base).href;
  env.wasm.numThreads = globalThis.crossOriginIsolated
    ? Math.min(4, navigator.hardwareConcurrency)
    : 1;
  return {
    device: `wasm, ${env.wasm.numThreads} thread${env.wasm.numThreads === 1 ? '' : 's'}`,
    createSession: (model) => InferenceSession.create(model, { executionProviders: ['wasm'] }),
  };
}
