/** A page that steps the same board on one thread and on three Web Workers. */

import { CONWAY, createGrid, openStream, parseBounds } from '@lifegpt/core';
import { createEngine, createThreadedLife, type Thread } from '@lifegpt/simd-life';

function startThread(): Thread {
  const worker = new Worker(new URL('life-thread.js', import.meta.url), { type: 'module' });
  return {
    post: (message) => worker.postMessage(message),
    listen: (onMessage) => worker.addEventListener('message', ({ data }) => onMessage(data)),
    fails: (onError) => worker.addEventListener('error', (e) => onError(new Error(e.message))),
    stop: () => worker.terminate(),
  };
}

const load = async (name: string): Promise<ArrayBuffer> => (await fetch(name)).arrayBuffer();

/** Steps a board both ways; returns the number of cells that differ and of those alive. */
async function compareThreads(bounds: string): Promise<{ wrong: number; alive: number }> {
  const { width, height, topology } = parseBounds(bounds);
  const random = openStream(1, 'page');
  const cells = Uint8Array.from({ length: width * height }, () => random.nextInt(2));
  const grid = createGrid(width, height, cells);
  const single = await load('simd-life.wasm');
  const threaded = await load('simd-life-threads.wasm');
  const engine = await createEngine(single);
  const life = await createThreadedLife({ single, threaded, threads: 3, start: startThread });
  const truth = engine.step(grid, CONWAY, 50, topology);
  const stepped = await life.step(grid, CONWAY, 50, topology);
  life.release();
  return {
    wrong: truth.cells.reduce((sum, cell, k) => sum + (cell === stepped.cells[k] ? 0 : 1), 0),
    alive: truth.cells.reduce((sum, cell) => sum + cell, 0),
  };
}

Object.assign(globalThis, { compareThreads });
