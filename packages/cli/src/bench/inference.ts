/** One 32x32 state: by Jacobi, token by token, in batches; and the paper's text by Jacobi and by transformers.js. */

import {
  CONWAY,
  createGrid,
  encodePrompts,
  formatCells,
  formatPrompt,
  layoutPrompt,
  TORUS,
  type PromptLayout,
} from '@lifegpt/core';
import {
  decodeGreedy,
  decodeJacobi,
  loadModel,
  type Decoder,
  type GptConfig,
  type LanguageModel,
} from '@lifegpt/model';
import type { SimdLife } from '@lifegpt/simd-life';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { exportFolder } from '../export-folder.js';
import { pathIn } from '../folder-path.js';
import { openModelFolder } from '../model-argument.js';
import { createRuntime } from '../runtime.js';
import { median, type BenchTools, type Figure } from './figure.js';
import { benchMachine } from './machine.js';
import { measureProcess, runProgram } from './process.js';
import { withTemporaryFolder } from './temporary-folder.js';

const SIDE = 32;
const REPEATS = 21;
const GENERATOR = fileURLToPath(
  new URL('../../../../tools/bench/transformers-js.mjs', import.meta.url),
);

/** The model whose text and weights transformers.js takes as well. */
const PEER_MODEL = 'flat32';

/** All of it; what is held against transformers.js on a model that it runs too. */
export async function benchInference(tools: BenchTools): Promise<Figure[]> {
  const { engine, modelName, context } = tools;
  const model = await tools.loadModel();
  const layout = layoutPrompt(model.tokenizer, SIDE, SIDE);
  const [machine] = await benchMachine();
  const { signal } = context;
  const peerModel = await loadModel(await openModelFolder(PEER_MODEL), await createRuntime('cpu'));
  const peerLayout = layoutPrompt(peerModel.tokenizer, SIDE, SIDE);
  const timed = { model, engine, layout, signal };
  const jacobi = await timeDecoding(timed, decodeJacobi, 1, REPEATS);
  const greedy = await timeDecoding(timed, decodeGreedy, 1, 3);
  const batch = await timeDecoding(timed, decodeJacobi, 32, 5);
  const timedPeer = { model: peerModel, engine, layout: peerLayout, signal };
  const own = await timeDecoding(timedPeer, decodeJacobi, 1, REPEATS);
  const peer = await timeTransformersJs(engine, context);
  const { peakMegabytes } = await measureProcess(
    ['predict', 'r-pentomino', '--model', modelName, '-n', '3', '--json'],
    signal,
  );
  const bench = 'inference';
  const flops = countPassFlops(peerModel.config as GptConfig, peerLayout) * own.passes;
  const share = (100 * flops) / (machine!.value * 1e9) / own.seconds;
  await peerModel.release();
  const row = (name: string, value: number, unit: string): Figure => ({
    bench,
    figure: name,
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
  return [
    machine!,
    atMost(`Jacobi, one 32x32 state, median of ${REPEATS}`, 1000 * jacobi.seconds, 'ms', 20),
    atMost('forward passes, the most', jacobi.passes, 'passes', 3),
    atMost('greedy with a cache, the same', greedy.seconds, 's', 0.5),
    atLeast('Jacobi, batch of 32', 32 / batch.seconds, 'boards/s', 100),
    row(`Jacobi with ${PEER_MODEL}, one 32x32 state`, 1000 * own.seconds, 'ms'),
    atLeast('its matrix products at the machine’s rate, of that time', share, '%', 40),
    ...(peer === null
      ? []
      : [
          row('transformers.js generate, the same weights', peer, 's'),
          atLeast('Jacobi over transformers.js', peer / own.seconds, 'x', 50),
        ]),
    row('the paper, on an RTX A4000 (read off its files’ times)', 20, 's'),
    ...(peakMegabytes === null ? [] : [atMost('most memory, one board', peakMegabytes, 'MB', 400)]),
  ];
}

/** What is timed, and what ends it. */
interface TimedModel {
  readonly model: LanguageModel;
  readonly engine: SimdLife;
  readonly layout: PromptLayout;
  readonly signal: AbortSignal;
}

async function timeDecoding(
  { model, engine, layout, signal }: TimedModel,
  decode: Decoder,
  boards: number,
  repeats: number,
): Promise<{ seconds: number; passes: number }> {
  const seconds: number[] = [];
  let passes = 0;
  const headers = Array.from({ length: boards }, () => ({ rule: CONWAY, topology: TORUS }));
  const warmUp = Math.min(3, repeats);
  for (let index = 0; index < warmUp + repeats; index++) {
    const prompts = encodePrompts(layout, drawBoards(engine, index, boards), headers);
    await setImmediate(); // Ctrl-C is heard
    signal.throwIfAborted();
    const began = performance.now();
    const result = await decode(model, { layout, prompts, signal });
    if (index >= warmUp) seconds.push((performance.now() - began) / 1000);
    passes = Math.max(passes, result.forwardPasses);
  }
  return { seconds: median(seconds), passes };
}

function drawBoards(engine: SimdLife, index: number, boards: number): Uint8Array {
  const size = { width: SIDE, height: SIDE, boards };
  return engine.draw({ seed: 5, index, rule: CONWAY, density: [0, 1], ...size }).states;
}

/** Multiplications and additions of the matrix products of one pass over an answer. */
function countPassFlops(config: GptConfig, { promptTokens, answerTokens }: PromptLayout): number {
  const { n_embd: width, n_inner: inner, n_layer: layers, vocab_size: vocabulary } = config;
  const keys = promptTokens - 1 + answerTokens / 2; // a query sees half of the answer
  const attention = 4 * answerTokens * keys * width;
  const linear = 2 * answerTokens * (4 * width * width + 2 * width * inner);
  return layers * (attention + linear) + 2 * answerTokens * width * vocabulary;
}

/** Seconds a state; null where transformers.js is not installed. */
async function timeTransformersJs(
  engine: SimdLife,
  { talk, signal }: BenchTools['context'],
): Promise<number | null> {
  return withTemporaryFolder(async (folder) => {
    try {
      const exported = pathIn(folder, 'exported');
      const files = await exportFolder(await openModelFolder(PEER_MODEL));
      for (const [path, bytes] of Object.entries(files)) {
        await mkdir(dirname(pathIn(exported, path)), { recursive: true });
        await writeFile(pathIn(exported, path), bytes);
      }
      const grid = createGrid(SIDE, SIDE, drawBoards(engine, 3, 1));
      const output = await runProgram(
        process.execPath,
        [GENERATOR, exported, '3'],
        signal,
        formatPrompt(grid),
      );
      const { text, seconds } = JSON.parse(output) as { text: string; seconds: number[] };
      const answer = /\[([01]+)\]\$$/.exec(text)?.[1];
      if (answer !== formatCells(engine.step(grid, CONWAY))) {
        talk('transformers.js wrote another state than the engine');
      }
      return median(seconds);
    } catch (error) {
      signal.throwIfAborted();
      talk(`no transformers.js beside it: ${(error as Error).message.split('\n')[0]}`);
      return null;
    }
  });
}
