/** Training in the worker: the same steps as `lifegpt train`, until fresh boards have no wrong cell. */

import { createGrid, InputError, type ExampleSource } from '@lifegpt/core';
import {
  addCounts,
  checkRecipe,
  createTrainingProbe,
  decodeJacobi,
  defaultHeader,
  evaluateExamples,
  evaluateFreshBoards,
  listNeighbourhood,
  loadModel,
  readModelFolder,
  sharpnessAt,
  sumAttention,
  train,
  vocabularyOf,
  writeModelFolder,
  type EvaluationCounts,
  type ModelConfig,
  type Recipe,
  type StepEvent,
  type TrainingProbe,
  type TrainState,
} from '@lifegpt/model';
import type { CallContext } from '../calls.js';
import type { Calls, ModelFiles, TrainingResult, TrainingSnapshot } from '../messages.js';
import { applyKnobs, checkKnobs, type TrainingKnobs } from '../train/knobs.js';
import { createShelf, type Shelf } from '../train/shelf.js';
import type { Devices } from './device.js';
import type { Downloader } from './download.js';

/** Trains, goes on where it was stopped, and shows steps that lie behind. */
export interface Trainer {
  train(request: Calls['train']['request'], context: CallContext<'train'>): Promise<TrainingResult>;
  /** @throws InputError when the step is not kept */
  review(step: number): Promise<TrainingSnapshot>;
  /** @throws InputError when the step is not kept */
  collect(step: number): Promise<ModelFiles>;
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
/** The check: boards of every density under Life, and as many under other rules that the model is to know, of another seed than the training's. */
const CHECK = { seed: 2 ** 31, boards: 1024, density: [0, 1] as const };
const CHECK_RULES = 32;
/** The board of the snapshots, and the cell whose attention they show. */
const SHOWN = { seed: 2 ** 31 + 1, density: [0.4, 0.4] as const };
/** Steps that are kept at most, of some 150 kB each. */
const MOST_KEPT = 128;

/** A training that can be looked back at. */
interface Run {
  readonly recipe: Recipe;
  readonly probe: TrainingProbe;
  readonly shelf: Shelf<TrainState>;
  state?: TrainState;
}

/** A trainer of the page's recipe. */
export function createTrainer({ devices, engine, download }: TrainerParts): Trainer {
  /** The training whose steps are kept. */
  let kept: Run | null = null;

  async function begin(knobs: TrainingKnobs): Promise<Run> {
    const bytes = await download('recipe.json', () => undefined);
    const written = checkRecipe(JSON.parse(new TextDecoder().decode(bytes)), 'recipe.json');
    const recipe = checkRecipe(
      { ...applyKnobs(written, checkKnobs(knobs)), checkpoint_every: 1 },
      'recipe.json',
    );
    const probe = createTrainingProbe(await (await devices()).wasm(), recipe);
    return { recipe, probe, shelf: createShelf(MOST_KEPT) };
  }

  function find(step: number): { readonly run: Run; readonly state: TrainState } {
    const state = kept?.shelf.get(step);
    if (state !== undefined) return { run: kept!, state };
    throw new InputError(`step ${step} of the training is not kept; choose another`);
  }

  return {
    async train({ knobs, resume, isKept }, { signal, emit }) {
      const runtime = await (await devices()).wasm();
      const run = (resume ? kept : null) ?? (await begin(knobs));
      if (isKept && run !== kept) {
        await kept?.probe.release();
        kept = run;
      }
      const { recipe, shelf } = run;
      const meter = createMeter();
      let shown = 0;
      let rightBatches = 0;
      let counts: EvaluationCounts | null = null;
      const options = { runtime, recipe, source: engine, signal };
      try {
        for await (const event of train({
          ...options,
          ...(run.state === undefined ? {} : { state: run.state }),
        })) {
          if (event.kind === 'step') {
            meter.add(event);
            rightBatches = event.wrongTokens === 0 ? rightBatches + 1 : 0;
            continue;
          }
          const { state } = event; // there is one after every step
          run.state = state;
          const { step } = state;
          const isDue = rightBatches >= RIGHT_BATCHES || step === recipe.steps;
          if (meter.age() < EVENT_EVERY && !isDue && step > 1) continue;
          const now = performance.now();
          const isShown = now - shown >= SNAPSHOT_EVERY || isDue;
          const snapshot = isShown ? await look(run, state) : null;
          if (isShown) shown = now;
          if (isShown && isKept) shelf.put(step, state);
          const { steps } = recipe;
          emit({ step, steps, ...meter.read(), snapshot, kept: shelf.steps(), checking: isDue });
          if (!isDue) continue;
          rightBatches = 0;
          counts = await check(recipe, state, signal).catch((error: unknown) => {
            if (signal.aborted) return null;
            throw error;
          });
          if (counts?.wrongBoards === 0) break;
        }
      } finally {
        if (!isKept) await run.probe.release();
      }
      const state = run.state!;
      if (isKept) shelf.put(state.step, state);
      return {
        step: state.step,
        steps: recipe.steps,
        isExact: counts?.wrongBoards === 0,
        boards: counts?.boards ?? 0,
        wrongCells: counts?.wrongCells ?? 0,
        kept: shelf.steps(),
        files: await writeFiles(recipe, state),
      };
    },
    async review(step) {
      const { run, state } = find(step);
      return look(run, state);
    },
    async collect(step) {
      const { run, state } = find(step);
      return writeFiles(run.recipe, state);
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
    const { trained_for: trained } = recipe.model;
    const [, side] = trained.sides;
    const header = defaultHeader(trained);
    const request = { ...CHECK, index: 0, height: side, width: side, ...header };
    const life = await evaluateExamples(model, decodeJacobi, engine.draw(request), header, signal);
    const others = await evaluateFreshBoards(model, decodeJacobi, {
      source: engine,
      seed: CHECK.seed,
      sizes: CHECK_RULES,
      boardsPerSize: CHECK.boards / CHECK_RULES,
      signal,
    });
    await model.release();
    return addCounts(life, others);
  }

  async function look(
    { probe, recipe }: Run,
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
    const near = listNeighbourhood({ ...header, width: side, height: side }, cell);
    const onNear = attention.reduce((sum, head) => sum + sumAttention(head, near), 0);
    const neighbourhood = onNear / attention.length;
    return { given, truth, written, cell, attention, neighbourhood };
  }
}

/** A step's model: it looks as sharply as it does at that step. */
function writeFiles(recipe: Recipe, { parameters, step }: TrainState): Promise<ModelFiles> {
  const { location } = recipe;
  const sharpness = sharpnessAt({ ...recipe, location: location! }, step);
  const config = { ...recipe.model, attention_sharpness: sharpness } as ModelConfig;
  return writeModelFolder(config, vocabularyOf(recipe), parameters);
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
