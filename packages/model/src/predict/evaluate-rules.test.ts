import {
  CONWAY,
  createGrid,
  parseRule,
  toLifeRule,
  RULE_BITS,
  stepReference,
  type ExampleRequest,
} from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { referenceSource } from '../../test/example-source.js';
import { locationConfig, randomModel } from '../../test/tiny-model.js';
import { decodeJacobi } from '../decode/jacobi.js';
import { countRules, evaluateFreshPairs } from './evaluate-rules.js';
import type { ReadRule } from './read-rules.js';

describe('countRules', () => {
  // a dead board stays dead: B0 is unset, and nothing else is seen
  const before = createGrid(3, 3);
  const pair = { before, after: stepReference(before, CONWAY) };
  const read = (first: 0 | 1 | null, last: 0 | 1 | null = null, malformedTokens = 0): ReadRule => ({
    bits: [first, ...Array<null>(RULE_BITS - 2).fill(null), last],
    confidence: Array<number>(RULE_BITS).fill(1),
    malformedTokens,
  });

  it('counts determined bits, marked ones and whole pairs', () => {
    const readings = [read(0), read(1), read(null), read(0, 1), read(0, null, 1)];
    const counts = countRules(
      readings.map(() => [pair]),
      readings,
      {},
    );
    expect(counts).toMatchObject({
      pairs: 5,
      exactPairs: 1,
      determinedBits: 5,
      rightBits: 3,
      openBits: 85,
      markedBits: 84,
    });
    expect(counts.wrongByBit).toEqual([2, ...Array<number>(RULE_BITS - 2).fill(0), 1]);
  });
});

describe('evaluateFreshPairs', () => {
  it('draws pairs of all sizes, each under one of the given rules, and adds them up', async () => {
    const model = await randomModel(locationConfig, 1);
    const asked: ExampleRequest[] = [];
    const source = {
      draw: (request: ExampleRequest) => {
        asked.push(request);
        return referenceSource.draw(request);
      },
    };
    const rules = ['B36/S23', 'B2/S'].map((text) => toLifeRule(parseRule(text).rule)!);
    const counts = await evaluateFreshPairs(model, decodeJacobi, {
      source,
      seed: 1,
      sizes: 12,
      pairsPerSize: 3,
      density: [0.2, 0.8],
      rules,
      sides: [3, 4],
    });
    await model.release();
    expect(counts.pairs).toBe(36);
    expect(counts.determinedBits + counts.openBits).toBe(36 * RULE_BITS);
    expect(counts.determinedBits).toBeGreaterThan(36);
    const wrong = counts.wrongByBit.reduce((sum, count) => sum + count, 0);
    expect(wrong).toBe(36 * RULE_BITS - counts.rightBits - counts.markedBits);
    expect(new Set(asked.map(({ rule }) => rule))).toEqual(new Set(rules));
    const sizes = new Set(asked.map(({ width, height }) => `${width}x${height}`));
    expect([...sizes].sort()).toEqual(['3x3', '3x4', '4x3', '4x4']);
    expect(new Set(asked.map(({ index, first }) => `${index} ${first}`)).size).toBe(36);
  });
});
