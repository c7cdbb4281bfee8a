import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCells } from './grid.js';
import {
  encodeHeader,
  formOfRule,
  listFormBits,
  ruleOfFormBits,
  tokenOfTopology,
  TOPOLOGY_TOKENS,
  topologyOfToken,
} from './header.js';
import { InputError } from './input-error.js';
import {
  encodeExamples,
  encodePrompts,
  formatPrompt,
  layoutPrompt,
  parseHeaderPrompt,
} from './prompt.js';
import { CONWAY, parseRule } from './rule.js';
import { listRuleBits, ruleOfBits } from './rule-bits.js';
import { toLifeRule, toTable } from './rules/rule-table.js';
import { createTokenizer } from './tokenizer.js';
import { formatBounds, parseBounds, TORUS } from './topology.js';
import { PIECE_VOCABULARY } from './vocabulary.js';

const tokenizer = createTokenizer(PIECE_VOCABULARY);
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

  it('takes any rule of the 3x3 neighbourhood', () => {
    for (const rule of ['B2n3/S23-q', 'B13/S012V', 'B2/S34H']) {
      const written = text.replace('B36/S23', rule);
      expect(parseHeaderPrompt(written).rule).toEqual(parseRule(rule).rule);
    }
  });

  it('has a marker, the topology, 18 bits and a marker before its cells', () => {
    const layout = layoutPrompt(tokenizer, 4, 2);
    expect(layout.firstCell).toBe(21);
    const tokens = encodePrompts(layout, grid.cells, [{ rule: highLife, topology: klein }]);
    expect(tokenizer.decode(tokens)).toBe('@PredictNextState{K000100100001100000}<01100011> [');
    expect(tokens).toHaveLength(21 + 8 + 1);
  });

  it('has 512 bits of a table', () => {
    const { rule } = parseRule('B2n3/S23-q');
    expect(formOfRule(rule)).toBe('table');
    const layout = layoutPrompt(tokenizer, 4, 2, 'table');
    expect(layout.firstCell).toBe(515);
    const tokens = encodePrompts(layout, grid.cells, [{ rule, topology: TORUS }]);
    expect(tokenizer.decode(tokens)).toBe(
      `@PredictNextState{T${Array.from(toTable(rule)).join('')}}<01100011> [`,
    );
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
      '@PredictNextState{T000100000001100000}<0> [0',
    );
    expect(tokenizer.decode(inputs.subarray(size))).toBe(
      '@PredictNextState{K000100100001100000}<1> [1',
    );
    expect(tokenizer.decode(targets)).toBe('0]$1]$');
  });

  it('means B3/S23 on a torus where it is left out', () => {
    const layout = layoutPrompt(tokenizer, 4, 2);
    expect(encodePrompts(layout, grid.cells)).toEqual(
      encodePrompts(layout, grid.cells, [{ rule: CONWAY, topology: TORUS }]),
    );
  });

  it('is not laid out for a rule of another form', () => {
    const layout = layoutPrompt(tokenizer, 1, 1);
    const header = { rule: parseRule('B2n3/S23-q').rule, topology: TORUS };
    expect(() => encodePrompts(layout, Uint8Array.of(1), [header])).toThrow(/rule of 18 bits/);
  });
});

describe('bits of a form', () => {
  it('give the rule back', () => {
    for (const text of ['B36/S23', 'B2n3/S23-q', 'B2/S34H']) {
      const { rule } = parseRule(text);
      const bits = Array.from(listFormBits(rule));
      expect(ruleOfFormBits(formOfRule(rule), bits)).toEqual(rule);
    }
    expect(ruleOfFormBits('table', Array<null>(512).fill(null))).toEqual({
      table: new Uint8Array(512),
    });
  });
});
