import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { determineBits } from './determined-bits.js';
import { createGrid, parseCells } from './grid.js';
import { inferRule } from './infer-rule.js';
import { stepReference } from './life-reference.js';
import { ruleOfBits } from './rule-bits.js';
import { encodePairs, encodeRuleAnswers, layoutPairs, readRuleAnswer } from './rule-prompt.js';
import { createTokenizer } from './tokenizer.js';
import { TORUS } from './topology.js';
import { countTransitions } from './transitions.js';
import { PIECE_VOCABULARY } from './vocabulary.js';

const tokenizer = createTokenizer(PIECE_VOCABULARY);
const cellsOf = (text: string) => parseCells(text, text.length, 1).cells;

describe('the text of pairs', () => {
  const states = cellsOf('010011' + '000000');
  const nextStates = cellsOf('100001' + '111111');

  it('has both states of each and asks for the rule', () => {
    const one = layoutPairs(tokenizer, 3, 2);
    const tokens = encodePairs(one, states, nextStates, TORUS);
    expect(tokens).toHaveLength(2 * one.promptTokens);
    expect(tokenizer.decode(tokens)).toBe(
      '@InferRule{T}<010011> [100001]{@InferRule{T}<000000> [111111]{',
    );
    expect(tokenizer.encode('@InferRule{T}<010011> [100001]{')).toEqual(
      tokens.subarray(0, one.promptTokens),
    );
    const both = layoutPairs(tokenizer, 3, 2, { pairs: 2, form: 'table' });
    const text = encodePairs(both, states, nextStates, { kind: 'plane' });
    expect(text).toHaveLength(both.promptTokens);
    expect(tokenizer.decode(text)).toBe('@InferRule{P}<010011> [100001]<000000> [111111]{MAP');
  });

  it('is answered by the bits that the pairs determine, and marks the others', () => {
    const layout = layoutPairs(tokenizer, 3, 2);
    const pair = [createGrid(3, 2), createGrid(3, 2, cellsOf('111111'))] as const;
    const bits = determineBits([pair], 'counts', TORUS);
    const answer = encodeRuleAnswers(layout, [bits]);
    expect(tokenizer.decode(answer)).toBe('1' + '?'.repeat(17) + '}$'); // all dead, all born
    expect(readRuleAnswer(layout, answer)).toEqual({ bits, malformedTokens: 0 });
  });

  it('counts tokens that are no bits, and a missing end', () => {
    const layout = layoutPairs(tokenizer, 1, 1);
    const tokens = encodeRuleAnswers(layout, [Array<0>(18).fill(0)]);
    tokens[3] = tokenizer.idOf('> [');
    tokens[18] = tokenizer.idOf('?');
    const { bits, malformedTokens } = readRuleAnswer(layout, tokens);
    expect(malformedTokens).toBe(2);
    expect(bits).toEqual([0, 0, 0, null, ...Array<0>(14).fill(0)]);
  });
});

describe('determineBits', () => {
  it('says what counting says of any pair of any life-like rule', () => {
    fc.assert(
      fc.property(
        fc.nat(511),
        fc.nat(511),
        fc.uint8Array({ minLength: 20, maxLength: 20 }),
        (birth, survival, bytes) => {
          const before = createGrid(
            5,
            4,
            bytes.map((byte) => byte & 1),
          );
          const after = stepReference(before, { birth, survival });
          const bits = determineBits([[before, after]], 'counts', TORUS);
          expect(bits).toEqual(inferRule(countTransitions([[before, after]], TORUS)).bits);
          const known = ruleOfBits(bits);
          expect(known.birth & ~birth).toBe(0);
          expect(known.survival & ~survival).toBe(0);
        },
      ),
    );
  });

  it('says of a table what was seen of it, and nothing where cells contradict each other', () => {
    const table = Uint8Array.from({ length: 512 }, (_, i) => (i * 7 + (i >> 3)) & 1);
    const before = createGrid(
      8,
      8,
      Uint8Array.from({ length: 64 }, (_, k) => Number((k * k) % 7 < 3)),
    );
    const after = stepReference(before, { table });
    const bits = determineBits([[before, after]], 'table', TORUS);
    bits.forEach((bit, i) => expect([table[i], null]).toContain(bit));
    expect(bits.filter((bit) => bit !== null).length).toBeGreaterThan(20);
    const dead = createGrid(3, 3);
    const half = createGrid(3, 3, cellsOf('000000001'));
    expect(determineBits([[dead, half]], 'table', TORUS)[0]).toBeNull();
  });
});
