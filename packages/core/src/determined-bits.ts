/** What pairs of states say of a rule's bits, by looking: what a model that is asked for a rule is held against. */

import type { Grid } from './grid.js';
import { FORM_BITS, type RuleForm } from './header.js';
import { listNeighbourhoods } from './life-reference.js';
import { CENTRE, countBits, NEIGHBOURS } from './rules/neighbourhood.js';
import type { Topology } from './topology.js';

/** The index of the bit that a neighbourhood asks for in a rule of a form. */
export function bitOfNeighbourhood(form: RuleForm, neighbourhood: number): number {
  if (form === 'table') return neighbourhood;
  return (neighbourhood & CENTRE ? 9 : 0) + countBits(neighbourhood, NEIGHBOURS.moore);
}

/**
 * The bits of the rule behind pairs of states and the states after them: null where no cell shows one, and where cells
 * contradict each other.
 */
export function determineBits(
  pairs: readonly (readonly [before: Grid, after: Grid])[],
  form: RuleForm,
  topology: Topology,
): (0 | 1 | null)[] {
  const seen = new Uint8Array(FORM_BITS[form]);
  for (const [before, after] of pairs) {
    listNeighbourhoods(before, topology).forEach((neighbourhood, k) => {
      seen[bitOfNeighbourhood(form, neighbourhood)]! |= after.cells[k] === 1 ? 2 : 1;
    });
  }
  return Array.from(seen, (marks) => (marks === 1 ? 0 : marks === 2 ? 1 : null));
}
