import { compareGrids, CONWAY, findPattern, placeCentred, type Grid } from '@lifegpt/core';
import { decodeNear, predictStates } from '@lifegpt/model';
import { readStateRows } from '../dataset/state-reader.js';
import { countNoun, formatCount } from '../terminal/count.js';
import type { BenchTools, Figure } from './figure.js';

/** ARAR over nine steps on ten boards: the paper's with `--data`, else built-in patterns. */
export async function benchArar({
  loadModel,
  engine,
  data,
  context,
}: BenchTools): Promise<Figure[]> {
  const starts = data === undefined ? drawStarts() : await readStarts(data);
  const model = await loadModel();
  let [wrong, cells] = [0, 0];
  for (const grid of starts) {
    const options = {
      model,
      rule: CONWAY,
      grid,
      generations: 9,
      decode: decodeNear,
      truth: engine,
    };
    for await (const step of predictStates({ ...options, signal: context.signal })) {
      wrong += compareGrids(step.grid, step.truth!).wrongCells;
      cells += step.grid.cells.length;
    }
  }
  const figure = `wrong cells in ${formatCount(cells)}, ${countNoun(starts.length, 'board')} x 9 steps`;
  return [
    { bench: 'arar', figure, value: wrong, unit: 'cells', target: '0', reached: wrong === 0 },
  ];
}

const ARAR_PATTERNS = [
  'glider',
  'blinker',
  'toad',
  'beacon',
  'pulsar',
  'lwss',
  'hwss',
  'acorn',
  'r-pentomino',
  'pentadecathlon',
];

function drawStarts(): Grid[] {
  return ARAR_PATTERNS.map((name) => placeCentred(findPattern(name)!.grid, 32, 32));
}

async function readStarts(file: string): Promise<Grid[]> {
  const starts: Grid[] = [];
  for await (const { states } of readStateRows(file)) starts.push(states[0]!);
  return starts;
}
