import { refuseMarks, type TopologyKind } from './topology-kind.js';

/** Everything outside is dead. */
export interface Plane {
  readonly kind: 'plane';
}

/** `:P30,20`, a board in an empty plane. */
export const PLANE_KIND: TopologyKind<Plane> = {
  kind: 'plane',
  letter: 'P',
  name: 'plane',
  isSquare: false,
  examples: ['P7,5', 'P1,4'],
  read(horizontal, vertical, fail) {
    refuseMarks('plane', horizontal, vertical, fail);
    return { kind: 'plane' };
  },
  write: () => ['', ''],
  locate: () => null,
  title: () => 'Plane',
  joints: () => 'No border is joined to another: outside everything is dead.',
};
