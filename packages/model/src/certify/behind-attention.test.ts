/** What certifier and check say of the network behind attention, held against the network itself. */

import { createTokenizer, openStream, PIECE_VOCABULARY } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { randomTensors, tinyConfig } from '../../test/tiny-model.js';
import type { AttentionCase } from './attention-case.js';
import { boundMargin } from './check-margin.js';
import { CheckRows } from './check-rows.js';
import { arrangeDirections } from './directions.js';
import { MarginBounder } from './margin-bound.js';
import { distribution } from './normal-distribution.js';
import { readOneLayer, type Norm, type OneLayer } from './one-layer.js';

const WINNER = 1;
const config = tinyConfig('border', 1);
const width = config.n_embd;

function randomModel(seed: number): OneLayer {
  const tokenizer = createTokenizer(PIECE_VOCABULARY);
  const tensors = randomTensors(config, seed);
  return readOneLayer({ name: 'random', config, tokenizer, tensors });
}

/** Without a feed-forward layer; the margin is what the normalised stream has along the winner's row. */
function pureNormalisation(seed: number, winnerRow: Float64Array): OneLayer {
  const model = randomModel(seed);
  const zero = (size: number): Float64Array => new Float64Array(size);
  const output = zero(model.output.length);
  winnerRow.forEach((value, d) => (output[WINNER * width + d] = value));
  return {
    ...model,
    contract: { ...model.contract, weight: zero(model.inner * width), bias: zero(width) },
    lnf: { gain: zero(width).fill(1), bias: zero(width) },
    output,
  };
}

function normalise(x: readonly number[], { gain, bias }: Norm, epsilon: number): number[] {
  const mean = x.reduce((sum, value) => sum + value, 0) / width;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
  return x.map(
    (value, d) => ((value - mean) / Math.sqrt(variance + epsilon)) * gain[d]! + bias[d]!,
  );
}

/** The margin that a residual stream behind attention leads to. */
function marginOf(model: OneLayer, x: readonly number[]): number {
  const { inner, expand, contract, ln2, lnf, epsilon, output, vocabulary } = model;
  const normed = normalise(x, ln2, epsilon);
  const last = x.map((value, d) => value + contract.bias[d]!);
  for (let i = 0; i < inner; i++) {
    let input = expand.bias[i]!;
    for (let d = 0; d < width; d++) input += normed[d]! * expand.weight[d * inner + i]!;
    const value = input * distribution(input);
    for (let d = 0; d < width; d++) last[d]! += value * contract.weight[i * width + d]!;
  }
  const final = normalise(last, lnf, epsilon);
  const logit = (token: number): number =>
    final.reduce((sum, value, d) => sum + value * output[token * width + d]!, 0);
  const others = Array.from({ length: vocabulary }, (_, token) => token).filter(
    (token) => token !== WINNER,
  );
  return logit(WINNER) - Math.max(...others.map(logit));
}

/** The smallest margin that a search finds in a box: from random corners, a coordinate at a time. */
function search(model: OneLayer, centre: Float64Array, radius: number, seed: number): number {
  const random = openStream(seed, 'corner');
  let least = Infinity;
  for (let start = 0; start < 20; start++) {
    const x = Array.from(centre, (value) => value + (2 * random.nextInt(2) - 1) * radius);
    let margin = marginOf(model, x);
    for (let round = 0; round < 3; round++) {
      for (let d = 0; d < width; d++) {
        const before = x[d]!;
        x[d] = 2 * centre[d]! - before;
        const flipped = marginOf(model, x);
        if (flipped < margin) margin = flipped;
        else x[d] = before;
      }
    }
    least = Math.min(least, margin);
  }
  return least;
}

