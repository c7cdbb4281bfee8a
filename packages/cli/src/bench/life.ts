/** The engine's rates, beside its peers in the same run. */

import {
  CONWAY,
  formatRle,
  openStream,
  parseBounds,
  parseRule,
  TORUS,
  type Grid,
  type Rule,
} from '@lifegpt/core';
import type { SimdLife } from '@lifegpt/simd-life';
import { writeFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pathIn } from '../folder-path.js';
import { loadThreadedEngine } from '../engine.js';
import { median, type BenchTools, type Figure } from './figure.js';
import { benchMachine } from './machine.js';
import { runProgram } from './process.js';
import { withTemporaryFolder } from './temporary-folder.js';

const REPEATS = 5;
const SIDE = 4096;
/** A rule that is not B3/S23 takes the generic path. */
const GENERIC = parseRule('B36/S23').rule;
/** One that asks where the neighbours lie takes the path of tables. */
const TABLE = parseRule('B2n3/S23-q').rule;
const C_SOURCE = fileURLToPath(new URL('../../../../tools/bench/life.c', import.meta.url));

/** All of it: batch, large grid, threads, topologies, bgolly, C. */
export async function benchLife({ engine, context }: BenchTools): Promise<Figure[]> {
  return withTemporaryFolder(async (folder) => [
    ...(await benchMachine()),
    ...(await benchBatch(engine, folder, context)),
    ...(await benchLarge(engine, folder, context)),
  ]);
}

type Context = BenchTools['context'];

const figure = (name: string, value: number, unit: string): Figure => ({
  bench: 'life',
  figure: name,
  value,
  unit,
});

/** With a target that the value has to reach, or else to exceed. */
const atLeast = (name: string, value: number, unit: string, target: number): Figure => ({
  ...figure(name, value, unit),
  target: `>= ${Number(target.toPrecision(3))} ${unit}`,
  reached: value >= target,
});

const BATCH_BOARDS = 4096;
const BATCH_GENERATIONS = 2000;

async function benchBatch(engine: SimdLife, folder: string, context: Context): Promise<Figure[]> {
  const random = openStream(1, 'bench batch');
  const boards = Uint32Array.from({ length: BATCH_BOARDS * 32 }, () => random.nextUint32());
  const cells = BATCH_BOARDS * 1024 * BATCH_GENERATIONS;
  const rate = (rule: Rule): Promise<number> =>
    measureRate(cells, context, () => engine.stepBatch32(boards, rule, BATCH_GENERATIONS));
  const [conway, generic] = [await rate(CONWAY), await rate(GENERIC)];
  const figures = [
    atLeast('batch of 32x32 tori, B3/S23, one thread', conway, 'Gcell/s', 50),
    atLeast('the same, generic rule, of the B3/S23 path', generic / conway, 'x', 1 / 3),
    atLeast(
      'the same, B2n3/S23-q, of the generic path',
      (await rate(TABLE)) / generic,
      'x',
      1 / 10,
    ),
  ];
  const c = await measureC(folder, cells, context);
  if (c !== null) {
    figures.push(
      figure(`the same algorithm in C, ${c.vectors}`, c.rate, 'Gcell/s'),
      c.vectors === 'AVX-512'
        ? atLeast('batch over C', conway / c.rate, 'x', 1 / 7)
        : figure('batch over C', conway / c.rate, 'x'),
    );
  }
  return figures;
}

/** Compiles the C kernel for this processor and runs it; null where there is no compiler. */
async function measureC(
  folder: string,
  cells: number,
  { talk, signal }: Context,
): Promise<{ vectors: string; rate: number } | null> {
  const program = pathIn(folder, 'life');
  try {
    await runProgram('cc', ['-O3', '-march=native', '-o', program, C_SOURCE], signal);
    const given = [BATCH_BOARDS, BATCH_GENERATIONS, REPEATS].map(String);
    const lines = (await runProgram(program, given, signal)).trim().split('\n');
    // its name, a run to warm up, the others, and a checksum
    return { vectors: lines[0]!, rate: cells / median(lines.slice(2, -1).map(Number)) / 1e9 };
  } catch (error) {
    signal.throwIfAborted();
    talk(`no C beside it: ${(error as Error).message.split('\n')[0]}`);
    return null;
  }
}

const LARGE_GENERATIONS = 2000;

