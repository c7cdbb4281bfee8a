import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from './input-error.js';
import {
  CONWAY,
  formatBoundedRule,
  formatRule,
  parseRule,
  requireLifeRule,
  type LifeRule,
} from './rule.js';
import { toLifeRule, toTable } from './rules/rule-table.js';
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

  it('knows rules by their names', () => {
    for (const [name, rule] of [
      ['Life', 'B3/S23'],
      ['Conway’s Life:T9', 'B3/S23'],
      ['HighLife', 'B36/S23'],
      ['Day & Night', 'B3678/S34678'],
      ['day and night', 'B3678/S34678'],
      ['Seeds', 'B2/S'],
      ['2x2', 'B36/S125'],
      ['34 Life', 'B34/S34'],
      ['tlife', 'B3/S2-i34q'],
    ] as const) {
      expect([name, formatRule(parseRule(name).rule)]).toEqual([name, rule]);
    }
  });

  it('reads what Golly reads: one half alone, a digit twice, one letter for both', () => {
    for (const text of ['B3', 'b3/', '/3', 'B33/S', 'B2-cekain3/S'])
      expect(formatRule(parseRule(text).rule)).toBe('B3/S');
    for (const text of ['S23', '/S23', '23/', 'S2323/B'])
      expect(formatRule(parseRule(text).rule)).toBe('B/S23');
    for (const text of ['B3/23', 'S23/3', '23/B3'])
      expect(formatRule(parseRule(text).rule)).toBe('B3/S23');
  });

  it('reads a board in Golly’s notation, a torus of both sides or a square one', () => {
    expect(parseRule('B3/S23:T32,20')).toEqual({ rule: CONWAY, bounds: torus(32, 20) });
    expect(parseRule('23/3:t32')).toEqual({ rule: CONWAY, bounds: torus(32, 32) });
    expect(parseRule(' b36s23 : T 4, 5 ')).toEqual({ rule: HIGHLIFE, bounds: torus(4, 5) });
    expect(parseRule('B0/S23:T1').bounds).toEqual(torus(1, 1));
  });

  it.each([
    ['Worm-1040512', /'Worm-1040512' is a name/],
    ['Living', /'Living'.*name.*B3\/S23/],
    ['LifeHistory:T31', /'LifeHistory:T31'.*'LifeHistory'.*seven states/],
    ['JvN29', /'JvN29'.*von Neumann’s automata/],
    ['WireWorld', /'WireWorld'.*four states/],
    ['MS,D0;8;4;3', /Margolus/],
    ['23/3/2', /third part '2'.*Generations.*23\/3, so leave the third part out/],
    ['B3/S23T', /'t' is no way in which 3 neighbours can lie/],
    ['B3/S23T32,20', /'T32,20' is no part.*colon, as in B3\/S23:T32,32/],
    ['b2/s/c4', /'4'.*Generations/],
    ['B2/S/3', /'3'.*Generations/],
    ['345/2/4', /'4'.*Generations/],
    ['W30', /'W30'.*one-dimensional/],
    ['B7/S34H', /6 neighbours with 'H'.*'7'/],
    ['B13/S5V', /4 neighbours with 'V'.*'5'/],
    ['B2a/S12V', /letters.*eight cells around.*'V'/],
    ['B1a/S', /'a' is no way in which 1 neighbours can lie; 1 goes with ce/],
    ['B5z/S', /'z'.*5 goes with aceijknqry/],
    ['B3/S8c', /'c'.*write 8 without letters/],
    ['MAPARYX', /86, 22, 6 letters.*not 4/],
    ['MAPHml*hg', /letter 4 .*'\*'.*base64/],
    ['B3/S239', /8 neighbours.*'9'/],
    ['Highlfe', /'Highlfe' is a name or a word, .*and highlife is one that is known; write birth/],
    ['R5,C0,M1', /'R5,C0,M1'.*Larger-than-Life/],
    ['B', /'B' is a name|'B' does not give/],
    ['/', /'\/' does not give/],
    ['', /no rule/],
    [':T3,3', /no rule/],
  ])('refuses %j, naming the text, the part and the mend', (text, message) => {
    expect(() => parseRule(text)).toThrow(InputError);
    expect(() => parseRule(text)).toThrow(message);
    expect(() => parseRule(text)).toThrow(`rule '${text}': `);
  });
});