/** The certifier's bound where the stream is in a box, seen as an answer token that has one case. */
function boundByCertifier(
  model: OneLayer,
  centre: Float64Array,
  radius: number,
  enough = Infinity,
): number {
  const directions = arrangeDirections(model, [WINNER]);
  const along = (row: ArrayLike<number>, of: (value: number, d: number) => number): number =>
    centre.reduce((sum, _, d) => sum + of(row[d]!, d), 0);
  const units = Array.from({ length: model.inner }, (_, i) =>
    directions.units.subarray(i * width, (i + 1) * width),
  );
  const box = {
    enter: () => true,
    x: centre,
    freeRadius: new Float64Array(width).fill(radius),
    roundingRadius: new Float64Array(width),
    looks: Float64Array.from(units, (row) => along(row, (value, d) => value * centre[d]!)),
    lookRadius: Float64Array.from(units, (row) => along(row, (value) => Math.abs(value) * radius)),
    mean: 0,
    reachAlong: (row: Float64Array) => along(row, (value) => Math.abs(value) * radius),
    roundingAlong: () => 0,
  };
  const setting = { model, directions, table: null, extremes: null };
  const bounder = new MarginBounder(setting as never, box as unknown as AttentionCase);
  return bounder.bound(0, WINNER, enough).margin;
}

/** The same by the length of a shift, where that says anything at all. */
function glance(model: OneLayer, centre: Float64Array, radius: number): number {
  return boundByCertifier(model, centre, radius, -Number.MAX_VALUE);
}

function boundByCheck(model: OneLayer, centre: Float64Array, radius: number): number {
  const rows = new CheckRows(model, [WINNER]);
  const range = (sign: number): Float64Array =>
    Float64Array.from(rows.matrix, (row) =>
      row.reduce((sum, value, d) => sum + value * centre[d]! + sign * Math.abs(value) * radius, 0),
    );
  return boundMargin(model, rows, { low: range(-1), high: range(1), meanSize: radius }, WINNER);
}

/** A centre without mean. */
function drawCentre(seed: number): Float64Array {
  const random = openStream(seed, 'centre');
  const x = Float64Array.from({ length: width }, () => random.nextFloat() - 0.5);
  const mean = x.reduce((sum, value) => sum + value, 0) / width;
  return x.map((value) => value - mean);
}

describe.each([
  ['the certifier', boundByCertifier, 1.5],
  ['the certifier at a glance', glance, 40],
  ['the check', boundByCheck, 10],
])('behind attention %s', (_, bound, slack) => {
  it.each([0.001, 0.003, 0.01])('bounds margins in a box of radius %d', (radius) => {
    for (let seed = 0; seed < 8; seed++) {
      const model = randomModel(seed);
      const centre = drawCentre(seed);
      const found = search(model, centre, radius, seed);
      const bounded = bound(model, centre, radius);
      expect(bounded, `seed ${seed}`).toBeLessThanOrEqual(found);
      // in a small box a bound is no use if it takes much more than there is to lose
      if (radius > 0.001) continue;
      const whole = marginOf(model, Array.from(centre));
      expect(whole - bounded).toBeLessThan(slack * (whole - found));
    }
  });

  it('knows that σ bends upwards', () => {
    for (let seed = 0; seed < 8; seed++) {
      const centre = drawCentre(seed);
      const model = pureNormalisation(seed, centre); // the margin is largest at the centre
      const found = search(model, centre, 0.05, seed);
      expect(bound(model, centre, 0.05), `seed ${seed}`).toBeLessThanOrEqual(found);
    }
  });
});

it('a glance gives no more away than a box whose corner lies straight across from the right token', () => {
  const signs = Float64Array.from({ length: width }, (_, d) => (d % 2 === 0 ? 1 : -1));
  for (let seed = 0; seed < 8; seed++) {
    const drawn = drawCentre(seed);
    const along = drawn.reduce((sum, value, d) => sum + (value * signs[d]!) / width, 0);
    const centre = drawn.map((value, d) => value - along * signs[d]!);
    const model = pureNormalisation(seed, signs);
    const found = search(model, centre, 0.001, seed);
    const bounded = glance(model, centre, 0.001);
    expect(bounded, `seed ${seed}`).toBeLessThanOrEqual(found);
    expect(bounded).toBeGreaterThan(1.02 * found);
  }
});
