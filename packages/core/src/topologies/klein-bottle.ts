import { outside, type TopologyKind } from './topology-kind.js';

/** A torus with one pair of borders reversed before it is joined. */
export interface KleinBottle {
  readonly kind: 'klein-bottle';
  /** Which pair: `horizontal` is top and bottom, as in `:K30*,20`. */
  readonly twisted: 'horizontal' | 'vertical';
  /** The twisted pair is also shifted by a cell (their side is even). */
  readonly isShifted?: true;
}

/** `:K30*,20` or `:K30,20*`; without a `*` the vertical pair is twisted, as in Golly. */
export const KLEIN_BOTTLE_KIND: TopologyKind<KleinBottle> = {
  kind: 'klein-bottle',
  letter: 'K',
  name: 'Klein bottle',
  isSquare: false,
  examples: ['K7*,5', 'K7,5*', 'K6*+1,5', 'K7,4*+1'],
  read(horizontal, vertical, fail) {
    if (horizontal.twist && vertical.twist)
      fail(`twists both pairs of borders; that is a cross-surface, :C30,20`);
    const twisted = horizontal.twist ? 'horizontal' : 'vertical';
    const [own, other] = horizontal.twist ? [horizontal, vertical] : [vertical, horizontal];
    if (other.shift)
      fail(`shifts a pair of borders that is not twisted; a Klein bottle cannot do that`);
    // an odd number of cells cannot be shifted, and Golly passes over it
    if (Number(own.shift) % 2 === 0 || own.side % 2 !== 0) return { kind: 'klein-bottle', twisted };
    return { kind: 'klein-bottle', twisted, isShifted: true };
  },
  write({ twisted, isShifted }) {
    const mark = isShifted === true ? '*+1' : '*';
    return twisted === 'horizontal' ? [mark, ''] : ['', mark];
  },
  locate({ twisted, isShifted }, { width, height }, row, column) {
    const shift = isShifted === true ? -1 : 0; // as Golly does it; its manual draws +1
    const isReversed =
      twisted === 'horizontal' ? outside(row, height) !== 0 : outside(column, width) !== 0;
    if (!isReversed) return [row, column];
    return twisted === 'horizontal'
      ? [row, width - 1 - column + shift]
      : [height - 1 - row + shift, column];
  },
  title({ twisted, isShifted }) {
    const turned = twisted === 'horizontal' ? '↕' : '↔';
    const shifted = isShifted === true ? ', shifted by 1 cell' : '';
    return `Klein bottle, ${turned} turned${shifted}`;
  },
  joints({ twisted, isShifted }) {
    const [one, other] =
      twisted === 'horizontal'
        ? ['Left is joined to right, top to bottom', 'left and right']
        : ['Top is joined to bottom, left to right', 'up and down'];
    const shifted = isShifted === true ? ', and shifted by a cell' : '';
    return `${one} turned round: who goes over there finds ${other} exchanged${shifted}. In space the surface has to go through itself.`;
  },
};