describe('rules that ask where the neighbours lie', () => {
  const LIFE_MAP =
    'MAPARYXfhZofugWaH7oaIDogBZofuhogOiAaIDogIAAgAAWaH7oaIDogGiA6ICAAIAAaIDogIAAgACAAIAAAAAAAA';
  const tableOf = (text: string): string => Array.from(toTable(parseRule(text).rule)).join('');

  it('are read from MAP strings, whose bits are counted from the top left cell', () => {
    const { rule } = parseRule(LIFE_MAP);
    expect('table' in rule).toBe(true);
    expect(toTable(rule)).toEqual(toTable(CONWAY));
    expect(toLifeRule(rule)).toEqual(CONWAY);
    expect(parseRule(`${LIFE_MAP}==:T8,9`).bounds).toEqual(torus(8, 9));
    // a cell becomes its left neighbour: that of 32
    const shift = { table: Uint8Array.from({ length: 512 }, (_, k) => (k & 32 ? 1 : 0)) };
    expect(parseRule(formatRule(shift)).rule).toEqual(shift);
    expect(formatRule(shift)).toMatch(/^MAPAAAAAP/);
  });

  it('are read from the shorter MAP strings of hexagons and von Neumann’s neighbourhood', () => {
    const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    /** Alive with two live cells but its own: the cell is the bit of 8 of 7, of 4 of 5. */
    function write(cells: number, centre: number): string {
      const isSet = (k: number): number => {
        const live = [...(k & ~centre).toString(2)].filter((bit) => bit === '1').length;
        return k < 2 ** cells && live === 2 ? 1 : 0;
      };
      return `MAP${Array.from({ length: Math.ceil(2 ** cells / 6) }, (_, i) =>
        BASE64.charAt([0, 1, 2, 3, 4, 5].reduce((sum, k) => 2 * sum + isSet(6 * i + k), 0)),
      ).join('')}`;
    }
    expect(write(5, 4)).toHaveLength(3 + 6);
    expect(tableOf(write(5, 4))).toBe(tableOf('B2/S2V'));
    expect(tableOf(write(7, 8))).toBe(tableOf('B2/S2H'));
    // Golly’s order, as bgolly has it: the second bit is a live cell above, or N, alone
    expect(parseRule('MAPQAAAAAAAAAAAAAAAAAAAAA').rule).toEqual({
      table: Uint8Array.from({ length: 512 }, (_, k) => ((k & 0b110_111_011) === 128 ? 1 : 0)),
    });
  });

  it('are read in Hensel’s notation, in either case, and written as Golly writes them', () => {
    for (const [text, canonical] of [
      ['B2n3/S23-q', 'B2n3/S23-q'],
      ['b2N3s23-Q', 'B2n3/S23-q'],
      ['23-q/2n3', 'B2n3/S23-q'],
      ['B2ceikn/S', 'B2-a/S'],
      ['B2nic/S', 'B2cin/S'],
      ['B4-qjrtwz/S', 'B4aceikny/S'],
      ['B2-a/S12:P9,7', 'B2-a/S12'],
      ['B2aceikn3/S', 'B23/S'],
    ] as const) {
      expect(formatRule(parseRule(text).rule)).toBe(canonical);
    }
  });

  it('count by six and by four neighbours behind H and V', () => {
    const dot = 0b000_010_000;
    const table = toTable(parseRule('B2/S34H').rule);
    expect([0b110_000_000, 0b010_000_010, 0b101_000_000].map((k) => table[k])).toEqual([1, 1, 0]);
    expect(table[0b110_100_000 | dot]).toBe(1);
    const cross = toTable(parseRule('13/2v').rule);
    expect([0b010_001_000 | dot, 0b010_000_000, 0b111_000_010].map((k) => cross[k])).toEqual([
      0, 0, 1,
    ]);
  });

  it('are read back with the same table, whatever it is', () => {
    const bits = fc.array(fc.constantFrom(0, 1), { minLength: 512, maxLength: 512 });
    const hensel = fc
      .array(fc.constantFrom('1c', '1e', '2-a', '3q', '4wz', '5', '6-k', '7c'), { maxLength: 8 })
      .map((parts) => toTable(parseRule(`B${parts.join('')}/S${parts.slice(3).join('')}`).rule));
    fc.assert(
      fc.property(
        fc.oneof(
          bits.map((all) => Uint8Array.from(all)),
          hensel,
        ),
        (table) => {
          expect(parseRule(formatRule({ table })).rule).toEqual({ table });
        },
      ),
    );
  });

  it('are kept apart from life-like ones: a table that only counts is written as MAP', () => {
    expect(formatRule({ table: toTable(CONWAY) })).toBe(LIFE_MAP);
    expect(requireLifeRule(parseRule(LIFE_MAP).rule, 'X')).toEqual(CONWAY);
    expect(() => requireLifeRule(parseRule('B2n3/S').rule, 'model X')).toThrow(
      /'B2n3\/S'.*model X knows life-like rules alone/,
    );
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
