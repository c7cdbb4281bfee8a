/** The model and the engine run here, so that the page never waits. */

import { InputError } from '@lifegpt/core';
import { createEngine, type SimdLife } from '@lifegpt/simd-life';
import { serveCalls } from '../calls.js';
import { openDevices, type Devices } from './device.js';
import { createDownloader } from './download.js';
import { createModels, describeModel, type Models } from './models.js';
import { predictNext, simulateNext } from './play.js';
import { createTrainer, type Trainer } from './training.js';
import { createAttentionReader, writeAnswer } from './write.js';

/** What `start` makes. */
interface Started {
  readonly engine: SimdLife;
  readonly devices: Devices;
  readonly models: Models;
  readonly trainer: Trainer;
}

const base = new URL('.', self.location.href);
const download = createDownloader(base);
const readAttention = createAttentionReader();
let started: Started | null = null;

function use(): Started {
  if (started === null) throw new InputError('the worker is not started; reload the page');
  return started;
}

serveCalls(self, {
  async start({ device }, { emit }) {
    const engine = await createEngine(await download('simd-life.wasm', emit));
    const list = await download('models/index.json', emit);
    const devices = await openDevices(device, base, download, emit);
    const models = createModels(devices, download);
    const trainer = createTrainer({ devices, engine, download });
    started = { engine, devices, models, trainer };
    return {
      device: devices.chosen.device,
      note: devices.note,
      models: JSON.parse(new TextDecoder().decode(list)) as string[],
    };
  },
  async open({ name, files }, { emit }) {
    const { folder, language, note } = await use().models.open(name, files, emit);
    return { card: describeModel(folder), device: language.device, note };
  },
  predict: async (request) => {
    const { models, engine } = use();
    return predictNext(models.find(request.model), request, engine);
  },
  simulate: async (request) => simulateNext(request, use().engine),
  write: async (request, context) =>
    writeAnswer(use().models.find(request.model), request, context),
  attend: async (request) => readAttention(use().models.find(request.model), request),
  train: async (request, context) => use().trainer.train(request, context),
});
