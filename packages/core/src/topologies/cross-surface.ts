import { outside, refuseMarks, type TopologyKind } from './topology-kind.js';

/** Both pairs are reversed: the real projective plane. */
export interface CrossSurface {
  readonly kind: 'cross-surface';
}

/** `:C30,20`. */
export const CROSS_SURFACE_KIND: TopologyKind<CrossSurface> = {
  kind: 'cross-surface',
  letter: 'C',
  name: 'cross-surface',
  isSquare: false,
  examples: ['C7,5', 'C2,1'],
  read(horizontal, vertical, fail) {
    refuseMarks('cross-surface', horizontal, vertical, fail);
    return { kind: 'cross-surface' };
  },
  write: () => ['', ''],
  locate(_, { width, height }, row, column) {
    const c = outside(row, height) !== 0 ? width - 1 - column : column;
    const r = outside(column, width) !== 0 ? height - 1 - row : row;
    return [height + r, width + c];
  },
  title: () => 'Cross-surface',
  joints: () =>
    'Both pairs of borders are joined turned round: the projective plane, here as Boy’s surface, which goes through itself.',
};
