/** Proves that the model is right on every board, by going through the classes into which all cells of all boards fall. */

import { proveClasses } from '@lifegpt/model';
import { openModel } from './open.mjs';

const proof = proveClasses(await openModel());
let step = proof.next();
let classes = 0;
for (; step.done !== true; step = proof.next()) classes++;
const { topologies, margin, rounding } = step.value;
for (const { topology, classes: own, forms } of topologies) {
  const open = forms.counts.failed + forms.table.failed;
  console.log(`topology ${topology}: ${own - open} of ${own} classes proved`);
}
console.log(
  `${classes} steps; least margin ${margin.toFixed(2)} nats, of which rounding takes ${rounding.toFixed(2)}`,
);
