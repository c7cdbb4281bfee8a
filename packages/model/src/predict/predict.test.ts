import {
  CONWAY,
  createGrid,
  formatCells,
  parseCells,
  stepReference,
  TORUS,
  type Grid,
  type LifeRule,
} from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { referenceSource } from '../../test/example-source.js';
import { lineConfig, randomModel } from '../../test/tiny-model.js';
import { decodeJacobi } from '../decode/jacobi.js';
import type { Decoder } from '../decode/decoder.js';
import { evaluateExamples } from './evaluate.js';
import { predictStates, type PredictOptions, type Prediction } from './predict.js';

const truth = { step: (state: Grid, rule: LifeRule): Grid => stepReference(state, rule) };

/** A decoder that writes the true answer but for one cell of the third call on. */
function almostPerfect(): Decoder {
  let calls = 0;
  return (_model, { layout, prompts }) => {
    const cells = layout.width * layout.height;
    const state = Uint8Array.from(prompts.subarray(layout.firstCell, layout.firstCell + cells));
    const next = stepReference(createGrid(layout.width, layout.height, state), CONWAY);
    const tokens = Int32Array.from([...next.cells, ...layout.endTokens]);
    if (++calls >= 3) tokens[0] = layout.endTokens[0]!;
    const margins = new Float32Array(tokens.length).fill(1);
    return Promise.resolve({ tokens, margins, forwardPasses: 2, minMargin: 1 });
  };
}

async function collect(change: Partial<PredictOptions>): Promise<Prediction[]> {
  const model = await randomModel(lineConfig('learned'), 1);
  const grid = parseCells('0000000100001000010000000', 5, 5);
  const options = { model, rule: CONWAY, grid, generations: 4, decode: almostPerfect(), ...change };
  const list: Prediction[] = [];
  for await (const prediction of predictStates(options)) list.push(prediction);
  return list;
}

describe('predictStates', () => {
  it('feeds each state back and sets the truth beside it', async () => {
    const list = await collect({ truth });
    expect(list.map(({ generation }) => generation)).toEqual([1, 2, 3, 4]);
    expect(formatCells(list[0]!.grid)).toBe('0000000000011100000000000');
    expect(list[1]!.grid).toEqual(list[1]!.truth);
    expect(formatCells(list[3]!.truth!)).toBe('0000000100001000010000000');
    expect(list.map(({ malformedTokens }) => malformedTokens)).toEqual([0, 0, 1, 1]);
  });

  it('goes without truth', async () => {
    expect((await collect({})).map((prediction) => prediction.truth)).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it('refuses sides and rules that the model was not trained for', async () => {
    await expect(collect({ grid: createGrid(7, 3) })).rejects.toThrow(
      /sides from 1 to 6, but the board is 7x3/,
    );
    await expect(collect({ rule: { birth: 0, survival: 0 } })).rejects.toThrow(
      /trained for rule B3\/S23, not B\/S/,
    );
  });
});

describe('evaluateExamples', () => {
  const life = { rule: CONWAY, topology: TORUS };
  const request = {
    seed: 1,
    index: 1,
    boards: 20,
    width: 5,
    height: 4,
    rule: CONWAY,
    density: [0.3, 0.6],
  } as const;

  it('counts what a random model has wrong', async () => {
    const model = await randomModel(lineConfig('learned'), 1);
    const examples = referenceSource.draw(request);
    const counts = await evaluateExamples(model, decodeJacobi, examples, life);
    expect(counts).toMatchObject({ boards: 20, cells: 400, wrongBoards: 20 });
    // the counting itself, against truth that is the model's own answer but for one cell
    const layoutTruth = { ...examples, nextStates: examples.nextStates.slice() };
    layoutTruth.nextStates[7]! ^= 1;
    const changed = await evaluateExamples(model, decodeJacobi, layoutTruth, life);
    expect(Math.abs(changed.wrongCells - counts.wrongCells)).toBe(1);
  });
});
