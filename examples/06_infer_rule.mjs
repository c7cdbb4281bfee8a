/** Lets the model read the rule off two states: which of 18 bits they show, and `?` for those that they leave open. */

import { parseRule, TORUS } from '@lifegpt/core';
import { decodeJacobi, loadModel, readRules } from '@lifegpt/model';
import { openEngine, openModel, runtime } from './open.mjs';

const model = await loadModel(await openModel(), runtime);
const engine = await openEngine();
const { rule } = parseRule('B36/S23');
const [width, height] = [12, 12];
const drawn = engine.draw({
  seed: 3,
  index: 0,
  boards: 1,
  width,
  height,
  rule,
  topology: TORUS,
  density: [0.3, 0.3],
});
const pair = {
  before: { width, height, cells: drawn.states },
  after: { width, height, cells: drawn.nextStates },
};
const { rules } = await readRules(model, [[pair]], { decode: decodeJacobi, topology: TORUS });
const bits = rules[0].bits.map((bit) => bit ?? '?').join('');
console.log(`born     ${bits.slice(0, 9)}  (with 0 to 8 neighbours)`);
console.log(`survives ${bits.slice(9)}`);
await model.release();
