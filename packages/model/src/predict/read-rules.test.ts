import {
  createGrid,
  encodePairs,
  layoutPair,
  openStream,
  RULE_BITS,
  ruleOfBits,
  stepReference,
} from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { ruleConfig } from '../test/rule-recipe.js';
import { randomModel, randomTensors, tinyConfig } from '../test/tiny-model.js';
import { compileWholeSequence } from '../test/whole-sequence.js';
import { decodeGreedy } from '../decode/greedy.js';
import { decodeJacobi } from '../decode/jacobi.js';
import { positionIds } from '../network/positions.js';
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
  it('reads the same by Jacobi and by greedy decoding, whatever company a pair is in', async () => {
    const model = await randomModel(ruleConfig, 3);
    for (const [width, height] of [
      [3, 3],
      [4, 3],
    ] as const) {
      const pairs = drawPairs(5, width, height);
      const greedy = await readRules(model, pairs, { decode: decodeGreedy });
      const jacobi = await readRules(model, pairs, { decode: decodeJacobi });
      const grouped = { ...model, tokensAPass: 60 };
      const groups = await readRules(grouped, pairs, { decode: decodeJacobi });
      const alone = await readRules(model, [pairs[4]!], { decode: decodeJacobi });
      expect(jacobi.rules.map(({ bits }) => bits)).toEqual(greedy.rules.map(({ bits }) => bits));
      for (const [i, { confidence, malformedTokens }] of jacobi.rules.entries()) {
        expect(malformedTokens).toBe(greedy.rules[i]!.malformedTokens);
        confidence.forEach((p, bit) => {
          expect(p).toBeCloseTo(greedy.rules[i]!.confidence[bit]!, 4);
          expect(p).toBeCloseTo(groups.rules[i]!.confidence[bit]!, 4);
        });
      }
      expect(alone.rules[0]!.bits).toEqual(jacobi.rules[4]!.bits);
    }
    await model.release();
  });

  it('is as sure as the softmax of the first token’s logits says', async () => {
    const model = await randomModel(ruleConfig, 3);
    const [pair] = drawPairs(1, 4, 4);
    const layout = layoutPair(model.tokenizer, 4, 4);
    const prompt = encodePairs(layout, pair!.before.cells, pair!.after.cells);
    const whole = await compileWholeSequence(ruleConfig, randomTensors(ruleConfig, 3));
    const positions = positionIds(ruleConfig, layout).subarray(0, 5 * prompt.length);
    const logits = await whole(prompt, 1, positions, 1);
    const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
    const best = Math.exp(Math.max(...logits)) / sum;
    const { rules } = await readRules(model, [pair!], { decode: decodeJacobi });
    expect(rules[0]!.confidence[0]).toBeCloseTo(best, 4);
    await model.release();
  });

  it('refuses boards that the model does not know, and models that write next states', async () => {
    const options = { decode: decodeJacobi };
    const inverse = await randomModel(ruleConfig, 1);
    await expect(readRules(inverse, drawPairs(1, 5, 4), options)).rejects.toThrow(
      /for sides 3 to 4, but the grid is 5x4/,
    );
    const forward = await randomModel(tinyConfig('border'), 1);
    await expect(readRules(forward, drawPairs(1, 4, 4), options)).rejects.toThrow(
      /random writes next states/,
    );
    await Promise.all([inverse.release(), forward.release()]);
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
