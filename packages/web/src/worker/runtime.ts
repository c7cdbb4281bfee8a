/** ONNX Runtime for the web as the model's runtime: WebGPU, or WASM with threads where possible. */

import { runInTurn, type Runtime } from '@lifegpt/model';
import { env, InferenceSession } from 'onnxruntime-web/wasm';
import type { DeviceChoice } from '../messages.js';

/** Threads of the WASM runtime: shared memory needs an isolated page. */
export function countThreads(choice: DeviceChoice): number {
  const isSingle = choice === 'wasm-1' || !globalThis.crossOriginIsolated;
  return isSingle ? 1 : Math.min(4, navigator.hardwareConcurrency);
}

/**
 * ONNX Runtime on WASM.
 * @param base where `ort/` lies
 * @param binary the runtime's WASM when it was downloaded already
 */
export function createWasmRuntime(base: URL, threads: number, binary?: Uint8Array): Runtime {
  env.wasm.wasmPaths = new URL('ort/', base).href;
  if (binary !== undefined) env.wasm.wasmBinary = binary;
  env.wasm.numThreads = threads;
  return runInTurn({
    device: `wasm, ${threads} thread${threads === 1 ? '' : 's'}`,
    createSession: (model) =>
      InferenceSession.create(model, {
        executionProviders: ['wasm'],
        logSeverityLevel: 3, // warnings are about graphs that it then mends
      }),
  });
}
