/** ONNX Runtime for the web on WebGPU; loaded only where there is an adapter. */

import type { Runtime } from '@lifegpt/model';
import { env, InferenceSession } from 'onnxruntime-web/webgpu';

/**
 * Nothing falls back to the CPU: what WebGPU cannot run is an error.
 * @param base where `ort/` lies
 */
export function createWebGpuRuntime(base: URL): Runtime {
  env.wasm.wasmPaths = new URL('ort/', base).href;
  env.wasm.numThreads = 1;
  return {
    device: 'webgpu',
    createSession: (model, { deviceOutputs = [] } = {}) => {
      const places = deviceOutputs.map((name) => [name, 'gpu-buffer'] as const);
      return InferenceSession.create(model, {
        executionProviders: ['webgpu'],
        extra: { session: { disable_cpu_ep_fallback: '1' } },
        ...(places.length === 0 ? {} : { preferredOutputLocation: Object.fromEntries(places) }),
      });
    },
  };
}
