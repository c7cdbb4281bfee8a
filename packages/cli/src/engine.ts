/** The SIMD engine in Node: finds the wasm file of @lifegpt/simd-life and starts it. */

import { createEngine, type SimdLife } from '@lifegpt/simd-life';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** Starts the engine. */
export async function loadEngine(): Promise<SimdLife> {
  const path = createRequire(import.meta.url).resolve('@lifegpt/simd-life/simd-life.wasm');
  return createEngine(await readFile(path));
}
