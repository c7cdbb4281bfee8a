/** Steps a pattern many times, and draws random boards with their next states. */

import { CONWAY, countAlive, findPattern, placeCentred } from '@lifegpt/core';
import { createEngine } from '@lifegpt/simd-life';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

// the caller reads the wasm file, so the engine runs in a browser as well
const wasm = fileURLToPath(import.meta.resolve('@lifegpt/simd-life/simd-life.wasm'));
const engine = await createEngine(await readFile(wasm));

const acorn = placeCentred(findPattern('acorn').grid, 200, 200);
const later = engine.step(acorn, CONWAY, 1000);
console.log(`acorn after 1000 generations on a 200x200 torus: ${countAlive(later)} live cells`);

const request = {
  seed: 1,
  index: 0,
  boards: 64,
  width: 16,
  height: 16,
  rule: CONWAY,
  density: [0, 1],
};
const { states, nextStates } = engine.draw(request);
console.log(
  `${states.length} cells of 64 boards, and ${nextStates.length} of the boards after them`,
);
