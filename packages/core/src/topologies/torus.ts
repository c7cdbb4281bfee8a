import { outside, type TopologyKind } from './topology-kind.js';

/** Opposite borders are joined; one pair may be shifted against each other. */
export interface Torus {
  readonly kind: 'torus';
  /** Columns by which the top border lies right of the bottom border below it. */
  readonly horizontalShift?: number;
  /** Rows by which the left border lies below the right border beside it. */
  readonly verticalShift?: number;
}

/** `:T32,32`, or shifted, `:T30+5,20`. */
export const TORUS_KIND: TopologyKind<Torus> = {
  kind: 'torus',
  letter: 'T',
  name: 'torus',
  isSquare: false,
  examples: ['T7,5', 'T7+2,5', 'T7,5-1', 'T1,1'],
  read(horizontal, vertical, fail) {
    if (horizontal.twist || vertical.twist)
      fail(`twists a border with '*', which a torus cannot; a Klein bottle is :K30*,20`);
    const [right, down] = [horizontal, vertical].map(({ side, shift }) => Number(shift) % side) as [
      number,
      number,
    ];
    if (right !== 0 && down !== 0)
      fail('shifts both pairs of borders; only one pair can be shifted');
    if (right !== 0) return { kind: 'torus', horizontalShift: right };
    return down === 0 ? { kind: 'torus' } : { kind: 'torus', verticalShift: down };
  },
  write: ({ horizontalShift, verticalShift }) => [sign(horizontalShift), sign(verticalShift)],
  locate({ horizontalShift = 0, verticalShift = 0 }, { width, height }, row, column) {
    const right = horizontalShift * outside(row, height);
    const down = verticalShift * outside(column, width);
    return [row + down, column + right];
  },
  title({ horizontalShift = 0, verticalShift = 0 }) {
    const shifts = [countShift(horizontalShift, 'column'), countShift(verticalShift, 'row')];
    const shifted = shifts.filter((each) => each !== '').join(' and ');
    return shifted === '' ? 'Torus' : `Torus, shifted by ${shifted}`;
  },
  joints({ horizontalShift = 0, verticalShift = 0 }) {
    const joined = 'Top is joined to bottom, and left to right.';
    const across = countShift(horizontalShift, 'column');
    const down = countShift(verticalShift, 'row');
    if (across !== '')
      return `${joined} Who leaves at the bottom comes in at the top, ${across} further right.`;
    if (down !== '')
      return `${joined} Who leaves at the right comes in at the left, ${down} further down.`;
    return joined;
  },
};

function sign(shift = 0): string {
  return shift === 0 ? '' : `${shift > 0 ? '+' : ''}${shift}`;
}

function countShift(shift: number, unit: string): string {
  return shift === 0 ? '' : `${shift} ${unit}${Math.abs(shift) === 1 ? '' : 's'}`;
}
