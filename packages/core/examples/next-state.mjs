/** Reads a pattern, places it on a torus, steps it, and writes the text that a model would read. */

import {
  formatPrompt,
  formatRle,
  parseRle,
  parseRule,
  placeCentred,
  stepReference,
} from '@lifegpt/core';

const pattern = parseRle('x = 3, y = 3, rule = B3/S23:T8,8\nbob$2bo$3o!', 'glider.rle');
const { rule, bounds } = parseRule(pattern.rule);
const board = placeCentred(pattern.grid, bounds.width, bounds.height);
const next = stepReference(board, rule, bounds.topology);

console.log(formatPrompt(board));
console.log(formatRle({ ...pattern, grid: next }));
