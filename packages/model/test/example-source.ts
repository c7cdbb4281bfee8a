/** Examples from the scalar reference, for tests. */

import { createGrid, openStream, stepReference, type ExampleSource } from '@lifegpt/core';

export const referenceSource: ExampleSource = {
  draw({ seed, index, first = 0, boards, width, height, rule, topology, density: [low, high] }) {
    const cells = width * height;
    const states = new Uint8Array(boards * cells);
    const nextStates = new Uint8Array(boards * cells);
    for (let b = 0; b < boards; b++) {
      const random = openStream(seed, 'test', index, first + b);
      const p = low + (high - low) * random.nextFloat();
      const state = states.subarray(b * cells, (b + 1) * cells);
      state.forEach((_, k) => (state[k] = random.nextFloat() < p ? 1 : 0));
      nextStates.set(
        stepReference(createGrid(width, height, state), rule, topology).cells,
        b * cells,
      );
    }
    return { boards, width, height, states, nextStates };
  },
};
