import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGrid, parseCells } from './grid.js';
import { inferRule } from './infer-rule.js';
import { stepReference } from './life-reference.js';
import { RULE_BITS, ruleOfBits } from './rule-bits.js';
import {
  encodePairExamples,
  encodePairs,
  layoutPair,
  PAIR_PARTS,
  pairCoordinates,
  readRuleAnswer,
  RULE_VOCABULARY,
} from './rule-prompt.js';
import { parseRule } from './rule.js';
import { BORDER_COLUMNS } from './text-layout.js';
import { createTokenizer } from './tokenizer.js';
import { TORUS } from './topology.js';
import { countTransitions } from './transitions.js';

const tokenizer = createTokenizer(RULE_VOCABULARY);
const cellsOf = (text: string) => parseCells(text, text.length, 1).cells;

describe('the text of a pair', () => {
  const layout = layoutPair(tokenizer, 3, 2);
  const [states, nextStates] = ['010011' + '000000', '100001' + '111111'].map(cellsOf);

  it('has both states and asks for the rule', () => {
    const tokens = encodePairs(layout, states!, nextStates!);
    expect(tokens).toHaveLength(2 * layout.promptTokens);
    const texts = [0, 1].map((i) =>
      tokenizer.decode(tokens.subarray(i * layout.promptTokens, (i + 1) * layout.promptTokens)),
    );
    expect(texts).toEqual(['@InferRule<010011> [100001]{', '@InferRule<000000> [111111]{']);
    expect(tokenizer.encode(texts[0]!)).toEqual(tokens.subarray(0, layout.promptTokens));
  });

  it('is answered by the bits that counting determines, and marks the others', () => {
    const { targets, inputs } = encodePairExamples(layout, states!, nextStates!, TORUS);
    const answer = tokenizer.decode(targets.subarray(layout.answerTokens));
    expect(answer).toBe('B0' + '?'.repeat(17) + '}$'); // all dead, all born
    expect(tokenizer.decode(inputs.subarray(layout.inputTokens))).toBe(
      '@InferRule<000000> [111111]{B0' + '?'.repeat(17),
    );
  });

  it('gives back what counting says of any pair of any rule', () => {
    fc.assert(
      fc.property(
        fc.nat(511),
        fc.nat(511),
        fc.uint8Array({ minLength: 20, maxLength: 20 }),
        (b, s, bytes) => {
          const pair = layoutPair(tokenizer, 5, 4);
          const before = createGrid(
            5,
            4,
            bytes.map((byte) => byte & 1),
          );
          const after = stepReference(before, { birth: b, survival: s });
          const { targets } = encodePairExamples(pair, before.cells, after.cells, TORUS);
          const { bits, malformedTokens } = readRuleAnswer(pair, targets);
          expect(malformedTokens).toBe(0);
          expect(bits).toEqual(inferRule(countTransitions([[before, after]], TORUS)).bits);
          const known = bits.filter((bit) => bit !== null);
          expect(known.length).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('names the rule itself where every case occurs', () => {
    const { rule } = parseRule('B36/S125');
    const side = 40;
    let word = 7;
    const before = createGrid(
      side,
      side,
      new Uint8Array(side * side).map((_, k) => {
        word = (Math.imul(word, 1103515245) + 12345) >>> 0;
        return (word >>> 16) % 100 < (k % side) * 2.5 ? 1 : 0; // from empty to full
      }),
    );
    const after = stepReference(before, rule);
    const pair = layoutPair(tokenizer, side, side);
    const { targets } = encodePairExamples(pair, before.cells, after.cells, TORUS);
    const { bits } = readRuleAnswer(pair, targets);
    expect(bits).not.toContain(null);
    expect(ruleOfBits(bits)).toEqual(rule);
  });
});

describe('pairCoordinates', () => {
  it('give every cell its own place on both boards, and every bit its number', () => {
    const layout = layoutPair(tokenizer, 3, 2);
    const coordinates = pairCoordinates(layout);
    const at = (token: number) => [
      ...coordinates.subarray(token * BORDER_COLUMNS, (token + 1) * BORDER_COLUMNS),
    ];
    expect(coordinates).toHaveLength(layout.inputTokens * BORDER_COLUMNS);
    expect(at(layout.firstCell + 4)).toEqual([1, 2, 1, 2, 2]);
    expect(at(layout.firstNextCell + 4)).toEqual([2, 2, 1, 2, 2]);
    expect([0, layout.firstNextCell - 1].map(at)).toEqual([0, 1].map(() => [0, 0, 0, 0, 0]));
    const asking = layout.promptTokens - 1;
    for (let bit = 0; bit < RULE_BITS; bit++)
      expect(at(asking + bit)).toEqual([3, bit + 1, 0, 0, 0]);
    expect(at(asking + RULE_BITS)).toEqual([3, 0, 0, 0, 0]);
    expect(asking + RULE_BITS).toBe(layout.inputTokens - 1);
    expect(Math.max(...coordinates.filter((_, i) => i % BORDER_COLUMNS === 0))).toBe(
      PAIR_PARTS - 1,
    );
  });
});

describe('readRuleAnswer', () => {
  it('counts what is no token of its bit as open and malformed, and misses a missing end', () => {
    const layout = layoutPair(tokenizer, 3, 3);
    const bits = 'b0B1b2B3b4B5b6B7b8S0s1S2s3S4s5S6s7';
    const right = tokenizer.encode(`${bits}?}$`);
    expect(readRuleAnswer(layout, right)).toEqual({
      bits: [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, null],
      malformedTokens: 0,
    });
    const wrong = readRuleAnswer(layout, tokenizer.encode(`${bits}b8?`));
    expect(wrong.bits[17]).toBe(null);
    expect(wrong.malformedTokens).toBe(2);
  });
});
