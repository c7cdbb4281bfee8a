import {
  compareGrids,
  CONWAY,
  createGrid,
  parseCells,
  stepReference,
  TORUS,
  type Grid,
  type LifeRule,
} from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { lineConfig, randomModel } from '../../test/tiny-model.js';
import { runArar, type ArarOptions, type ArarRun, type ArarStart } from './arar.js';
import { createSampler } from '../decode/choose.js';
import type { Decoder } from '../decode/decoder.js';
import { decodeJacobi } from '../decode/jacobi.js';
import { predictStates } from './predict.js';

const truth = { step: (state: Grid, rule: LifeRule): Grid => stepReference(state, rule) };
const start = (number: number, text: string): ArarStart => ({
  number,
  state: parseCells(text, 5, 5),
  rule: CONWAY,
  topology: TORUS,
});
const BLINKER = start(7, '0000000100001000010000000');
const BLOCK = start(8, '0000001100011000000000000');
const GLIDER = start(9, '0100000100111000000000000');

/** A decoder that knows Life, but for what `spoil` makes of an answer. */
function lifeDecoder(spoil: (answer: Grid, tokens: Int32Array) => void = () => {}): {
  decode: Decoder;
  asked: number[];
} {
  const asked: number[] = [];
  const decode: Decoder = (_model, { layout, prompts }) => {
    const { width, height, promptTokens, answerTokens, firstCell, endTokens } = layout;
    const boards = prompts.length / promptTokens;
    asked.push(boards);
    const tokens = new Int32Array(boards * answerTokens);
    for (let b = 0; b < boards; b++) {
      const from = b * promptTokens + firstCell;
      const state = Uint8Array.from(prompts.subarray(from, from + width * height));
      const next = stepReference(createGrid(width, height, state), CONWAY);
      const answer = Int32Array.from([...next.cells, ...endTokens]);
      spoil(next, answer);
      tokens.set(answer, b * answerTokens);
    }
    const margins = new Float32Array(tokens.length).fill(1);
    return Promise.resolve({ tokens, margins, forwardPasses: 1, minMargin: 1 });
  };
  return { decode, asked };
}

async function collect(change: Partial<ArarOptions>): Promise<ArarRun[]> {
  const model = await randomModel(lineConfig('learned'), 1);
  const options = { model, steps: 100, decode: decodeJacobi, truth, ...change };
  const runs: ArarRun[] = [];
  for await (const run of runArar({ starts: [BLINKER], ...options })) runs.push(run);
  return runs;
}

describe('runArar', () => {
  it('takes boards in one batch and asks no more for those that repeat themselves', async () => {
    const { decode, asked } = lifeDecoder();
    const steps: number[] = [];
    const runs = await collect({
      decode,
      starts: [BLINKER, GLIDER, BLOCK],
      onStep: (done) => steps.push(done),
    });
    expect(
      runs.map(({ number, predictedSteps, cycle }) => ({ number, predictedSteps, cycle })),
    ).toEqual([
      { number: 8, predictedSteps: 1, cycle: { start: 0, period: 1 } },
      { number: 7, predictedSteps: 2, cycle: { start: 0, period: 2 } },
      { number: 9, predictedSteps: 20, cycle: { start: 0, period: 20 } },
    ]);
    expect(asked).toEqual([3, 2, ...Array.from({ length: 18 }, () => 1)]);
    expect(steps.slice(0, 3)).toEqual([102, 202, 203]);
    expect(steps.at(-1)).toBe(300);
    for (const run of runs) {
      expect(run).toMatchObject({ steps: 100, firstDivergence: null, wrongCells: 0, errors: [] });
      expect(run.last).toEqual(run.lastTruth);
    }
    const glider = runs[2]!;
    expect(glider.stateAt(0)).toEqual(GLIDER.state);
    expect(glider.stateAt(57)).toEqual(stepMany(GLIDER.state, 57));
  });

  it('finishes by arithmetic what computing it all would give', async () => {
    // three live cells or fewer lose their first one: the blinker diverges and dies out, then repeats
    const spoil = (answer: Grid, tokens: Int32Array): void => {
      const alive = answer.cells.reduce((sum, cell) => sum + cell, 0);
      if (alive <= 3 && alive > 0) tokens[answer.cells.indexOf(1)] = 0;
    };
    const [run] = await collect({ decode: lifeDecoder(spoil).decode, steps: 41 });
    expect(run).toMatchObject({ predictedSteps: 3, cycle: { start: 2, period: 1 } });
    let [wrongCells, state] = [0, BLINKER.state];
    const model = await randomModel(lineConfig('learned'), 1);
    const { decode } = lifeDecoder(spoil);
    const options = { model, rule: CONWAY, grid: state, generations: 41, decode, truth };
    for await (const step of predictStates(options)) {
      wrongCells += compareGrids(step.grid, step.truth!).wrongCells;
      state = step.grid;
    }
    expect(run).toMatchObject({ firstDivergence: 1, wrongCells, last: state });
    expect(run!.errors).toEqual([
      [1, 1],
      [2, 3],
    ]);
  });

  it('sees a wrong cycle that joins the true one only for a while', async () => {
    // the model holds a blinker still: right in every second generation
    const still: Decoder = (_model, request) => {
      const { firstCell, endTokens } = request.layout;
      const cells = request.prompts.subarray(firstCell, firstCell + 25);
      const tokens = Int32Array.from([...cells, ...endTokens]);
      const margins = new Float32Array(26);
      return Promise.resolve({ tokens, margins, forwardPasses: 1, minMargin: 0 });
    };
    const [run] = await collect({ decode: still, steps: 5 });
    expect(run).toMatchObject({
      predictedSteps: 1,
      wrongCells: 12,
      firstDivergence: 1,
      errors: [
        [1, 4],
        [2, 0],
        [3, 4],
        [4, 0],
        [5, 4],
      ],
    });
  });

  it('counts malformed answers of a cycle as divergence', async () => {
    const spoil = (_: Grid, tokens: Int32Array): void => void (tokens[25] = 0);
    const [run] = await collect({ decode: lifeDecoder(spoil).decode, starts: [BLOCK] });
    expect(run).toMatchObject({ predictedSteps: 1, wrongCells: 0, firstDivergence: 1 });
  });

  it('computes every step of a sample, which depends on the board’s number alone', async () => {
    const choose: ArarOptions['choose'] = (generation, numbers) =>
      createSampler({ temperature: 1, seed: 3, index: generation, numbers });
    const alone = await collect({ choose, steps: 6, starts: [BLINKER] });
    expect(alone[0]).toMatchObject({ predictedSteps: 6, cycle: null });
    const together = await collect({ choose, steps: 6, starts: [BLOCK, BLINKER] });
    const same = together.find(({ number }) => number === 7)!;
    expect(same.last).toEqual(alone[0]!.last);
    const other = await collect({ choose, steps: 6, starts: [{ ...BLINKER, number: 1 }] });
    expect(other[0]!.last).not.toEqual(alone[0]!.last);
  });

  it('refuses boards that the model was not trained for', async () => {
    const state = createGrid(9, 9);
    await expect(collect({ starts: [{ ...BLOCK, state }] })).rejects.toThrow(/sides from 1 to 6/);
  });
});

function stepMany(grid: Grid, generations: number): Grid {
  let state = grid;
  for (let k = 0; k < generations; k++) state = stepReference(state, CONWAY);
  return state;
}
