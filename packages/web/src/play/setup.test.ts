import { CONWAY, parseRule, TORUS } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import type { ModelCard } from '../messages.js';
import { checkSetup, letterOf, setupFor, topologyOf, TOPOLOGY_CHOICES } from './setup.js';

const card: ModelCard = {
  name: 'small',
  trainedFor: { rule: 'B3/S23', topology: 'torus', sides: [3, 8] },
  sides: [3, 8],
  readsHeader: false,
  parameters: 1,
  layers: 1,
  heads: 1,
};
const good = { rule: CONWAY, topology: TORUS, width: 8, height: 3 };

describe('checkSetup', () => {
  it('takes what the player can do', () => {
    expect(() => checkSetup(good, card)).not.toThrow();
    expect(() => checkSetup(setupFor(card), card)).not.toThrow();
    const wild = { rule: parseRule('B2/S').rule, topology: topologyOf('K'), width: 1, height: 512 };
    expect(() => checkSetup(wild, null)).not.toThrow();
  });

  it('takes every rule and the topologies that a model with a header knows', () => {
    const trainedFor = { ...card.trainedFor, rules: 'all', topologies: ['T', 'P', 'S'] } as const;
    const able = { ...card, trainedFor };
    for (const rule of ['B36/S23', 'B2n3/S23-q', 'B2/S34H', 'B13/S012V'].map(
      (t) => parseRule(t).rule,
    )) {
      expect(() => checkSetup({ ...good, rule, topology: topologyOf('P') }, able)).not.toThrow();
    }
    expect(() => checkSetup({ ...good, topology: topologyOf('C') }, able)).toThrow(
      /for tori, planes and spheres, not for :C8,3/,
    );
  });

  it.each([
    [{ ...good, width: 9 }, card, /small takes sides from 3 to 8, not 9/],
    [{ ...good, height: NaN }, card, /sides from 3 to 8, not an empty field/],
    [{ ...good, width: 2049 }, null, /The engine takes sides from 1 to 2048, not 2049/],
    [{ ...good, rule: parseRule('B36/S23').rule }, card, /for B3\/S23, not for B36\/S23/],
    [{ ...good, topology: topologyOf('P') }, card, /trained for tori, not for :P8,3/],
    [{ ...good, topology: topologyOf('S') }, null, /a sphere is square, not 8 × 3/],
  ])('refuses %o', (setup, player, message) => {
    expect(() => checkSetup(setup, player)).toThrow(message);
  });
});

describe('setupFor', () => {
  it('begins on the one size of the training, else on 32x32, or the largest below', () => {
    const trained = (sides: [number, number], reach: [number, number]): ModelCard => ({
      ...card,
      trainedFor: { ...card.trainedFor, sides },
      sides: reach,
    });
    expect(setupFor(trained([8, 8], [1, 64]))).toMatchObject({ width: 8, height: 8 });
    expect(setupFor(trained([1, 16], [1, 64]))).toMatchObject({ width: 32, height: 32 });
    expect(setupFor(trained([3, 12], [3, 12]))).toMatchObject({ width: 12, height: 12 });
  });
});

describe('topologies', () => {
  it('have letters that lead back to them', () => {
    for (const [letter] of TOPOLOGY_CHOICES) expect(letterOf(topologyOf(letter))).toBe(letter);
    expect(topologyOf('T')).toEqual(TORUS);
    expect(letterOf({ kind: 'torus', horizontalShift: 2 })).toBe('T');
  });
});
