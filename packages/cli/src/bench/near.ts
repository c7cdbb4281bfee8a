/** What a token costs by the plan: boards of many sizes, rules and topologies, and a long run of a real pattern. */

import {
  createGrid,
  encodeHeader,
  formOfRule,
  isTableRule,
  openStream,
  parsePattern,
  parseRule,
  placePattern,
  TOPOLOGY_TOKENS,
  topologyOfToken,
  type Grid,
  type PromptHeader,
  type TopologyToken,
} from '@lifegpt/core';
import {
  decodeNear,
  loadModel,
  predictBatch,
  predictNear,
  type LanguageModel,
} from '@lifegpt/model';
import { setImmediate } from 'node:timers/promises';
import { readGollyPattern } from '../compute/golly-patterns.js';
import { TURING_FILE } from '../compute/turing-machine.js';
import { openModelFolder } from '../model-argument.js';
import { createRuntime } from '../runtime.js';
import { median, type BenchTools, type Figure } from './figure.js';
import { measureProcess } from './process.js';

/** A board of a size under a header, drawn evenly. */
function drawBoard(width: number, height: number, index: number): Grid {
  const random = openStream(5, 'bench boards', width, height, index);
  const density = random.nextFloat();
  const cells = Uint8Array.from({ length: width * height }, () =>
    Number(random.nextFloat() < density),
  );
  return createGrid(width, height, cells);
}

/** A rule of 18 bits, or a table of 512 drawn evenly, on a topology. */
function headerOf(form: 'counts' | 'table', token: TopologyToken): PromptHeader {
  const random = openStream(5, 'bench tables');
  const table = Uint8Array.from({ length: 512 }, () => random.nextInt(2));
  const topology = topologyOfToken(token);
  return { topology, rule: form === 'counts' ? parseRule('B3/S23').rule : { table } };
}

/** Seconds of a next state of so many boards: the first time, the plan with it, and the median of further times. */
async function timeState(
  model: LanguageModel,
  side: number,
  header: PromptHeader,
  { boards = 1, repeats }: { readonly boards?: number; readonly repeats: number },
  signal: AbortSignal,
): Promise<{ readonly first: number; readonly seconds: number; readonly passes: number }> {
  const times: number[] = [];
  let passes = 0;
  for (let index = 0; index <= repeats; index++) {
    const grids = Array.from({ length: boards }, (_, b) =>
      drawBoard(side, side, index * boards + b),
    );
    await setImmediate(); // Ctrl-C is heard
    signal.throwIfAborted();
    const began = performance.now();
    const batch = await predictBatch(model, grids, {
      headers: grids.map(() => header),
      decode: decodeNear,
      signal,
    });
    times.push((performance.now() - began) / 1000);
    passes = Math.max(passes, batch.forwardPasses);
  }
  return { first: times[0]!, seconds: median(times.slice(1)), passes };
}

/** Multiplications and additions of the matrix products for a whole board. */
function countFlops(model: LanguageModel, side: number, header: PromptHeader): number {
  const tokens = encodeHeader(model.tokenizer, header);
  const form = formOfRule(header.rule);
  const board = model.near!.reads({
    width: side,
    height: side,
    form,
    markerIds: [tokens[1]!, tokens.at(-1)!],
  });
  // rows by places of the linear part, then the look-up and its bound
  const [rows, lookUp] = isTableRule(header.rule) ? [10, 512 + 9] : [11, 3 * 9 + 9 * 9];
  return board.stencils.reduce((sum, { rectangles, places }) => {
    const cells = rectangles.reduce((all, { width, height }) => all + width * height, 0);
    return sum + cells * 2 * (rows * places.length + lookUp);
  }, 0);
}

/** A run with kept tokens of a machine made of Life; null where Golly's patterns are not installed. */
async function timeKept(
  model: LanguageModel,
  generations: number,
  { env, talk, signal }: BenchTools['context'],
): Promise<{ readonly seconds: number; readonly computed: number; readonly all: number } | null> {
  const text = await readGollyPattern(TURING_FILE, undefined, env['PATH']).catch(
    (error: unknown) => {
      talk(`no run with kept tokens: ${(error as Error).message}`);
      return null;
    },
  );
  if (text === null) return null;
  const { rule, bounds } = parseRule('B3/S23:P1714,1647');
  const { position: _, ...pattern } = parsePattern(text, TURING_FILE);
  const { grid } = placePattern({ ...pattern, statedSize: pattern.grid }, bounds!);
  const [seconds, computed]: [number[], number[]] = [[], []];
  for await (const step of predictNear({
    model,
    rule,
    topology: bounds!.topology,
    grid,
    generations,
    signal,
  })) {
    seconds.push(step.seconds);
    computed.push(step.computed);
  }
  return { seconds: median(seconds), computed: median(computed), all: grid.cells.length + 1 };
}

