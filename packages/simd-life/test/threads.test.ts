import {
  CONWAY,
  createGrid,
  openStream,
  parseBounds,
  parseRule,
  placeTopology,
  type Grid,
} from '@lifegpt/core';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createEngine,
  createThreadedLife,
  type SimdLife,
  type Thread,
  type ThreadedLife,
} from '../src/index.js';

const ANY_TABLE = parseRule('B2n3/S23-q').rule;

const readBuild = (name: string): Buffer =>
  readFileSync(new URL(`../build/${name}.wasm`, import.meta.url));

function startThread(): Thread {
  const worker = new Worker(new URL('thread.mjs', import.meta.url));
  return {
    post: (message) => worker.postMessage(message),
    listen: (onMessage) => void worker.on('message', onMessage),
    fails: (onError) => void worker.on('error', onError),
    stop: () => void worker.terminate(),
  };
}

function drawGrid(width: number, height: number): Grid {
  const random = openStream(1, 'grid');
  const cells = Uint8Array.from({ length: width * height }, () => random.nextInt(2));
  return createGrid(width, height, cells);
}

/** `toEqual` takes minutes for a large one. */
const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

let engine: SimdLife;
beforeAll(async () => {
  engine = await createEngine(readBuild('simd-life'));
});

/** Every topology, with shifts. */
const KINDS = ['T', 'P', 'T+1', 'T,-2', 'K*', 'K,*', 'K*+1', 'K,*+1', 'C', 'S'];

describe.each([1, 2, 3, 5, 8])('%i threads', (threads) => {
  let life: ThreadedLife;
  beforeAll(async () => {
    life = await createThreadedLife({
      single: readBuild('simd-life'),
      threaded: readBuild('simd-life-threads'),
      threads,
      start: startThread,
    });
  });
  afterAll(() => life.release());

  it.each([
    'T333,500',
    'T97+5,321',
    'P64,640',
    'K130*,257',
    'K77,320*+1',
    'C256,333',
    'S300',
    'T9,3',
    'T1,1',
  ])('step %s as one thread does', async (bounds) => {
    const { width, height, topology } = parseBounds(bounds);
    const grid = drawGrid(width, height);
    for (const rule of [CONWAY, { birth: 0b1001000, survival: 0b1100 }, ANY_TABLE]) {
      const stepped = await life.step(grid, rule, 37, topology);
      const expected = engine.step(grid, rule, 37, topology);
      expect(isSame(stepped.cells, expected.cells)).toBe(true);
    }
  });

  it('step thin and tall boards of every topology as one thread does', async () => {
    const random = openStream(threads, 'thin boards');
    for (let run = 0; run < 150; run++) {
      const kind = KINDS[run % KINDS.length]!;
      const long = 1 + random.nextInt(run % 5 === 0 ? 1500 : 300);
      const thin = 2 + random.nextInt(40);
      // a shifted twist needs an even side, a sphere equal ones
      const width = kind.includes('*+1') ? thin + (thin % 2) : thin;
      const height = kind === 'S' ? width : kind.includes('*+1') ? long + (long % 2) : long;
      const { topology } = placeTopology(kind, height, width);
      const grid = drawGrid(width, height);
      const rule = [CONWAY, { birth: 0b100100, survival: 0b110 }, ANY_TABLE][run % 3]!;
      const generations = random.nextInt(4);
      const stepped = await life.step(grid, rule, generations, topology);
      const expected = engine.step(grid, rule, generations, topology);
      const isEqual = isSame(stepped.cells, expected.cells);
      expect({ kind, width, height, generations, isEqual }).toMatchObject({ isEqual: true });
    }
  });

  it('take calls one after the other, and grow their memory', async () => {
    const [small, large] = [drawGrid(40, 200), drawGrid(1500, 1100)];
    const stepped = await Promise.all([life.step(small, CONWAY, 50), life.step(large, CONWAY, 3)]);
    expect(isSame(stepped[0].cells, engine.step(small, CONWAY, 50).cells)).toBe(true);
    expect(isSame(stepped[1].cells, engine.step(large, CONWAY, 3).cells)).toBe(true);
  });

  it('draw the boards that one thread draws', async () => {
    const size = { width: 32, height: 32, boards: 3001 };
    const request = { seed: 4, index: 1, rule: CONWAY, density: [0, 1] as const, ...size };
    const [drawn, expected] = [await life.drawBatch32(request), engine.drawBatch32(request)];
    for (const part of ['states', 'nextStates'] as const) {
      const bytes = (words: Uint32Array): Uint8Array => new Uint8Array(words.buffer);
      expect(isSame(bytes(drawn[part]), bytes(expected[part]))).toBe(true);
    }
  });

  it('report a request that cannot be', async () => {
    const request = { seed: 4, index: 1, boards: 8, width: 8, height: 8, rule: CONWAY };
    await expect(life.drawBatch32({ ...request, density: [0, 1] })).rejects.toThrow(/32x32 tori/);
    await expect(life.step(drawGrid(5, 5), CONWAY, -1)).rejects.toThrow(/generations/);
  });
});
