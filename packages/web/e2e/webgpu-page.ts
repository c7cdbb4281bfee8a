/** A page that decodes the same boards on WASM and on WebGPU. */

import { encodePrompts, layoutPrompt, openStream } from '@lifegpt/core';
import { decodeGreedy, decodeJacobi, loadModel, readModelFolder } from '@lifegpt/model';
import { countThreads, createWasmRuntime } from '../src/worker/runtime.js';
import { createWebGpuRuntime } from '../src/worker/webgpu-runtime.js';

const base = new URL('.', location.href);

/** Decodes random boards on both devices and by both strategies; returns the four answers as text. */
async function compareDevices(): Promise<{ devices: string[]; answers: string[] }> {
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
    const layout = layoutPrompt(model.tokenizer, 5, 4);
    const random = openStream(1, 'page');
    const states = Uint8Array.from({ length: 3 * 20 }, () => random.nextInt(2));
    const request = { layout, prompts: encodePrompts(layout, states) };
    for (const decode of [decodeGreedy, decodeJacobi]) {
      answers!.push((await decode(model, request)).tokens.join(''));
    }
    devices!.push(model.device);
    await model.release();
  }
  return { devices: devices!, answers: answers! };
}

Object.assign(globalThis, { compareDevices });
