/**
 * Finds out which cells a model takes for neighbours, by asking it alone: each cell of a random board is turned over, and it is seen
 * whether another one is written otherwise. No knowledge of Life is in this file.
 */

import { CONWAY, openStream, TORUS } from '@lifegpt/core';
import { compareTraces, createWorkbench } from '@lifegpt/model';
import { openModel, runtime } from './open.mjs';

const bench = createWorkbench(await openModel(), runtime);
const [side, asked] = [7, 3 * 7 + 3];
const random = openStream(1, 'neighbourhood');
const found = new Set();
for (let trial = 0; trial < 25; trial++) {
  const state = {
    width: side,
    height: side,
    cells: Uint8Array.from({ length: side ** 2 }, () => Number(random.nextInt(3) === 0)),
  };
  const question = {
    state,
    answer: state,
    header: { rule: CONWAY, topology: TORUS },
    cells: [asked],
    places: [],
  };
  const before = await bench.run(question);
  for (let cell = 0; cell < side ** 2; cell++) {
    const cells = state.cells.slice();
    cells[cell] = 1 - cells[cell];
    const after = await bench.run({ ...question, state: { ...state, cells } });
    if (compareTraces(before, after).changedCells.length > 0) found.add(cell);
  }
}
const places = [...found].map((cell) => [Math.floor(cell / side) - 3, (cell % side) - 3]);
places.sort(([a, b], [c, d]) => a - c || b - d);
console.log(
  `a cell depends on ${places.length} cells: ${places.map(([down, right]) => `${down},${right}`).join(' ')}`,
);
await bench.release();
