/** Switches the heads of a layer off, one after the other, and counts the cells that are written otherwise. */

import { CONWAY, TORUS } from '@lifegpt/core';
import { compareTraces, createWorkbench, switchHeadsOff } from '@lifegpt/model';
import { openEngine, openModel, runtime } from './open.mjs';

const folder = await openModel();
const bench = createWorkbench(folder, runtime);
const engine = await openEngine();
const [width, height] = [16, 16];
const drawn = engine.draw({
  seed: 1,
  index: 0,
  boards: 1,
  width,
  height,
  rule: CONWAY,
  topology: TORUS,
  density: [0.4, 0.4],
});
const question = {
  state: { width, height, cells: drawn.states },
  answer: { width, height, cells: drawn.nextStates },
  header: { rule: CONWAY, topology: TORUS },
  places: [],
};
const before = await bench.run(question);
for (let head = 0; head < folder.config.n_head; head++) {
  const after = await bench.run(question, switchHeadsOff(folder.config, [{ layer: 1, head }]));
  const { changedCells } = compareTraces(before, after);
  console.log(`without head 1.${head}: ${changedCells.length} of ${width * height} cells change`);
}
await bench.release();
