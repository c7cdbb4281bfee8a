import { describe, expect, it } from 'vitest';
import { countAlive, createGrid, formatCells, type Grid } from '../grid.js';
import { InputError } from '../input-error.js';
import { stepReference } from '../life-reference.js';
import { placePattern } from '../place-pattern.js';
import { CONWAY } from '../rule.js';
import { isApgcode, parseApgcode } from './apgcode.js';

/** On a torus with room around it. */
const layOut = (grid: Grid): Grid =>
  placePattern(
    { name: null, comments: [], rule: null, grid, warnings: [] },
    { width: grid.width + 40, height: grid.height + 40 },
  ).grid;

/** A torus moved so that its first live cell comes first: equal for what differs by a shift. */
function normalise({ width, height, cells }: Grid): string {
  const rows = Array.from({ length: height }, (_, r) => cells.subarray(r * width, (r + 1) * width));
  const live = rows.flatMap((row, r) =>
    [...row].flatMap((cell, c) => (cell === 1 ? [[r, c]] : [])),
  );
  const [top, left] = [0, 1].map((axis) => Math.min(...live.map((place) => place[axis]!)));
  return live.map(([r, c]) => `${r! - top!},${c! - left!}`).join(' ');
}

describe('parseApgcode', () => {
  it('reads the block, the glider and empty columns', () => {
    expect(formatCells(parseApgcode('xs4_33'))).toBe('1111');
    expect(formatCells(parseApgcode('xq4_153'))).toBe('111' + '001' + '010');
    expect(parseApgcode('xp2_7')).toEqual(createGrid(1, 3, Uint8Array.of(1, 1, 1)));
    expect(formatCells(parseApgcode('xs0_1w1x1y01'))).toBe('1001' + '0001' + '00001');
    expect(parseApgcode('xs0_1z1')).toEqual(createGrid(1, 6, Uint8Array.of(1, 0, 0, 0, 0, 1)));
  });

  // LifeWiki names these: pond, loaf, beehive, eater 1, toad, beacon, pulsar, pentadecathlon, LWSS, MWSS
  it.each([
    'xs8_6996',
    'xs7_2596',
    'xs6_696',
    'xs7_178c',
    'xp2_7e',
    'xp2_318c',
    'xp3_co9nas0san9oczgoldlo0oldlogz1047210127401',
    'xp15_4r4z4r4',
    'xq4_6frc',
    'xq4_27dee6',
  ])('reads %s as an object that does what its code says', (code) => {
    expect(isApgcode(code)).toBe(true);
    const start = layOut(parseApgcode(code));
    const [, kind, number] = /^x([spq])(\d+)/.exec(code)!;
    const population = kind === 's' ? Number(number) : countAlive(start);
    expect(countAlive(start)).toBe(population);
    const period = kind === 's' ? 1 : Number(number);
    let state = start;
    for (let k = 1; k <= period; k++) {
      state = stepReference(state, CONWAY);
      expect(normalise(state) === normalise(start)).toBe(k === period);
    }
    expect(formatCells(state) === formatCells(start)).toBe(kind !== 'q');
  });

  it.each([
    ['xs4_3!', /letter 6 is '!'/],
    ['xs4_y', /letter 5 is 'y'/],
    ['xs4_000', /no live cells/],
    ['xs4_', /no cells|no live cells/],
  ])('refuses %s', (code, message) => {
    expect(() => parseApgcode(code)).toThrow(InputError);
    expect(() => parseApgcode(code)).toThrow(message);
  });
});
