import { describeJoints, locateCell, nameTopology, parseBounds } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { placeOnSurface, type Point } from './shape.js';

const apart = (a: Point, b: Point): number => Math.hypot(...a.map((each, i) => each - b[i]!));

/** The middles of a cell's four sides. */
const SIDES = [
  [0.5, 0],
  [0.5, 1],
  [0, 0.5],
  [1, 0.5],
] as const;

describe.each([
  'T12,8',
  'T7,9',
  'T12+3,8',
  'T9,8-2',
  'K12*,8',
  'K12*+1,7',
  'K7,12*',
  'K7,12*+1',
  'C9,6',
  'S8',
])('the surface of :%s', (text) => {
  const bounds = parseBounds(text);
  const { width, height } = bounds;
  const place = placeOnSurface(bounds);

  it('has a cell’s side where the side of its neighbour over the border is', () => {
    const border: [row: number, column: number, outRow: number, outColumn: number][] = [];
    for (let c = 0; c < width; c++) border.push([0, c, -1, c], [height - 1, c, height, c]);
    for (let r = 0; r < height; r++) border.push([r, 0, r, -1], [r, width - 1, r, width]);
    for (const [row, column, outRow, outColumn] of border) {
      const beyond = locateCell(bounds, outRow, outColumn);
      const [r, c] = [Math.floor(beyond / width), beyond % width];
      const own = place((column + outColumn + 1) / 2, (row + outRow + 1) / 2);
      const theirs = SIDES.map(([x, y]) => apart(own, place(c + x, r + y)));
      expect(Math.min(...theirs)).toBeLessThan(1e-6);
    }
  });

  it('is one in which no other neighbours lie together', () => {
    const own = place(2.5, 3);
    expect(apart(own, place(3.5, 3))).toBeGreaterThan(0.05);
    expect(apart(own, place(2.5, 4))).toBeGreaterThan(0.02);
    for (let r = 0; r <= height; r++) {
      for (let c = 0; c <= width; c++) {
        for (const each of place(c, r)) expect(Math.abs(each)).toBeLessThan(2.2);
      }
    }
  });
});

it.each([
  ['T12,8', 'Torus', /^Top is joined to bottom, and left to right\.$/],
  ['T12+3,8', 'Torus, shifted by 3 columns', /3 columns further right/],
  ['T9,8-1', 'Torus, shifted by -1 row', /-1 row further down/],
  [
    'K12*+1,7',
    'Klein bottle, ↕ turned, shifted by 1 cell',
    /left and right exchanged, and shifted/,
  ],
  ['P5,5', 'Plane', /outside everything is dead/],
  ['S8', 'Sphere', /poles/],
])('the topology of :%s is called %s', (text, name, joints) => {
  const bounds = parseBounds(text);
  expect(nameTopology(bounds.topology)).toBe(name);
  expect(describeJoints(bounds.topology)).toMatch(joints);
});
