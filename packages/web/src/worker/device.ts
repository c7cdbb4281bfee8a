/** The runtime that was asked for, or the next best one and the reason why. */

import type { Runtime } from '@lifegpt/model';
import type { DeviceChoice } from '../messages.js';
import type { Downloader, OnLoading } from './download.js';
import { findAdapter } from './adapter.js';
import { countThreads, createWasmRuntime } from './runtime.js';

/** The runtimes of a worker. */
export interface Devices {
  /** What models run on. */
  readonly chosen: Runtime;
  /** Why that is not what was asked for, or null. */
  readonly note: string | null;
  /** WASM, for graphs that WebGPU does not run: training, and reading attention. */
  wasm(): Promise<Runtime>;
}

/** Loads ONNX Runtime for a device. */
export async function openDevices(
  choice: DeviceChoice,
  base: URL,
  download: Downloader,
  onLoading: OnLoading,
): Promise<Devices> {
  let wasmRuntime: Promise<Runtime> | null = null;

  const wasm = (): Promise<Runtime> =>
    (wasmRuntime ??= download('ort/ort-wasm-simd-threaded.wasm', onLoading).then((binary) =>
      createWasmRuntime(base, countThreads(choice), binary),
    ));

  async function webGpu(): Promise<Runtime> {
    const { createWebGpuRuntime } = await import('./webgpu-runtime.js');
    const binary = await download('ort/ort-wasm-simd-threaded.asyncify.wasm', onLoading);
    return createWebGpuRuntime(base, binary);
  }

  const wantsGpu = choice === 'auto' || choice === 'webgpu';
  const adapter = wantsGpu ? await findAdapter() : 'none';
  if (adapter === 'real' || (adapter === 'software' && choice === 'webgpu')) {
    return { chosen: await webGpu(), note: null, wasm };
  }
  const note =
    choice === 'webgpu' ? 'WebGPU has no graphics processor here, so the model runs on WASM' : null;
  return { chosen: await wasm(), note, wasm };
}
