/** The model and the engine run here, so that the page never waits. */

import { InputError } from '@lifegpt/core';
import { createEngine, type SimdLife } from '@lifegpt/simd-life';
import { serveCalls } from '../calls.js';
import { openDevices, type Devices } from './device.js';
import { createDownloader } from './download.js';
import { inferRule } from './infer.js';
import { createModels, describeModel, type Models } from './models.js';
import { createCellReader, operate } from './operate.js';
import { predictNext, simulateNext } from './play.js';
import { createTrainer, type Trainer } from './training.js';
import { listStrategies, writeAnswer } from './write.js';

/** What `start` makes. */
interface Started {
  readonly engine: SimdLife;
  readonly models: Models;
  readonly trainer: Trainer;
}

const base = new URL('.', self.location.href);
const download = createDownloader(base);
const inspectCell = createCellReader();
let started: Started | null = null;

function use(): Started {
  if (started === null) throw new InputError('the worker is not started; reload the page');
  return started;
}

serveCalls(self, {
  async start({ device }, { emit }) {
    const [binary, list] = await Promise.all([
      download('simd-life.wasm', emit),
      download('models/index.json', emit),
    ]);
    const engine = await createEngine(binary);
    let opened: Promise<Devices> | null = null;
    const devices = (): Promise<Devices> =>
      (opened ??= openDevices(device, base, download, emit).catch((error: unknown) => {
        opened = null; // another try begins anew
        throw error;
      }));
    const models = createModels(devices, download);
    const trainer = createTrainer({ devices, engine, download });
    started = { engine, models, trainer };
    return {
      models: JSON.parse(new TextDecoder().decode(list)) as string[],
      strategies: listStrategies(),
    };
  },
  async open({ name, files }, { emit }) {
    const { folder, language, note } = await use().models.open(name, files, emit);
    return { card: describeModel(folder), device: language.device, note };
  },
  predict: async (request, { signal }) => {
    const { models, engine } = use();
    return predictNext(models.find(request.model), request, engine, signal);
  },
  simulate: async (request) => simulateNext(request, use().engine),
  write: async (request, context) =>
    writeAnswer(use().models.find(request.model), request, context),
  infer: async (request, { signal }) =>
    inferRule(use().models.find(request.model), request, signal),
  inspect: async (request) => inspectCell(use().models.find(request.model), request),
  operate: async (request, context) => operate(use().models.find(request.model), request, context),
  train: async (request, context) => use().trainer.train(request, context),
  review: async ({ step }) => use().trainer.review(step),
  collect: async ({ step }) => use().trainer.collect(step),
});
