import { CONWAY, createGrid, createTokenizer, PIECE_VOCABULARY } from '@lifegpt/core';
import type { Decoder, LanguageModel } from '@lifegpt/model';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createContext, type CommandContext } from '../context.js';
import { loadEngine } from '../engine.js';
import { openFreshBoards } from './board-source.js';
import { openCheckpoint } from './checkpoint.js';
import type { EvaluationState } from './evaluation-state.js';
import { evaluate, type EvaluationPlan } from './evaluate.js';

const engine = await loadEngine();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evaluate-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A model for which only the decoder below has an answer. */
function nameModel(name: string): LanguageModel {
  const config = { trained_for: { rule: 'B3/S23', topology: 'torus', sides: [3, 32] } };
  const tokenizer = createTokenizer(PIECE_VOCABULARY);
  return { name, config, tokenizer } as unknown as LanguageModel;
}

/** Life, but for the first cell of every board that has its second one alive. */
function openDecoder(onCall: (call: number) => void): { decode: Decoder; boards: () => number } {
  let [calls, total] = [0, 0];
  const decode: Decoder = (_model, { layout, prompts, signal }) => {
    onCall(++calls);
    signal?.throwIfAborted();
    const { width, height, promptTokens, answerTokens, firstCell, endTokens } = layout;
    const boards = prompts.length / promptTokens;
    const tokens = new Int32Array(boards * answerTokens);
    for (let b = 0; b < boards; b++) {
      const from = b * promptTokens + firstCell;
      const cells = Uint8Array.from(prompts.subarray(from, from + width * height));
      const next = engine.step(createGrid(width, height, cells), CONWAY);
      if (cells[1] === 1) next.cells[0]! ^= 1;
      tokens.set([...next.cells, ...endTokens], b * answerTokens);
    }
    total += boards;
    const margins = Float32Array.from(tokens, (_, i) => 1 + (i % 7));
    return Promise.resolve({ tokens, margins, forwardPasses: 1, minMargin: 1 });
  };
  return { decode, boards: () => total };
}

const sizes = [{ weight: 1, height: [5, 8], width: [5, 8] }] as const;
const fresh = { boards: 3000, sizes, density: [0, 1], rule: CONWAY, seed: 1 } as const;

async function run(
  file: string | null,
  decode: Decoder,
  signal: AbortSignal,
): Promise<EvaluationState> {
  const sources = [
    openFreshBoards({ ...fresh, boards: 6 }, '5..8', engine),
    openFreshBoards(fresh, '5..8', engine),
  ];
  const samplings = [
    { temperature: 0, seed: 1 },
    { temperature: 1, seed: 2 },
  ];
  const state = { models: ['one', 'two'], data: sources.map(({ name }) => name), samplings };
  const plan: EvaluationPlan = {
    models: [nameModel('one'), nameModel('two')],
    sources,
    samplings,
    decode,
    arar: { steps: 30, samplings: [{ temperature: 0, seed: 1 }] },
    engine,
    checkpoint: await openCheckpoint(file, { test: 1 }, state),
  };
  const streams = { stdout: new PassThrough(), stderr: new PassThrough(), env: {} };
  const context: CommandContext = createContext({ ...streams, signal }, () => undefined);
  return { ...(await evaluate(plan, context)), seconds: 0 };
}

const withoutTimes = (state: EvaluationState): string =>
  JSON.stringify(state).replace(/"seconds":[\d.e-]+/g, '');

describe('evaluate', () => {
  it.each([6, 15, 24])(
    'goes on after an interruption at decoding %i, to what a run without a break gives',
    async (at) => {
      const never = new AbortController().signal;
      const whole = openDecoder(() => undefined);
      const expected = await run(null, whole.decode, never);
      expect(expected.oneStep[1]!.tallies[0]!.wrongCells).toBeGreaterThan(100);
      expect(expected.arar.map(({ model, row }) => [model, row])).toEqual(
        ['one', 'two'].flatMap((model) => [1, 2, 3, 4, 5, 6].map((row) => [model, row])),
      );

      const file = join(folder, 'state.json');
      const interruption = new AbortController();
      const first = openDecoder((call) => {
        if (call === at) interruption.abort();
      });
      await expect(run(file, first.decode, interruption.signal)).rejects.toThrow('aborted');
      const second = openDecoder(() => undefined);
      const resumed = await run(file, second.decode, never);
      expect(withoutTimes(resumed)).toBe(withoutTimes(expected));
      // only what was under way was done again
      expect(second.boards()).toBeLessThan(whole.boards());
      const third = openDecoder(() => undefined);
      expect(withoutTimes(await run(file, third.decode, never))).toBe(withoutTimes(expected));
      expect(third.boards()).toBe(0);
    },
  );

  it('refuses a checkpoint of something else', async () => {
    const file = join(folder, 'state.json');
    const never = new AbortController().signal;
    const { decode } = openDecoder(() => undefined);
    await run(file, decode, never);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"test":1', '"test":2'));
    await expect(run(file, decode, never)).rejects.toThrow(/state.json belongs to another/);
    writeFileSync(file, '{"key":');
    await expect(run(file, decode, never)).rejects.toThrow(/state.json is no checkpoint/);
  });

  it.each([
    ['"wrongCells":-5', /state\.json: state: "oneStep\[0\]\.tallies\[0\].*wrongCells" is -5/],
    ['"wrongCells":999999999', /no more wrong cells and boards than there are/],
    ['"wrongCels":0', /no field "oneStep.*wrongCels"; did you mean "wrongCells"\?/],
  ])('refuses a checkpoint with %s', async (planted, message) => {
    const file = join(folder, 'state.json');
    const never = new AbortController().signal;
    const { decode } = openDecoder(() => undefined);
    await run(file, decode, never);
    const written = readFileSync(file, 'utf8');
    writeFileSync(file, written.replace(/"wrongCells":\d+/, planted));
    await expect(run(file, decode, never)).rejects.toThrow(message);
  });
});
