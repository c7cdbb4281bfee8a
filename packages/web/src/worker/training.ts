/** Training in the worker: the same steps as `lifegpt train`, until fresh boards have no wrong cell. */

import { createGrid, TORUS, type ExampleSource } from '@lifegpt/core';
import {
  checkRecipe,
  createTrainingProbe,
  decodeJacobi,
  defaultHeader,
  evaluateExamples,
  listNeighbourhood,
  loadModel,
  readModelFolder,
  sumAttention,
  train,
  vocabularyOf,
  writeModelFolder,
  type EvaluationCounts,
  type Recipe,
  type StepEvent,
  type TrainingProbe,
  type TrainState,
} from '@lifegpt/model';
import type { CallContext } from '../calls.js';
import type { Calls, ModelFiles, TrainingResult, TrainingSnapshot } from '../messages.js';
import type { Devices } from './device.js';
import type { Downloader } from './download.js';

/** Trains, and goes on where it was stopped. */
export interface Trainer {
  train(request: Calls['train']['request'], context: CallContext<'train'>): Promise<TrainingResult>;
}

/** What a trainer works with. */
export interface TrainerParts {
  readonly devices: () => Promise<Devices>;
  readonly engine: ExampleSource;
  readonly download: Downloader;
}

/** How often the page is told, and shown a snapshot, in milliseconds. */
const EVENT_EVERY = 120;
const SNAPSHOT_EVERY = 400;
/** Batches in a row without a wrong token after which fresh boards are checked. */
const RIGHT_BATCHES = 40;
/** The check: boards of every density, of another seed than the training's. */
const CHECK = { seed: 2 ** 31, boards: 1024, density: [0, 1] as const };
/** The board of the snapshots, and the cell whose attention they show. */
const SHOWN = { seed: 2 ** 31 + 1, density: [0.4, 0.4] as const };

/** A trainer of the page's recipe. */
export function createTrainer({ devices, engine, download }: TrainerParts): Trainer {
  let stopped: { recipe: Recipe; state: TrainState } | null = null;

  return {
    async train({ seed, resume }, { signal, emit }) {
      const runtime = await (await devices()).wasm();
      const bytes = await download('recipe.json', () => undefined);
      const written = checkRecipe(JSON.parse(new TextDecoder().decode(bytes)), 'recipe.json');
      const before = resume ? stopped : null;
      const recipe = before?.recipe ?? { ...written, seed, checkpoint_every: 1 };
      const probe = await createTrainingProbe(runtime, recipe);
      const meter = createMeter();
      let shown = 0;
      let rightBatches = 0;
      let counts: EvaluationCounts | null = null;
      let state = before?.state;
      const options = { runtime, recipe, source: engine, signal };
      try {
        for await (const event of train({
          ...options,
          ...(state === undefined ? {} : { state }),
        })) {
          if (event.kind === 'step') {
            meter.add(event);
            rightBatches = event.wrongTokens === 0 ? rightBatches + 1 : 0;
            continue;
          }
          state = event.state; // there is one after every step
          const { step } = state;
          const isDue = rightBatches >= RIGHT_BATCHES || step === recipe.steps;
          if (meter.age() < EVENT_EVERY && !isDue) continue;
          const now = performance.now();
          const snapshot =
            now - shown < SNAPSHOT_EVERY && !isDue ? null : await look(probe, recipe, state);
          if (snapshot !== null) shown = now;
          emit({ step, steps: recipe.steps, ...meter.read(), snapshot, checking: isDue });
          if (!isDue) continue;
          rightBatches = 0;
          counts = await check(recipe, state, signal).catch((error: unknown) => {
            if (signal.aborted) return null;
            throw error;
          });
          if (counts?.wrongBoards === 0) break;
        }
      } finally {
        await probe.release();
      }
      stopped = { recipe, state: state! };
      return {
        step: state!.step,
        steps: recipe.steps,
        isExact: counts?.wrongBoards === 0,
        boards: counts?.boards ?? 0,
        wrongCells: counts?.wrongCells ?? 0,
        files: await writeFiles(recipe, state!),
      };
    },
  };

  async function check(
    recipe: Recipe,
    state: TrainState,
    signal: AbortSignal,
  ): Promise<EvaluationCounts> {
    const files = await writeFiles(recipe, state);
    const folder = await readModelFolder(recipe.name, async (file) => files[file]);
    const model = await loadModel(folder, await (await devices()).wasm());
    const [, side] = recipe.model.trained_for.sides;
    const header = defaultHeader(recipe.model.trained_for);
    const request = { ...CHECK, index: 0, height: side, width: side, ...header };
    const examples = engine.draw(request);
    const counts = await evaluateExamples(model, decodeJacobi, examples, header, signal);
    await model.release();
    return counts;
  }

  async function look(
    probe: TrainingProbe,
    recipe: Recipe,
    { parameters, step }: TrainState,
  ): Promise<TrainingSnapshot> {
    const [, side] = recipe.model.trained_for.sides;
    const header = defaultHeader(recipe.model.trained_for);
    const request = { ...SHOWN, index: 0, boards: 1, height: side, width: side, ...header };
    const { states, nextStates } = engine.draw(request);
    const given = createGrid(side, side, states);
    const truth = createGrid(side, side, nextStates);
    const { written, weights } = await probe.read(parameters, given, truth, step);
    const cell = Math.floor(side / 2) * side + Math.floor(side / 2);
    const attention = weights.mapHeads(cell);
    const near = listNeighbourhood({ topology: TORUS, width: side, height: side }, cell);
    const onNear = attention.reduce((sum, head) => sum + sumAttention(head, near), 0);
    const neighbourhood = onNear / attention.length;
    return { given, truth, written, cell, attention, neighbourhood };
  }
}

function writeFiles(recipe: Recipe, state: TrainState): Promise<ModelFiles> {
  return writeModelFolder(recipe.model, vocabularyOf(recipe), state.parameters);
}

/** Means over the steps since it was last read. */
function createMeter(): {
  add(event: StepEvent): void;
  /** Milliseconds since it was last read. */
  age(): number;
  read(): { loss: number; wrongShare: number; stepsASecond: number };
} {
  let began = performance.now();
  let [steps, loss, wrong, tokens] = [0, 0, 0, 0];
  return {
    add(event) {
      steps++;
      loss += event.loss;
      wrong += event.wrongTokens;
      tokens += event.answerTokens;
    },
    age: () => performance.now() - began,
    read() {
      const seconds = (performance.now() - began) / 1000;
      const means = { loss: loss / steps, wrongShare: wrong / tokens };
      const stepsASecond = steps / seconds;
      began = performance.now();
      [steps, loss, wrong, tokens] = [0, 0, 0, 0];
      return { ...means, stepsASecond };
    },
  };
}
