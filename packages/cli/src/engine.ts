/** The SIMD engine in Node: finds the wasm files of @lifegpt/simd-life and starts them. */

import {
  createEngine,
  createThreadedLife,
  type SimdLife,
  type Thread,
  type ThreadedLife,
} from '@lifegpt/simd-life';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Starts the engine on this thread. */
export async function loadEngine(): Promise<SimdLife> {
  return createEngine(await readBuild('simd-life.wasm'));
}

/** Starts the engine on several threads; `release` stops them. */
export async function loadThreadedEngine(threads = availableParallelism()): Promise<ThreadedLife> {
  const [single, threaded] = await Promise.all(
    ['simd-life.wasm', 'simd-life-threads.wasm'].map(readBuild),
  );
  return createThreadedLife({ single: single!, threaded: threaded!, threads, start: startThread });
}

async function readBuild(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const path = createRequire(import.meta.url).resolve(`@lifegpt/simd-life/${name}`);
  return new Uint8Array(await readFile(path));
}

function startThread(): Thread {
  const worker = new Worker(new URL('life-thread.js', import.meta.url));
  return {
    post: (message) => worker.postMessage(message),
    listen: (onMessage) => void worker.on('message', onMessage),
    fails: (onError) => void worker.on('error', onError),
    stop: () => void worker.terminate(),
  };
}
