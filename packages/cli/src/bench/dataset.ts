/** How fast data comes: pairs in memory, and rows on the disk. */

import { CONWAY } from '@lifegpt/core';
import { pathIn } from '../folder-path.js';
import { loadThreadedEngine } from '../engine.js';
import { median, type BenchTools, type Figure } from './figure.js';
import { measureProcess } from './process.js';
import { withTemporaryFolder } from './temporary-folder.js';

const PAIRS = 1_000_000;
const REPEATS = 5;

/** A million pairs of 32x32, broad entropy, on two threads. */
export async function benchDataset({ context }: BenchTools): Promise<Figure[]> {
  const memory = await benchMemory();
  context.signal.throwIfAborted();
  return [memory, ...(await benchParquet(context.signal))];
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

async function benchParquet(signal: AbortSignal): Promise<Figure[]> {
  return withTemporaryFolder(async (folder) => {
    const out = pathIn(folder, 'set');
    const given = ['dataset', 'generate', '--out', out, '--rows', String(PAIRS), '--threads', '2'];
    const { seconds, peakMegabytes } = await measureProcess(given, signal);
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
    if (peakMegabytes !== null) {
      figures.push({
        bench,
        figure: 'most memory of that process',
        value: peakMegabytes,
        unit: 'MB',
        target: '< 500 MB',
        reached: peakMegabytes < 500,
      });
    }
    return figures;
  });
}
