/** ONNX Runtime for the web on WebGPU; loaded only where there is an adapter. */

import { webGpuOptions, type Runtime } from '@lifegpt/model';
import { env, InferenceSession } from 'onnxruntime-web/webgpu';

/** @param base where `ort/` lies */
export function createWebGpuRuntime(base: URL): Runtime {
  env.wasm.wasmPaths = new URL('ort/', base).href;
  env.wasm.numThreads = 1;
  return {
    device: 'webgpu',
    createSession: (model, options = {}) => InferenceSession.create(model, webGpuOptions(options)),
  };
}
