import type { ExampleSource } from '@lifegpt/core';
import {
  countParameters,
  initialiseState,
  openTraining,
  type Recipe,
  type Runtime,
} from '@lifegpt/model';
import { readdir, readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { pathIn } from '../folder-path.js';
import { readRecipe } from '../recipe-argument.js';
import { createRuntime, sessionOptions } from '../runtime.js';
import { median, type BenchTools, type Figure } from './figure.js';
import { withTemporaryFolder } from './temporary-folder.js';

/** Training steps of both networks: of the paper's text with the share that is matrix products, and of `life`. */
export async function benchTrainStep({ engine, context }: BenchTools): Promise<Figure[]> {
  const bench = 'train';
  const cpu = await createRuntime('cpu');
  const recipe = await readRecipe('flat32');
  const stages = recipe.stages.map((stage) => ({ ...stage, cells_per_batch: 8 * 1024 }));
  const { signal } = context;
  const steps = { recipe: { ...recipe, stages }, source: engine, signal };
  return withTemporaryFolder(async (folder) => {
    const seconds = median(await timeSteps(steps, cpu, 12));
    await timeSteps(steps, createProfiledRuntime(pathIn(folder, 'profile')), 6);
    const [profile] = await readdir(folder);
    const share = readMatMulShare(await readFile(pathIn(folder, profile!), 'utf8'));
    const ofLife = { ...steps, recipe: await readRecipe('life') };
    const life = median(await timeSteps(ofLife, cpu, 52));
    return [
      {
        bench,
        figure: 'step of 8 boards of 32x32, median of 10',
        value: seconds,
        unit: 's',
        target: '<= 0.35 s',
        reached: seconds <= 0.35,
      },
      { bench, figure: 'share of its time in matrix products', value: 100 * share, unit: '%' },
      { bench, figure: 'step of the recipe life, median of 50', value: life, unit: 's' },
    ];
  });
}

/** Some training steps of the paper's own model, a board a batch. */
export async function benchPaperSize({ engine, context }: BenchTools): Promise<Figure[]> {
  const recipe = await readRecipe('paper-12m');
  const stages = recipe.stages.map((stage) => ({ ...stage, cells_per_batch: 1024 }));
  const boards = { ...recipe, stages };
  const note = (seconds: number): void => context.talk(`a step: ${seconds.toFixed(1)} s`);
  const timed = { recipe: boards, source: engine, signal: context.signal };
  const seconds = median(await timeSteps(timed, await createRuntime('auto'), 5, note));
  const bench = 'paper';
  const { model } = recipe;
  const tokens = 'n_positions' in model ? model.n_positions : Number.NaN;
  return [
    {
      bench,
      figure: 'parameters of the paper’s model',
      value: countParameters(model),
      unit: '',
    },
    { bench, figure: 'its training step, one board, median of 3', value: seconds, unit: 's' },
    { bench, figure: 'tokens a second', value: tokens / seconds, unit: '' },
  ];
}

/** Seconds of the first steps of a training, without those of the first two. */
async function timeSteps(
  {
    recipe,
    source,
    signal,
  }: { readonly recipe: Recipe; readonly source: ExampleSource; readonly signal: AbortSignal },
  runtime: Runtime,
  steps: number,
  onStep?: (seconds: number) => void,
): Promise<number[]> {
  const training = await openTraining(runtime, recipe, source);
  let state = initialiseState(recipe.model, 1);
  const times: number[] = [];
  try {
    for (let i = 0; i < steps; i++) {
      await setImmediate(); // Ctrl-C is heard
      signal.throwIfAborted();
      const began = performance.now();
      ({ state } = await training.step(state));
      const seconds = (performance.now() - began) / 1000;
      times.push(seconds);
      onStep?.(seconds);
    }
  } finally {
    await training.release();
  }
  return times.slice(2);
}

/** A CPU runtime whose session writes ONNX Runtime's own profile when it is released. */
function createProfiledRuntime(prefix: string): Runtime {
  return {
    device: 'cpu',
    async createSession(model) {
      const options = {
        ...sessionOptions('cpu'),
        enableProfiling: true,
        profileFilePrefix: prefix,
      };
      const { InferenceSession } = await import('onnxruntime-node');
      const session = await InferenceSession.create(model, options);
      const release = session.release.bind(session);
      session.release = () => {
        session.endProfiling();
        return release();
      };
      return session;
    },
  };
}

/** Share of the kernels' time that is spent in (fused) matrix products. */
function readMatMulShare(profile: string): number {
  const events = JSON.parse(profile) as {
    cat: string;
    name: string;
    dur: number;
    args: { op_name?: string };
  }[];
  const kernels = events.filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'));
  const total = kernels.reduce((sum, { dur }) => sum + dur, 0);
  const products = kernels.filter(({ args }) => /MatMul|Gemm/.test(args.op_name ?? ''));
  return products.reduce((sum, { dur }) => sum + dur, 0) / total;
}
