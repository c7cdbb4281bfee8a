/**
 * A board as the closed surface that its joined borders make of it: where each place of the board lies in space. A
 * topology without a shape here is shown flat.
 */

import type { BoundedGrid, Topology } from '@lifegpt/core';

/** A point in space. */
export type Point = readonly [x: number, y: number, z: number];

/**
 * Where a place of a board lies on its surface. Places that the topology joins lie in one point.
 * @param bounds topology and sides
 * @returns a function of columns from the left, 0 .. width, and rows from the top, 0 .. height
 */
export function placeOnSurface(bounds: BoundedGrid): (column: number, row: number) => Point {
  return (SHAPES[bounds.topology.kind] ?? SHAPES.plane!)(bounds);
}

const TURN = 2 * Math.PI;
/** A tube's radius over its ring's is the board's short side over its long one, within these. */
const SLIMMEST = 0.25;
const THICKEST = 0.55;

const SHAPES: Readonly<
  Partial<Record<Topology['kind'], (bounds: BoundedGrid) => (column: number, row: number) => Point>>
> = {
  plane({ width, height }) {
    const scale = 2 / Math.max(width, height);
    return (column, row) => [(column - width / 2) * scale, 0, (height / 2 - row) * scale];
  },
  torus({ topology, width, height }) {
    const { horizontalShift = 0, verticalShift = 0 } = topology as Topology & { kind: 'torus' };
    const isWide = width >= height;
    const radius = Math.min(
      THICKEST,
      Math.max(SLIMMEST, Math.min(width, height) / Math.max(width, height) / 2),
    );
    return (column, row) => {
      // a shift turns the surface in itself from one border to the other
      const across = (TURN * (column + (horizontalShift * row) / height)) / width;
      const down = (TURN * (row + (verticalShift * column) / width)) / height;
      const [ring, tube] = isWide ? [across, down] : [down, across];
      const out = 0.88 * (1 + radius * Math.cos(tube));
      return [out * Math.cos(ring), out * Math.sin(ring), 0.88 * radius * Math.sin(tube)];
    };
  },
  'klein-bottle'({ topology, width, height }) {
    const { twisted, isShifted } = topology as Topology & { kind: 'klein-bottle' };
    const shift = isShifted === true ? -1 : 0;
    const isHorizontal = twisted === 'horizontal';
    const around = isHorizontal ? width : height;
    return (column, row) => {
      const [place, along] = isHorizontal ? [column, row / height] : [row, column / width];
      return bottle(Math.PI * along, Math.PI / 2 + (TURN * (place - shift / 2)) / around);
    };
  },
  'cross-surface':
    ({ width, height }) =>
    (column, row) =>
      boy(toDisc((2 * column) / width - 1, (2 * row) / height - 1)),
  sphere:
    ({ width }) =>
    (column, row) => {
      // two borders at a corner are joined: one corner is the north pole, the one across it the south pole
      const down = (column + row) / (2 * width);
      const room = 2 * Math.min(down, 1 - down);
      const turn = room === 0 ? 0 : (Math.PI * (column - row)) / (width * room);
      const out = Math.sin(Math.PI * down);
      const up = Math.cos(Math.PI * down);
      return [out * Math.cos(turn), out * Math.sin(turn), up].map(
        (each) => 1.2 * each,
      ) as unknown as Point;
    },
};

/** The bottle that goes through its own side: u along it, 0 .. π; v around it (Dickson 1990). */
function bottle(u: number, v: number): Point {
  const [a, b, c] = [Math.cos(u), Math.sin(u), Math.cos(v)];
  const x = (-2 / 15) * a * (3 * c - 30 * b + 90 * a ** 4 * b - 60 * a ** 6 * b + 5 * a * b * c);
  const y =
    (-1 / 15) *
    b *
    (3 * c * (1 - a ** 2 - 16 * a ** 4 + 16 * a ** 6) -
      60 * b +
      5 * a * b * c * (1 - a ** 2 - 16 * a ** 4 + 16 * a ** 6));
  const z = (2 / 15) * (3 + 5 * a * b) * Math.sin(v);
  return [x * 0.62, z * 0.62, (y - 2) * -0.62];
}

/** A square, sides from -1 to 1, as the disc of radius 1: what lies opposite stays opposite. */
function toDisc(x: number, y: number): [number, number] {
  return [x * Math.sqrt(1 - (y * y) / 2), y * Math.sqrt(1 - (x * x) / 2)];
}

/** Boy's surface: a disc whose opposite border points are one (Bryant and Kusner's parametrisation, 1987). */
function boy([x, y]: readonly [number, number]): Point {
  type Complex = readonly [number, number];
  const times = ([a, b]: Complex, [c, d]: Complex): Complex => [a * c - b * d, a * d + b * c];
  const over = ([a, b]: Complex, [c, d]: Complex): Complex => {
    const size = c * c + d * d;
    return [(a * c + b * d) / size, (b * c - a * d) / size];
  };
  const one: Complex = [x, y];
  const three = times(times(one, one), one);
  const four = times(three, one);
  const six = times(three, three);
  const below: Complex = [six[0] + Math.sqrt(5) * three[0] - 1, six[1] + Math.sqrt(5) * three[1]];
  const first = -1.5 * over(times(one, [1 - four[0], -four[1]]), below)[1];
  const second = -1.5 * over(times(one, [1 + four[0], four[1]]), below)[0];
  const third = over([1 + six[0], six[1]], below)[1] - 0.5;
  const size = first ** 2 + second ** 2 + third ** 2;
  return [(first / size) * 0.84, (second / size) * 0.84, (third / size + 0.8) * 0.84];
}
