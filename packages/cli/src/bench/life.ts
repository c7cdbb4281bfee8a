/** The engine's rates, beside its peers in the same run. */

import {
  CONWAY,
  formatRle,
  openStream,
  parseBounds,
  parseRule,
  TORUS,
  type Grid,
  type LifeRule,
} from '@lifegpt/core';
import type { SimdLife } from '@lifegpt/simd-life';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { pathIn } from '../folder-path.js';
import { loadThreadedEngine } from '../engine.js';
import { median, type BenchTools, type Figure } from './figure.js';
import { benchMachine } from './machine.js';

const REPEATS = 5;
const SIDE = 4096;
/** A rule that is not B3/S23 takes the generic path. */
const GENERIC = parseRule('B36/S23').rule;
const C_SOURCE = fileURLToPath(new URL('../../../../tools/bench/life-avx512.c', import.meta.url));

/** All of it: batch, large grid, threads, topologies, bgolly, C. */
export async function benchLife({ engine, context }: BenchTools): Promise<Figure[]> {
  const folder = await mkdtemp(pathIn(tmpdir(), 'lifegpt-bench-'));
  try {
    return [
      ...(await benchMachine()),
      ...benchBatch(engine, folder, context.talk),
      ...(await benchLarge(engine, folder, context.talk)),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Talk = (line: string) => void;

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

function benchBatch(engine: SimdLife, folder: string, talk: Talk): Figure[] {
  const random = openStream(1, 'bench batch');
  const boards = Uint32Array.from({ length: BATCH_BOARDS * 32 }, () => random.nextUint32());
  const cells = BATCH_BOARDS * 1024 * BATCH_GENERATIONS;
  const rate = (rule: LifeRule): number =>
    measureRate(cells, () => engine.stepBatch32(boards, rule, BATCH_GENERATIONS));
  const [conway, generic] = [rate(CONWAY), rate(GENERIC)];
  const figures = [
    atLeast('batch of 32x32 tori, B3/S23, one thread', conway, 'Gcell/s', 50),
    atLeast('the same, generic rule, of the B3/S23 path', generic / conway, 'x', 1 / 3),
  ];
  const c = measureC(folder, cells, talk);
  if (c !== null) {
    figures.push(
      figure('the same algorithm in C with AVX-512', c, 'Gcell/s'),
      atLeast('batch over C', conway / c, 'x', 1 / 7),
    );
  }
  return figures;
}

/** Compiles and runs the C kernel; null where there is no compiler or no AVX-512. */
function measureC(folder: string, cells: number, talk: Talk): number | null {
  const program = pathIn(folder, 'life');
  try {
    execFileSync('cc', ['-O3', '-march=native', '-mavx512f', '-o', program, C_SOURCE], {
      stdio: 'ignore',
    });
    const given = [BATCH_BOARDS, BATCH_GENERATIONS, REPEATS].map(String);
    const lines = execFileSync(program, given, { encoding: 'utf8' }).trim().split('\n');
    return cells / median(lines.slice(1, -1).map(Number)) / 1e9;
  } catch (error) {
    talk(`no C beside it: ${(error as Error).message.split('\n')[0]}`);
    return null;
  }
}

const LARGE_GENERATIONS = 2000;

async function benchLarge(engine: SimdLife, folder: string, talk: Talk): Promise<Figure[]> {
  const soup = drawSoup();
  const cells = SIDE * SIDE * LARGE_GENERATIONS;
  const rate = (rule: LifeRule, kind = 'T'): number => {
    const { topology } = parseBounds(kind === 'K' ? `K${SIDE}*,${SIDE}` : `${kind}${SIDE}`);
    return measureRate(cells, () => engine.step(soup, rule, LARGE_GENERATIONS, topology));
  };
  const one = rate(CONWAY);
  const threaded = await loadThreadedEngine(2);
  const two = await measureRateAsync(cells, () =>
    threaded.step(soup, CONWAY, LARGE_GENERATIONS, TORUS),
  );
  threaded.release();
  const figures = [
    atLeast('4096x4096 torus, B3/S23, one thread', one, 'Gcell/s', 40),
    figure('the same, two threads', two, 'Gcell/s'),
    atLeast('two threads over one', two / one, 'x', 1.7),
    atLeast('generic rule, of the B3/S23 path', rate(GENERIC) / one, 'x', 1 / 3),
    ...['P', 'K', 'C', 'S'].map((kind) =>
      atLeast(`${NAMES[kind]}, of the torus`, rate(CONWAY, kind) / one, 'x', 0.5),
    ),
  ];
  const golly = await measureGolly(soup, folder, talk);
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
  talk: Talk,
): Promise<{ unbounded: number; torus: number } | null> {
  const program = process.env['BGOLLY_PATH'] ?? 'bgolly';
  const rate = async (rule: string): Promise<number> => {
    const file = pathIn(folder, 'soup.rle');
    await writeFile(
      file,
      `#CXRLE Pos=${-SIDE / 2},${-SIDE / 2}\n` +
        formatRle({ name: null, comments: [], rule, grid: soup, warnings: [] }),
    );
    const seconds = (generations: number): number =>
      median(
        Array.from({ length: 3 }, () => {
          const began = performance.now();
          const given = ['-q', '-q', '-a', 'QuickLife', '-m', String(generations), file];
          execFileSync(program, given, { stdio: 'ignore' });
          return (performance.now() - began) / 1000;
        }),
      );
    const stepping = seconds(GOLLY_GENERATIONS) - seconds(0);
    return (SIDE * SIDE * GOLLY_GENERATIONS) / stepping / 1e9;
  };
  try {
    return { unbounded: await rate('B3/S23'), torus: await rate(`B3/S23:T${SIDE},${SIDE}`) };
  } catch (error) {
    talk(`no bgolly beside it: ${(error as Error).message.split('\n')[0]}`);
    return null;
  }
}

/** Gcell/s, the median of some runs after one to warm up. */
function measureRate(cells: number, run: () => void): number {
  const seconds: number[] = [];
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    const began = performance.now();
    run();
    seconds.push((performance.now() - began) / 1000);
  }
  return cells / median(seconds.slice(1)) / 1e9;
}

async function measureRateAsync(cells: number, run: () => Promise<unknown>): Promise<number> {
  const seconds: number[] = [];
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    const began = performance.now();
    await run();
    seconds.push((performance.now() - began) / 1000);
  }
  return cells / median(seconds.slice(1)) / 1e9;
}
