/** Lets the model write four states, and holds each against the engine. */

import { CONWAY, findPattern, placeCentred } from '@lifegpt/core';
import { decodeJacobi, loadModel, predictStates } from '@lifegpt/model';
import { draw, openEngine, openModel, runtime } from './open.mjs';

const model = await loadModel(await openModel(), runtime);
const engine = await openEngine();
const grid = placeCentred(findPattern('glider').grid, 8, 8);
const options = { model, rule: CONWAY, grid, generations: 4, decode: decodeJacobi };
for await (const { generation, grid: written, forwardPasses } of predictStates(options)) {
  const truth = engine.step(grid, CONWAY, generation);
  const wrong = written.cells.filter((cell, i) => cell !== truth.cells[i]).length;
  console.log(`generation ${generation}: ${wrong} wrong cells, ${forwardPasses} passes`);
  if (generation === 4) console.log(draw(written));
}
await model.release();
