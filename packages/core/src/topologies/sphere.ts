import { outside, refuseMarks, type TopologyKind } from './topology-kind.js';

/** Top is joined to left, and right to bottom; a square. */
export interface Sphere {
  readonly kind: 'sphere';
}

/** `:S30`. */
export const SPHERE_KIND: TopologyKind<Sphere> = {
  kind: 'sphere',
  letter: 'S',
  name: 'sphere',
  isSquare: true,
  examples: ['S5', 'S1'],
  read(horizontal, vertical, fail) {
    refuseMarks('sphere', horizontal, vertical, fail);
    return { kind: 'sphere' };
  },
  write: () => ['', ''],
  locate(_, { width: side }, row, column) {
    const [down, right] = [outside(row, side), outside(column, side)];
    if (down !== 0 && right !== 0) return [clamp(row, side), clamp(column, side)]; // a corner is itself
    return [clamp(column, side), clamp(row, side)];
  },
  title: () => 'Sphere',
  joints: () =>
    'Top is joined to left, right to bottom: two corners are poles, and the other two are one place between them.',
};

function clamp(place: number, side: number): number {
  return Math.max(0, Math.min(side - 1, place));
}
