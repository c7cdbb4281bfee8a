/** A recipe trained into a folder, with metrics, checkpoints and a closing evaluation. */

import { InputError } from '@lifegpt/core';
import {
  countParameters,
  isLocationConfig,
  hashBytes,
  loadModel,
  train,
  type Recipe,
  type Runtime,
  type StepEvent,
  type TrainState,
} from '@lifegpt/model';
import { targetIn } from './folder-path.js';
import { evaluateTrained, type ClosingEvaluation } from './closing-evaluation.js';
import type { CommandContext } from './context.js';
import { loadEngine } from './engine.js';
import { openModelFolder } from './model-argument.js';
import { writeOutputFile } from './output-file.js';
import { createRuntime } from './runtime.js';
import { countNoun, formatCount } from './terminal/count.js';
import { createProgress } from './terminal/progress.js';
import {
  openTrainingRun,
  type Beginning,
  type MetricsLine,
  type TrainingRun,
} from './training-run.js';

/** Steps that a line of metrics.jsonl averages over, at most. */
const STEPS_A_LINE = 20;

/** What to train, and where. */
export interface TrainingJob {
  readonly recipe: Recipe;
  readonly folder: string;
  readonly beginning: Beginning;
  /** The state before the first step of a run that begins anew; random weights when left out. */
  readonly initial?: TrainState;
  /** Metrics are written as an event file too; a run that has one goes on with it in any case. */
  readonly tensorboard?: boolean;
  /** A value of `DEVICES`. */
  readonly device: string;
  /** The model is kept every so many steps, a multiple of those between checkpoints; not at all when left out. */
  readonly keepEvery?: number;
}

/**
 * Trains to the recipe's end, evaluates, and writes `training.json`.
 * @throws InputError as `openTrainingRun`
 */
export async function trainRecipe(
  {
    recipe,
    folder,
    beginning,
    initial,
    device,
    keepEvery = Infinity,
    tensorboard = false,
  }: TrainingJob,
  context: CommandContext,
): Promise<{ seconds: number; evaluation: ClosingEvaluation }> {
  // steps of attention by location are many small products, which threads only slow down
  const threads = isLocationConfig(recipe.model) ? 1 : undefined;
  const runtime = await createRuntime(device, threads);
  const engine = await loadEngine();
  const run = await openTrainingRun(folder, recipe, beginning, tensorboard);
  try {
    return await trainRun(run, { recipe, runtime, engine, initial, keepEvery }, context);
  } finally {
    await run.close();
  }
}

/** What a run is trained with. */
interface TrainingParts {
  readonly recipe: Recipe;
  readonly runtime: Runtime;
  readonly engine: Awaited<ReturnType<typeof loadEngine>>;
  readonly initial: TrainState | undefined;
  readonly keepEvery: number;
}

async function trainRun(
  run: TrainingRun,
  { recipe, runtime, engine, initial, keepEvery }: TrainingParts,
  context: CommandContext,
): Promise<{ seconds: number; evaluation: ClosingEvaluation }> {
  const weights = initial === undefined ? 'random weights' : 'the weights of another model';
  const from = run.state === null ? weights : `step ${run.state.step}`;
  context.talk(
    `training ${recipe.name}: ${formatCount(countParameters(recipe.model))} parameters, ` +
      `${countNoun(recipe.steps, 'step')} from ${from}, on ${runtime.device}, into ${run.folder}`,
  );

  const state = run.state ?? initial;
  const { seconds, dataHash } = await runSteps(
    { recipe, runtime, engine, initial: state, keepEvery },
    run,
    context,
  );
  context.signal.throwIfAborted();
  const model = await loadModel(await openModelFolder(run.folder), runtime);
  const evaluation = await evaluateTrained(model, recipe, engine, context);
  await writeOutputFile(
    targetIn(run.folder, 'training.json'),
    await describeTraining(recipe, seconds, dataHash, evaluation),
  );
  return { seconds, evaluation };
}

/** Trains to the end or to the interruption; the seconds are those of all sittings together. */
async function runSteps(
  { recipe, runtime, engine: source, initial: state, keepEvery }: TrainingParts,
  run: TrainingRun,
  { signal, progress: stream }: CommandContext,
): Promise<{ seconds: number; dataHash: string }> {
  const progress = createProgress(stream, 'train', recipe.steps);
  let { seconds } = run;
  let dataHash = state?.dataHash ?? '';
  let pending: StepEvent[] = [];
  let note = '';
  /** Lines end at round steps and at checkpoints, so that a resumed run writes the same ones. */
  async function writePending(): Promise<void> {
    if (pending.length === 0) return;
    const line = averageSteps(pending, seconds);
    pending = [];
    await run.writeMetrics(line);
    const wrong = (100 * line.wrongTokens) / line.answerTokens;
    note = `loss ${line.loss.toFixed(5)}, wrong ${wrong.toFixed(3)} %`;
  }

  const events = train({
    runtime,
    recipe,
    source,
    signal,
    ...(state === undefined ? {} : { state }),
  });
  try {
    for await (const event of events) {
      if (event.kind === 'checkpoint') {
        await writePending();
        await run.writeCheckpoint(event.state);
        if (event.state.step % keepEvery === 0) await run.keepModel(event.state);
        dataHash = event.state.dataHash;
        continue;
      }
      if (!Number.isFinite(event.loss)) {
        throw new InputError(
          `the loss is ${event.loss} at step ${event.step}; begin again with a lower learning_rate, e.g. --set learning_rate=${recipe.learning_rate / 4}`,
        );
      }
      seconds += event.seconds;
      pending.push(event);
      if (event.step % STEPS_A_LINE === 0) await writePending();
      progress.update(event.step, note);
    }
  } finally {
    progress.finish();
  }
  return { seconds, dataHash };
}

/** The metrics of some steps together, the loss weighted by their tokens. */
function averageSteps(steps: readonly StepEvent[], seconds: number): MetricsLine {
  const sum = (value: (event: StepEvent) => number): number =>
    steps.reduce((total, e) => total + value(e), 0);
  const { step, learningRate } = steps.at(-1)!;
  const answerTokens = sum((event) => event.answerTokens);
  return {
    step,
    loss: sum((event) => event.loss * event.answerTokens) / answerTokens,
    answerTokens,
    wrongTokens: sum((event) => event.wrongTokens),
    gradientNorm: sum((event) => event.gradientNorm) / steps.length,
    learningRate,
    seconds: Math.round(seconds * 100) / 100,
  };
}

/** What a model's folder says of its training. */
async function describeTraining(
  recipe: Recipe,
  seconds: number,
  dataHash: string,
  { drawn, ...counts }: ClosingEvaluation,
): Promise<string> {
  const recipeText = JSON.stringify(recipe);
  const described = {
    recipe: recipe.name,
    recipe_sha256: await hashBytes(new TextEncoder().encode(recipeText)),
    seed: recipe.seed,
    data_sha256: dataHash,
    steps: recipe.steps,
    training_seconds: Math.round(seconds),
    evaluation: { ...drawn, ...counts },
  };
  return `${JSON.stringify(described, null, 2)}\n`;
}
