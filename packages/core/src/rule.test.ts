import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from './input-error.js';
import { CONWAY, formatBoundedRule, formatRule, parseRule, type LifeRule } from './rule.js';
import type { BoundedGrid } from './topology.js';

const HIGHLIFE: LifeRule = { birth: 0b001001000, survival: 0b000001100 };
const torus = (width: number, height: number): BoundedGrid => ({
  topology: { kind: 'torus' },
  width,
  height,
});

describe('parseRule', () => {
  it.each(['B3/S23', 'b3/s23', 'B3S23', 'b3s23', '23/3', 'S23/B3', 'B3/S32', ' B3/S23\t'])(
    'reads %j as Conway’s rule without a board',
    (text) => {
      expect(parseRule(text)).toEqual({ rule: { birth: 8, survival: 12 }, bounds: null });
    },
  );

  it('takes the older form without letters as survival first, then birth', () => {
    expect(parseRule('23/36').rule).toEqual(HIGHLIFE);
    expect(parseRule('3/23').rule).toEqual({ birth: 0b1100, survival: 0b1000 });
    expect(parseRule('/2').rule).toEqual({ birth: 0b100, survival: 0 });
  });

  it('reads rules without counts on one side, and with births from nothing', () => {
    expect(parseRule('B2/S').rule).toEqual({ birth: 0b100, survival: 0 });
    expect(parseRule('B/S').rule).toEqual({ birth: 0, survival: 0 });
    expect(parseRule('B0/S8').rule).toEqual({ birth: 1, survival: 256 });
  });

  it('reads a board in Golly’s notation, a torus of both sides or a square one', () => {
    expect(parseRule('B3/S23:T32,20')).toEqual({ rule: CONWAY, bounds: torus(32, 20) });
    expect(parseRule('23/3:t32')).toEqual({ rule: CONWAY, bounds: torus(32, 32) });
    expect(parseRule(' b36s23 : T 4, 5 ')).toEqual({ rule: HIGHLIFE, bounds: torus(4, 5) });
    expect(parseRule('B0/S23:T1').bounds).toEqual(torus(1, 1));
  });

  it.each([
    ['Life', /'Life'.*name.*B3\/S23/],
    ['LifeHistory:T31', /'LifeHistory:T31'.*'LifeHistory'.*name/],
    ['B2/S/3', /'3'.*Generations/],
    ['345/2/4', /'4'.*Generations/],
    ['W30', /'W30'.*one-dimensional/],
    ['B2/S34H', /'H'.*hexagonal/],
    ['B13/S012V', /'V'.*von Neumann/],
    ['B2a/S12', /'a'.*non-totalistic/],
    ['B3/S2-i34q', /'-i'.*non-totalistic/],
    ['B3/S239', /8 neighbours.*'9'/],
    ['B33/S23', /'33'.*'3'.*once/],
    ['R5,C0,M1', /'R'.*no place/],
    ['B3', /'B3' does not give/],
    ['/', /'\/' does not give/],
    ['', /no rule/],
    [':T3,3', /no rule/],
  ])('refuses %j, naming the text, the part and the mend', (text, message) => {
    expect(() => parseRule(text)).toThrow(InputError);
    expect(() => parseRule(text)).toThrow(message);
    expect(() => parseRule(text)).toThrow(`rule '${text}': `);
  });
});

describe('formatRule', () => {
  it('writes the canonical notation, counts in order', () => {
    expect(formatRule(CONWAY)).toBe('B3/S23');
    expect(formatRule(parseRule('32/63').rule)).toBe('B36/S23');
    expect(formatRule({ birth: 0, survival: 0 })).toBe('B/S');
    expect(formatRule({ birth: 511, survival: 511 })).toBe('B012345678/S012345678');
  });

  it('writes the board behind a colon, with both sides', () => {
    expect(formatBoundedRule(CONWAY, torus(32, 32))).toBe('B3/S23:T32,32');
    expect(formatBoundedRule(CONWAY, null)).toBe('B3/S23');
  });

  it('is read back by parseRule for all of the 2^18 rules and every board', () => {
    const counts = fc.integer({ min: 0, max: 511 });
    const side = fc.integer({ min: 1, max: 4096 });
    const board = fc.option(fc.tuple(side, side).map(([width, height]) => torus(width, height)));
    fc.assert(
      fc.property(counts, counts, board, fc.boolean(), (birth, survival, bounds, lower) => {
        const text = formatBoundedRule({ birth, survival }, bounds);
        expect(parseRule(lower ? text.toLowerCase() : text)).toEqual({
          rule: { birth, survival },
          bounds,
        });
      }),
    );
  });
});
