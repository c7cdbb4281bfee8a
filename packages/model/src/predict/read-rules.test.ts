import {
  createGrid,
  openStream,
  RULE_BITS,
  ruleOfBits,
  stepReference,
  TORUS,
  type RuleForm,
} from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { lineConfig, locationConfig, randomModel } from '../../test/tiny-model.js';
import { decodeGreedy } from '../decode/greedy.js';
import { decodeJacobi } from '../decode/jacobi.js';
import { mergeRules, readRules, type ReadRule, type StatePair } from './read-rules.js';

function drawPairs(count: number, width: number, height: number): StatePair[] {
  const random = openStream(4, 'pairs', width, height);
  return Array.from({ length: count }, () => {
    const rule = ruleOfBits(Array.from({ length: RULE_BITS }, () => random.nextInt(2)));
    const cells = Uint8Array.from({ length: width * height }, () => random.nextInt(2));
    const before = createGrid(width, height, cells);
    return { before, after: stepReference(before, rule) };
  });
}

describe('readRules', () => {
  it.each<[RuleForm, number]>([
    ['counts', 1],
    ['counts', 2],
    ['table', 1],
  ])(
    'reads the same by Jacobi and by greedy decoding: %s, %d pairs a text',
    async (form, pairs) => {
      const model = await randomModel(locationConfig, 3);
      const texts = Array.from({ length: 3 }, (_, i) =>
        drawPairs(3 * pairs, 4, 3).slice(i * pairs, (i + 1) * pairs),
      );
      const options = { topology: TORUS, form };
      const greedy = await readRules(model, texts, { decode: decodeGreedy, ...options });
      const jacobi = await readRules(model, texts, { decode: decodeJacobi, ...options });
      const alone = await readRules(model, [texts[2]!], { decode: decodeJacobi, ...options });
      expect(jacobi.rules.map(({ bits }) => bits)).toEqual(greedy.rules.map(({ bits }) => bits));
      for (const [i, { confidence, malformedTokens }] of jacobi.rules.entries()) {
        expect(malformedTokens).toBe(greedy.rules[i]!.malformedTokens);
        confidence.forEach((p, bit) => expect(p).toBeCloseTo(greedy.rules[i]!.confidence[bit]!, 4));
      }
      expect(alone.rules[0]!.bits).toEqual(jacobi.rules[2]!.bits);
      await model.release();
    },
  );

  it('refuses models that write next states alone', async () => {
    const forward = await randomModel(lineConfig('learned'), 1);
    const options = { decode: decodeJacobi, topology: TORUS };
    await expect(readRules(forward, [drawPairs(1, 4, 4)], options)).rejects.toThrow(
      /random writes next states/,
    );
    await forward.release();
  });
});

describe('mergeRules', () => {
  const reading = (bits: string, confidence: number): ReadRule => ({
    bits: Array.from(bits.padEnd(RULE_BITS, '?'), (c) => (c === '?' ? null : c === '1' ? 1 : 0)),
    confidence: Array.from({ length: RULE_BITS }, () => confidence),
    malformedTokens: 0,
  });

  it('takes a bit from the surest pair that determines it, and tells of contradictions', () => {
    const merged = mergeRules([reading('01?1', 0.6), reading('00?', 0.9), reading('???0', 0.99)]);
    expect(merged.bits.slice(0, 5)).toEqual([0, 0, null, 0, null]);
    expect(merged.confidence.slice(0, 5)).toEqual([0.9, 0.9, 0.6, 0.99, 0.6]);
    expect(merged.contradicted).toEqual([1, 3]);
  });

  it('leaves the reading of one pair as it is', () => {
    const one = reading('0110?1', 0.7);
    const { bits, confidence } = one;
    expect(mergeRules([one])).toEqual({ bits, confidence, contradicted: [] });
  });
});
