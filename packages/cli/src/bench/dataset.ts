/** How fast data comes: pairs in memory, and rows on the disk. */

import { CONWAY } from '@lifegpt/core';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { loadThreadedEngine } from '../engine.js';
import { median, type BenchTools, type Figure } from './figure.js';

const PAIRS = 1_000_000;
const REPEATS = 5;
const MAIN = fileURLToPath(new URL('../../bin/lifegpt.js', import.meta.url));

/** A million pairs of 32x32, broad entropy, on two threads. */
export async function benchDataset({ context }: BenchTools): Promise<Figure[]> {
  const memory = await benchMemory();
  context.signal.throwIfAborted();
  return [memory, ...(await benchParquet(context.talk))];
}

async function benchMemory(): Promise<Figure> {
  const engine = await loadThreadedEngine(2);
  const size = { width: 32, height: 32, boards: PAIRS };
  const seconds: number[] = [];
  for (let index = 0; index <= REPEATS; index++) {
    const began = performance.now();
    await engine.drawBatch32({ seed: 1, index, rule: CONWAY, density: [0, 1], ...size });
    seconds.push((performance.now() - began) / 1000);
  }
  engine.release();
  const value = median(seconds.slice(1));
  return {
    bench: 'dataset',
    figure: '1,000,000 pairs of 32x32 in memory (packed bits), two threads',
    value,
    unit: 's',
    target: '<= 1 s',
    reached: value <= 1,
  };
}

async function benchParquet(talk: (line: string) => void): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lifegpt-bench-'));
  try {
    const given = ['dataset', 'generate', '--out', join(folder, 'set'), '--rows', String(PAIRS)];
    const began = performance.now();
    const child = spawn(process.execPath, [MAIN, ...given, '--threads', '2'], { stdio: 'ignore' });
    let code: number | null | undefined;
    child.once('exit', (exit) => (code = exit));
    let peak = 0;
    while (code === undefined) {
      peak = Math.max(peak, await readPeakMemory(child.pid!));
      await setTimeout(50);
    }
    const seconds = (performance.now() - began) / 1000;
    if (code !== 0) throw new Error(`lifegpt ${given.join(' ')} ended with ${code}`);
    const bench = 'dataset';
    const figures: Figure[] = [
      {
        bench,
        figure: '1,000,000 rows of 32x32 as Parquet on the disk',
        value: seconds,
        unit: 's',
        target: '<= 30 s',
        reached: seconds <= 30,
      },
    ];
    if (peak === 0) talk('no /proc here: the memory was not measured');
    else {
      const value = peak / 1024;
      figures.push({
        bench,
        figure: 'most memory of that process',
        value,
        unit: 'MB',
        target: '< 500 MB',
        reached: value < 500,
      });
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The most resident memory so far in KiB, as Linux counts it; 0 elsewhere. */
async function readPeakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0);
}
