import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCells } from './grid.js';
import {
  encodeHeader,
  HEADER_TOKENS,
  tokenOfTopology,
  TOPOLOGY_TOKENS,
  topologyOfToken,
} from './header.js';
import { listRuleBits, ruleOfBits } from './rule-bits.js';
import { InputError } from './input-error.js';
import {
  borderCoordinates,
  encodeExamples,
  encodePrompts,
  formatPrompt,
  HEADER_VOCABULARY,
  layoutPrompt,
  parseHeaderPrompt,
  PIECE_VOCABULARY,
} from './prompt.js';
import { CONWAY, parseRule } from './rule.js';
import { toLifeRule } from './rules/rule-table.js';
import { BORDER_COLUMNS } from './text-layout.js';
import { createTokenizer } from './tokenizer.js';
import { formatBounds, parseBounds, TORUS } from './topology.js';

const tokenizer = createTokenizer(HEADER_VOCABULARY);
const highLife = toLifeRule(parseRule('B36/S23').rule)!;
const klein = parseBounds('K4,2*').topology;

describe('a rule’s bits', () => {
  it('are births with 0 to 8 neighbours, then survivals', () => {
    expect(listRuleBits(highLife).join('')).toBe('000100100' + '001100000');
  });

  it('give the rule back, for all 2^18', () => {
    fc.assert(
      fc.property(fc.nat(511), fc.nat(511), (birth, survival) => {
        expect(ruleOfBits(listRuleBits({ birth, survival }))).toEqual({ birth, survival });
      }),
    );
  });
});

describe('topology tokens', () => {
  it('name what Golly’s notation names', () => {
    const written = TOPOLOGY_TOKENS.map((token) =>
      formatBounds({ topology: topologyOfToken(token), width: 4, height: 4 }),
    );
    expect(written).toEqual(['T4,4', 'P4,4', 'K4*,4', 'K4,4*', 'C4,4', 'S4']);
    for (const token of TOPOLOGY_TOKENS)
      expect(tokenOfTopology(topologyOfToken(token))).toBe(token);
  });

  it('are none for shifted borders', () => {
    for (const text of ['T5+2,4', 'T5,4-1', 'K4*+1,4', 'K4,4*+1']) {
      const { topology } = parseBounds(text);
      expect(tokenOfTopology(topology)).toBeNull();
      expect(() => encodeHeader(tokenizer, { rule: CONWAY, topology })).toThrow(InputError);
    }
  });
});

describe('a prompt with a header', () => {
  const grid = parseCells('01100011', 4, 2);
  const text = '@PredictNextState{B36/S23:K4,2*}<01100011> [';

  it('is written and read in Golly’s notation', () => {
    expect(formatPrompt(grid, { rule: highLife, topology: klein })).toBe(text);
    const bounds = { topology: klein, width: 4, height: 2 };
    expect(parseHeaderPrompt(text)).toEqual({ rule: highLife, bounds, grid });
  });

  it('is refused when the header contradicts the number of cells', () => {
    const wrong = text.replace('K4,2*', 'K4,3*');
    expect(() => parseHeaderPrompt(wrong)).toThrow(InputError);
    expect(() => parseHeaderPrompt(wrong)).toThrow(
      /\{B36\/S23:K4,3\*\} .* 4 x 3 = 12 cells, but 8/,
    );
  });

  it('is refused without a size, with a foreign rule, or without its markers', () => {
    expect(() => parseHeaderPrompt(text.replace(':K4,2*', ''))).toThrow(/\{B36\/S23:T32,32\}/);
    expect(() => parseHeaderPrompt(text.replace('B36', 'B39'))).toThrow(InputError);
    expect(() => parseHeaderPrompt('@PredictNextState<01100011> [')).toThrow(/with a header reads/);
    expect(() => parseHeaderPrompt(text.slice(0, -1))).toThrow(/with a header reads/);
    expect(() => parseHeaderPrompt(text.replace('0110', '0120'))).toThrow(/'2'/);
  });

  it('has 21 tokens before its cells: marker, 18 bits, topology, marker', () => {
    const layout = layoutPrompt(tokenizer, 4, 2);
    expect(layout.firstCell).toBe(HEADER_TOKENS);
    const tokens = encodePrompts(layout, grid.cells, [{ rule: highLife, topology: klein }]);
    expect(tokenizer.decode(tokens)).toBe(
      '@PredictNextState{b0b1b2B3b4b5B6b7b8s0s1S2S3s4s5s6s7s8K}<01100011> [',
    );
    expect(tokens).toHaveLength(21 + 8 + 1);
  });

  it('has a header of its own for every board of a batch', () => {
    const layout = layoutPrompt(tokenizer, 1, 1);
    const headers = [
      { rule: CONWAY, topology: TORUS },
      { rule: highLife, topology: klein },
    ];
    const states = Uint8Array.of(0, 1);
    const { inputs, targets } = encodeExamples(layout, states, states, headers);
    const size = layout.inputTokens;
    expect(tokenizer.decode(inputs.subarray(0, size))).toBe(
      '@PredictNextState{b0b1b2B3b4b5b6b7b8s0s1S2S3s4s5s6s7s8T}<0> [0',
    );
    expect(tokenizer.decode(inputs.subarray(size))).toBe(
      '@PredictNextState{b0b1b2B3b4b5B6b7b8s0s1S2S3s4s5s6s7s8K}<1> [1',
    );
    expect(tokenizer.decode(targets)).toBe('0]$1]$');
  });

  it('cannot be forgotten', () => {
    const layout = layoutPrompt(tokenizer, 1, 1);
    expect(() => encodePrompts(layout, Uint8Array.of(1))).toThrow(/give one for each board/);
    expect(() =>
      encodePrompts(layout, Uint8Array.of(1, 0), [{ rule: CONWAY, topology: TORUS }]),
    ).toThrow(/give one for each board/);
  });
});

describe('coordinates behind a header', () => {
  it('are those without one, and none for the header itself', () => {
    const withHeader = layoutPrompt(tokenizer, 3, 2);
    const without = layoutPrompt(createTokenizer(PIECE_VOCABULARY), 3, 2);
    const rows = (values: Int32Array): number[][] =>
      Array.from({ length: values.length / BORDER_COLUMNS }, (_, i) => [
        ...values.subarray(i * BORDER_COLUMNS, (i + 1) * BORDER_COLUMNS),
      ]);
    const found = rows(borderCoordinates(withHeader));
    expect(found).toHaveLength(withHeader.inputTokens);
    const expected = rows(borderCoordinates(without));
    // the header's last token stands where the marker without a header does
    expect(found.slice(HEADER_TOKENS - 1)).toEqual(expected);
    expect(new Set(found.slice(0, HEADER_TOKENS - 1).flat())).toEqual(new Set([0]));
  });
});