async function benchLarge(engine: SimdLife, folder: string, context: Context): Promise<Figure[]> {
  const soup = drawSoup();
  const cells = SIDE * SIDE * LARGE_GENERATIONS;
  const rate = (rule: Rule, kind = 'T'): Promise<number> => {
    const { topology } = parseBounds(kind === 'K' ? `K${SIDE}*,${SIDE}` : `${kind}${SIDE}`);
    return measureRate(cells, context, () => engine.step(soup, rule, LARGE_GENERATIONS, topology));
  };
  const one = await rate(CONWAY);
  const threaded = await loadThreadedEngine(2);
  const step = (): Promise<Grid> => threaded.step(soup, CONWAY, LARGE_GENERATIONS, TORUS);
  const two = await measureRate(cells, context, step).finally(() => threaded.release());
  const generic = await rate(GENERIC);
  const others: Figure[] = [];
  for (const kind of ['P', 'K', 'C', 'S']) {
    const share = (await rate(CONWAY, kind)) / one;
    others.push(atLeast(`${NAMES[kind]}, of the torus`, share, 'x', 0.5));
  }
  const figures = [
    atLeast('4096x4096 torus, B3/S23, one thread', one, 'Gcell/s', 40),
    figure('the same, two threads', two, 'Gcell/s'),
    atLeast('two threads over one', two / one, 'x', 1.7),
    atLeast('generic rule, of the B3/S23 path', generic / one, 'x', 1 / 3),
    ...others,
  ];
  const golly = await measureGolly(soup, folder, context);
  if (golly !== null) {
    figures.push(
      figure('bgolly QuickLife, the same soup, unbounded', golly.unbounded, 'Gcell/s'),
      figure('bgolly QuickLife, the same soup, as a torus', golly.torus, 'Gcell/s'),
      atLeast('one thread over bgolly (its better one)', one / golly.unbounded, 'x', 7),
      atLeast('two threads over bgolly', two / golly.unbounded, 'x', 10),
    );
  }
  return figures;
}

const NAMES: Readonly<Record<string, string>> = {
  P: 'plane',
  K: 'Klein bottle',
  C: 'cross-surface',
  S: 'sphere',
};

function drawSoup(): Grid {
  const random = openStream(1, 'bench soup');
  const cells = Uint8Array.from({ length: SIDE * SIDE }, () => (random.nextFloat() < 0.35 ? 1 : 0));
  return { width: SIDE, height: SIDE, cells };
}

/** Generations for bgolly: enough to forget its start. */
const GOLLY_GENERATIONS = 100;

/** Rates of bgolly, its loading and saving taken off; null where there is none. */
async function measureGolly(
  soup: Grid,
  folder: string,
  { talk, signal }: Context,
): Promise<{ unbounded: number; torus: number } | null> {
  const program = process.env['BGOLLY_PATH'] ?? 'bgolly';
  const rate = async (rule: string): Promise<number> => {
    const file = pathIn(folder, 'soup.rle');
    await writeFile(
      file,
      `#CXRLE Pos=${-SIDE / 2},${-SIDE / 2}\n` +
        formatRle({ name: null, comments: [], rule, grid: soup, warnings: [] }),
    );
    const measure = async (generations: number): Promise<number> => {
      const seconds: number[] = [];
      for (let repeat = 0; repeat < 3; repeat++) {
        const began = performance.now();
        const given = ['-q', '-q', '-a', 'QuickLife', '-m', String(generations), file];
        await runProgram(program, given, signal);
        seconds.push((performance.now() - began) / 1000);
      }
      return median(seconds);
    };
    const stepping = (await measure(GOLLY_GENERATIONS)) - (await measure(0));
    return (SIDE * SIDE * GOLLY_GENERATIONS) / stepping / 1e9;
  };
  try {
    return { unbounded: await rate('B3/S23'), torus: await rate(`B3/S23:T${SIDE},${SIDE}`) };
  } catch (error) {
    signal.throwIfAborted();
    talk(`no bgolly beside it: ${(error as Error).message.split('\n')[0]}`);
    return null;
  }
}

/** Gcell/s, the median of some runs after one to warm up; between two of them Ctrl-C is heard. */
async function measureRate(
  cells: number,
  { signal }: Context,
  run: () => unknown,
): Promise<number> {
  const seconds: number[] = [];
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    await setImmediate();
    signal.throwIfAborted();
    const began = performance.now();
    await run();
    seconds.push((performance.now() - began) / 1000);
  }
  return cells / median(seconds.slice(1)) / 1e9;
}
