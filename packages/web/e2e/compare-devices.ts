/** What the page's worker imports in a test: decodes the same boards on WASM and on its own WebGPU. */

import { encodePrompts, layoutPrompt, openStream } from '@lifegpt/core';
import { decodeGreedy, decodeJacobi, loadModel, readModelFolder } from '@lifegpt/model';
import { countThreads, createWasmRuntime } from '../src/worker/runtime.js';

type WebGpuRuntimeModule = typeof import('../src/worker/webgpu-runtime.js');

/** What the worker is asked for. */
export type CompareDevices = typeof compareDevices;

const base = new URL('.', import.meta.url);

/**
 * Decodes random boards on both devices and by both strategies; returns the four answers as text.
 * @param webGpuRuntime address of the page's chunk
 */
export async function compareDevices(
  webGpuRuntime: string,
): Promise<{ devices: string[]; answers: string[] }> {
  const { createWebGpuRuntime } = (await import(webGpuRuntime)) as WebGpuRuntimeModule;
  const folder = await readModelFolder('life', async (file) => {
    const response = await fetch(new URL(`models/life/${file}`, base));
    return new Uint8Array(await response.arrayBuffer());
  });
  const [devices, answers]: string[][] = [[], []];
  for (const runtime of [
    createWasmRuntime(base, countThreads('wasm')),
    createWebGpuRuntime(base),
  ]) {
    const model = await loadModel(folder, runtime);
    const layout = layoutPrompt(model.tokenizer, 4, 3);
    const random = openStream(1, 'page');
    const states = Uint8Array.from({ length: 3 * 12 }, () => random.nextInt(2));
    const request = { layout, prompts: encodePrompts(layout, states) };
    for (const decode of [decodeGreedy, decodeJacobi]) {
      answers!.push((await decode(model, request)).tokens.join(''));
    }
    devices!.push(model.device);
    await model.release();
  }
  return { devices: devices!, answers: answers! };
}
