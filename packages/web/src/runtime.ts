/** ONNX Runtime for the web as the model's runtime: WebGPU, or WASM with threads where possible. */

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

/** The parts of WebGPU's interface that choosing needs; TypeScript's DOM does not have them yet. */
interface Gpu {
  requestAdapter(): Promise<{
    readonly isFallbackAdapter?: boolean;
    readonly info?: { readonly isFallbackAdapter?: boolean };
  } | null>;
}

/** WebGPU where there is a real adapter, else WASM: a software one would be far slower. */
export async function chooseRuntime(base: URL): Promise<Runtime> {
  const { gpu } = navigator as { gpu?: Gpu };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  const isFallback = adapter?.isFallbackAdapter ?? adapter?.info?.isFallbackAdapter ?? false;
  if (adapter === null || adapter === undefined || isFallback) return createWasmRuntime(base);
  const { createWebGpuRuntime } = await import('./webgpu-runtime.js');
  return createWebGpuRuntime(base);
}