/** The same on an accelerator, where `auto` finds one. */
async function timeOtherDevice(
  modelName: string,
  header: PromptHeader,
  signal: AbortSignal,
): Promise<{ readonly name: string; readonly seconds: number }[]> {
  const runtime = await createRuntime('auto');
  if (runtime.device === 'cpu') return [];
  const model = await loadModel(await openModelFolder(modelName), runtime);
  const rows: { name: string; seconds: number }[] = [];
  for (const side of [32, 64, 1024]) {
    const { seconds } = await timeState(model, side, header, { repeats: 9 }, signal);
    rows.push({ name: `near on ${runtime.device}, one ${side}x${side} state`, seconds });
  }
  await model.release();
  return rows;
}

/** All of it. @param gigaflops of this machine's matrix products */
export async function benchNear(
  { modelName, context }: BenchTools,
  gigaflops: number,
): Promise<{ readonly figures: Figure[]; readonly seconds32: number }> {
  const { signal } = context;
  const model = await loadModel(await openModelFolder(modelName), await createRuntime('cpu'));
  if (model.near === undefined) throw new Error(`model ${modelName} has no plan to measure`);
  const plain = headerOf('counts', 'T');
  const small = await timeState(model, 32, plain, { repeats: 101 }, signal);
  const kinds = TOPOLOGY_TOKENS.flatMap((token) =>
    (['counts', 'table'] as const).map((form) => headerOf(form, token)),
  );
  const middle: number[] = [];
  for (const header of kinds) {
    middle.push((await timeState(model, 64, header, { repeats: 21 }, signal)).seconds);
  }
  const batch = await timeState(model, 32, plain, { boards: 32, repeats: 11 }, signal);
  const plan = await timeState(model, 256, plain, { repeats: 5 }, signal);
  const million = await timeState(model, 1024, plain, { repeats: 9 }, signal);
  const large = await timeState(model, 2048, plain, { repeats: 5 }, signal);
  const kept = await timeKept(model, 60, context);
  const share = countFlops(model, 1024, plain) / (gigaflops * 1e9) / million.seconds;
  await model.release();
  const device = await timeOtherDevice(modelName, plain, signal);
  const peak = async (side: number): Promise<number | null> => {
    const rule = `B3/S23:T${side},${side}`;
    const line = ['predict', 'acorn', '--model', modelName, '--rule', rule, '-n', '3', '--json'];
    return (await measureProcess(line, signal)).peakMegabytes;
  };
  const [peak64, peak1024] = [await peak(64), await peak(1024)];

  const row = (figure: string, value: number, unit: string): Figure => ({
    bench: 'inference',
    figure,
    value,
    unit,
  });
  const atMost = (name: string, value: number, unit: string, most: number): Figure => ({
    ...row(name, value, unit),
    target: `<= ${most} ${unit}`,
    reached: value <= most,
  });
  const atLeast = (name: string, value: number, unit: string, least: number): Figure => ({
    ...row(name, value, unit),
    target: `>= ${least} ${unit}`,
    reached: value >= least,
  });
  const ratio = large.seconds / 2048 ** 2 / (middle[0]! / 64 ** 2);
  const figures = [
    atMost('near, one 32x32 state', 1000 * small.seconds, 'ms', 1.5),
    row('forward passes, the most', small.passes, 'passes'),
    atMost(
      'one 64x64 state: the slowest of 6 topologies x 2 forms',
      1000 * Math.max(...middle),
      'ms',
      5,
    ),
    row('one 64x64 state: B3/S23 on a torus', 1000 * middle[0]!, 'ms'),
    ...(peak64 === null ? [] : [atMost('most memory, 64x64', peak64, 'MB', 200)]),
    atMost('time a cell, 2048x2048 over 64x64', ratio, 'x', 1.5),
    atMost('one 1024x1024 state', million.seconds, 's', 2),
    ...(peak1024 === null ? [] : [atMost('most memory, 1024x1024', peak1024, 'MB', 1000)]),
    atLeast('batch of 32 boards of 32x32', 32 / batch.seconds, 'boards/s', 1500),
    atLeast('products at the machine’s rate, of the time at 1024x1024', 100 * share, '%', 40),
    atMost('plan of a 256x256 board', plan.first - plan.seconds, 's', 1),
    ...(kept === null
      ? []
      : [
          atMost(
            'a machine on 1714x1647, a generation with kept tokens',
            1000 * kept.seconds,
            'ms',
            60,
          ),
          row('tokens computed for it, of all', (100 * kept.computed) / kept.all, '%'),
        ]),
  ];
  return {
    figures: [...figures, ...device.map(({ name, seconds }) => row(name, 1000 * seconds, 'ms'))],
    seconds32: small.seconds,
  };
}
