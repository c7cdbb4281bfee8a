/** Opens the model that ships, and lets it write the next states of a glider. */

import { CONWAY, findPattern, formatCells, placeCentred } from '@lifegpt/core';
import { decodeJacobi, loadModel, predictStates, readModelFolder } from '@lifegpt/model';
import { readFile } from 'node:fs/promises';
import { InferenceSession } from 'onnxruntime-node';

// the caller brings the runtime and reads the files: in a browser both are others
const runtime = {
  device: 'cpu',
  createSession: (bytes) => InferenceSession.create(bytes, { executionProviders: ['cpu'] }),
};
const zoo = new URL('../zoo/life/', import.meta.resolve('@lifegpt/model'));
const folder = await readModelFolder('life', (file) => readFile(new URL(file, zoo)));
const model = await loadModel(folder, runtime);

const grid = placeCentred(findPattern('glider').grid, 8, 8);
const options = { model, rule: CONWAY, grid, generations: 4, decode: decodeJacobi };
for await (const { generation, grid: next, forwardPasses } of predictStates(options)) {
  console.log(`${generation}: ${formatCells(next)} in ${forwardPasses} passes`);
}
await model.release();
