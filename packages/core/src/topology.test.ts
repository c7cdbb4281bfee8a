import { describe, expect, it } from 'vitest';
import { InputError } from './input-error.js';
import {
  EXAMPLE_BOUNDS,
  describeJoints,
  formatBounds,
  locateCell,
  nameTopology,
  parseBounds,
  placeTopology,
  splitTopologies,
} from './topology.js';

describe('parseBounds', () => {
  it('reads columns first, then rows', () => {
    expect(parseBounds('T30,20')).toEqual({ topology: { kind: 'torus' }, width: 30, height: 20 });
    expect(formatBounds(parseBounds('t30,20'))).toBe('T30,20');
    expect(formatBounds(parseBounds('T7'))).toBe('T7,7');
  });

  it.each([
    ['p30,20', 'P30,20'],
    ['T30+5,20', 'T30+5,20'],
    ['T30-35,20', 'T30-5,20'],
    ['T30+30,20', 'T30,20'],
    ['T30,20-2', 'T30,20-2'],
    ['K30*,20', 'K30*,20'],
    ['K30,20*', 'K30,20*'],
    ['K30,20', 'K30,20*'],
    ['K30*+1,20', 'K30*+1,20'],
    ['K30*-3,20', 'K30*+1,20'],
    ['K31*+2,20', 'K31*,20'],
    ['K31*+1,20', 'K31*,20'], // as in Golly
    ['K30,20*+5', 'K30,20*+1'],
    ['C30,20', 'C30,20'],
    ['S30', 'S30'],
    ['s30,30', 'S30'],
  ])('reads %s and writes it canonically as %s', (text, canonical) => {
    expect(formatBounds(parseBounds(text))).toBe(canonical);
    expect(parseBounds(canonical)).toEqual(parseBounds(text));
  });

  it.each([
    ['T30*,20', /twists a border/],
    ['T30+5,20+1', /only one pair can be shifted/],
    ['P30+5,20', /shifts a border by \+5, which a plane cannot/],
    ['C30,20*', /for a Klein bottle/],
    ['S30,20', /sphere, which is square/],
    ['K30*,20*', /cross-surface/],
    ['K30*,20+1', /not twisted/],
    ['T0,20', /side of 0, an unbounded one/],
    ['p30,0', /side of 0/],
    ['T0', /side of 0/],
    ['T65537,1', /too large/],
    ['T65536,65536', /too large/],
    ['X30,20', /unknown topology 'X'/],
    ['T', /not a bounded grid.*:T32,20/],
    ['T-3,4', /not a bounded grid/],
    ['T3.5,4', /not a bounded grid/],
    ['T3,4,5', /not a bounded grid/],
    ['', /not a bounded grid/],
  ])('refuses %j with a reason', (text, message) => {
    expect(() => parseBounds(text)).toThrow(InputError);
    expect(() => parseBounds(text)).toThrow(message);
  });
});

/** A board lettered A, B, C… with the ring of cells around it, as Golly's manual draws them. */
function drawRing(text: string): string[] {
  const bounds = parseBounds(text);
  const letter = (k: number): string => (k < 0 ? '.' : String.fromCharCode(65 + k));
  return Array.from({ length: bounds.height + 2 }, (_, r) =>
    Array.from({ length: bounds.width + 2 }, (_, c) =>
      letter(locateCell(bounds, r - 1, c - 1)),
    ).join(''),
  );
}

describe('locateCell', () => {
  it.each([
    ['P4,3', '...... .ABCD. .EFGH. .IJKL. ......'],
    ['T4,3', 'LIJKLI DABCDA HEFGHE LIJKLI DABCDA'],
    ['T4+1,3', 'KLIJKL DABCDA HEFGHE LIJKLI ABCDAB'],
    ['T4,3+1', 'HIJKLA LABCDE DEFGHI HIJKLA LABCDE'],
    ['K4*,3', 'ILKJIL DABCDA HEFGHE LIJKLI ADCBAD'],
    ['K4,3*', 'DIJKLA LABCDI HEFGHE DIJKLA LABCDI'],
    // Golly's manual draws these two shifted the other way round; the program does this
    ['K4*+1,3', 'LKJILK DABCDA HEFGHE LIJKLI DCBADC'],
    ['K3,4*+1', 'LJKLJ IABCG FDEFD CGHIA LJKLJ IABCG'],
    ['C4,3', 'ALKJID LABCDI HEFGHE DIJKLA IDCBAL'],
    ['S3', 'AADGC AABCG BDEFH CGHII GCFII'],
  ])('joins the borders of %s as Golly does', (text, ring) => {
    expect(drawRing(text)).toEqual(ring.split(' '));
  });
});

describe('every kind of topology', () => {
  it.each(EXAMPLE_BOUNDS)('has a file that reads what it writes, and names it: %s', (text) => {
    const bounds = parseBounds(text);
    expect(formatBounds(bounds)).toBe(text);
    expect(nameTopology(bounds.topology)).toMatch(/^[A-Z]/);
    expect(describeJoints(bounds.topology)).toMatch(/\.$/);
  });

  it.each(EXAMPLE_BOUNDS)('joins both ways: each side of a cell of %s has one on it', (text) => {
    const bounds = parseBounds(text);
    const { width, height } = bounds;
    const sides = [
      [-1, 0],
      [1, 0],
      [0, -1],
      [0, 1],
    ] as const;
    // how often each pair of cells lies side by side
    const met = new Map<string, number>();
    for (let k = 0; k < width * height; k++) {
      for (const [down, right] of sides) {
        const other = locateCell(bounds, Math.floor(k / width) + down, (k % width) + right);
        expect(other).toBeGreaterThanOrEqual(-1);
        expect(other).toBeLessThan(width * height);
        if (other >= 0) met.set(`${k} ${other}`, (met.get(`${k} ${other}`) ?? 0) + 1);
      }
    }
    for (const [pair, times] of met) {
      expect([pair, met.get(pair.split(' ').reverse().join(' '))]).toEqual([pair, times]);
    }
  });
});

describe('kinds of topologies', () => {
  it('stand in a list, where a comma may belong to a kind', () => {
    expect(splitTopologies('T,K*,K,*,P')).toEqual(['T', 'K*', 'K,*', 'P']);
    expect(splitTopologies('T P, C')).toEqual(['T', 'P', 'C']);
  });

  it('become boards of a size, rows first', () => {
    const place = (kind: string): string => formatBounds(placeTopology(kind, 7, 12));
    expect(['T', 'K*', 'K,*', 'T+5', 'p'].map(place)).toEqual([
      'T12,7',
      'K12*,7',
      'K12,7*',
      'T12+5,7',
      'P12,7',
    ]);
    expect(() => placeTopology('*', 3, 3)).toThrow(/topology '\*' is none; write T, P/);
    expect(() => placeTopology('S', 3, 4)).toThrow(/sphere, which is square/);
  });
});
