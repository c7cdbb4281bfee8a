/** How random boards are seeded: what the kernel and the plain reference have in common. */

import { deriveSeedWords, type ExampleRequest } from '@lifegpt/core';

/** Steps in which the order parameter is rounded: the kernel draws 16 binary digits of it. */
export const DENSITY_STEPS = 65_536;

/** Four words for all boards of a request: a pure function of its seed, index and size. */
export function seedSoup({
  seed,
  index,
  width,
  height,
}: Pick<ExampleRequest, 'seed' | 'index' | 'width' | 'height'>): Uint32Array {
  return deriveSeedWords(seed, ['soup', index, `${width}x${height}`]);
}
