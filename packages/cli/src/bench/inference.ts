/** What a next state costs: by the plan on boards of all sizes, densely, token by token, and with transformers.js. */

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
import { benchNear } from './near.js';
import { runProgram } from './process.js';
import { withTemporaryFolder } from './temporary-folder.js';

const SIDE = 32;
const REPEATS = 11;
const GENERATOR = fileURLToPath(
  new URL('../../../../tools/bench/transformers-js.mjs', import.meta.url),
);

/** The model whose text and weights transformers.js takes as well. */
const PEER_MODEL = 'flat32';

/** All of it; what is held against transformers.js on a model that it runs too. */
export async function benchInference(tools: BenchTools): Promise<Figure[]> {
  const { engine, context } = tools;
  const model = await tools.loadModel();
  const layout = layoutPrompt(model.tokenizer, SIDE, SIDE);
  const [machine] = await benchMachine();
  const { signal } = context;
  const { figures, seconds32 } = await benchNear(tools, machine!.value);
  const peerModel = await loadModel(await openModelFolder(PEER_MODEL), await createRuntime('cpu'));
  const peerLayout = layoutPrompt(peerModel.tokenizer, SIDE, SIDE);
  const timed = { model, engine, layout, signal };
  const jacobi = await timeDecoding(timed, decodeJacobi, REPEATS);
  const greedy = await timeDecoding(timed, decodeGreedy, 1);
  const timedPeer = { model: peerModel, engine, layout: peerLayout, signal };
  const own = await timeDecoding(timedPeer, decodeJacobi, REPEATS);
  const peer = await timeTransformersJs(engine, context);
  await peerModel.release();
  const row = (figure: string, value: number, unit: string): Figure => ({
    bench: 'inference',
    figure,
    value,
    unit,
  });
  const over = peer === null ? null : peer / seconds32;
  return [
    machine!,
    ...figures,
    row('Jacobi, dense, one 32x32 state', 1000 * jacobi.seconds, 'ms'),
    row('greedy, dense, token by token', greedy.seconds, 's'),
    row(`Jacobi with ${PEER_MODEL}, one 32x32 state`, 1000 * own.seconds, 'ms'),
    ...(peer === null || over === null
      ? []
      : [
          row(`transformers.js generate with ${PEER_MODEL}, one layer`, peer, 's'),
          {
            ...row('near over transformers.js', over, 'x'),
            target: '>= 300 x',
            reached: over >= 300,
          },
        ]),
    row('the paper, on an RTX A4000 (read off its files’ times)', 20, 's'),
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
  repeats: number,
): Promise<{ seconds: number }> {
  const seconds: number[] = [];
  const warmUp = Math.min(3, repeats - 1);
  for (let index = 0; index < warmUp + repeats; index++) {
    const headers = [{ rule: CONWAY, topology: TORUS }];
    const prompts = encodePrompts(layout, drawBoard(engine, index), headers);
    await setImmediate(); // Ctrl-C is heard
    signal.throwIfAborted();
    const began = performance.now();
    await decode(model, { layout, prompts, signal });
    if (index >= warmUp) seconds.push((performance.now() - began) / 1000);
  }
  return { seconds: median(seconds) };
}

function drawBoard(engine: SimdLife, index: number): Uint8Array {
  const size = { width: SIDE, height: SIDE, boards: 1 };
  return engine.draw({ seed: 5, index, rule: CONWAY, density: [0, 1], ...size }).states;
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
      const grid = createGrid(SIDE, SIDE, drawBoard(engine, 3));
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
