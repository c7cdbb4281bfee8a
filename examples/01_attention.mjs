/** Where the heads of the model look while it writes one cell: at its nine neighbours, though nobody told it which these are. */

import { CONWAY, createGrid, TORUS } from '@lifegpt/core';
import { createWorkbench } from '@lifegpt/model';
import { openModel, runtime } from './open.mjs';

const bench = createWorkbench(await openModel(), runtime);
const [side, row, column] = [11, 5, 5];
const empty = createGrid(side, side);
const { activations } = await bench.run({
  state: empty,
  answer: empty,
  header: { rule: CONWAY, topology: TORUS },
  cells: [row * side + column],
  places: ['h.1.attn.pattern'],
});
const { data, shape } = activations.get('h.1.attn.pattern');
const [heads] = shape; // [heads, 1 cell that is written, 121 cells that are looked at]
const onCell = (cell) =>
  Array.from({ length: heads }, (_, head) => data[head * side * side + cell]).reduce(
    (a, b) => a + b,
  );
console.log(`what ${heads} heads look at, in heads, around cell ${row},${column}:`);
for (let down = -2; down <= 2; down++) {
  const shares = [-2, -1, 0, 1, 2].map((right) => onCell((row + down) * side + column + right));
  console.log(shares.map((share) => share.toFixed(2).padStart(6)).join(' '));
}
await bench.release();
