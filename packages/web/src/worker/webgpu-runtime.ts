/** ONNX Runtime for the web on WebGPU; loaded only where there is an adapter. */

import { runInTurn, webGpuOptions, type Runtime } from '@lifegpt/model';
import { env, InferenceSession } from 'onnxruntime-web/webgpu';

/**
 * ONNX Runtime on WebGPU.
 * @param base where `ort/` lies
 * @param binary the runtime's WASM when it was downloaded already
 */
export function createWebGpuRuntime(base: URL, binary?: Uint8Array): Runtime {
  env.wasm.wasmPaths = new URL('ort/', base).href;
  if (binary !== undefined) env.wasm.wasmBinary = binary;
  env.wasm.numThreads = 1;
  return runInTurn({
    device: 'webgpu',
    createSession: (model, options = {}) => InferenceSession.create(model, webGpuOptions(options)),
  });
}
