/** Which keys of a text are far from what a cell depends on, and which are its neighbours. */

import {
  createNeighbourCounter,
  FIRST_RULE_BIT,
  RULE_BITS,
  type PromptLayout,
  type RuleLayout,
  type Topology,
} from '@lifegpt/core';
import { listNeighbourhood, lookAround, PLACES } from './neighbourhood.js';
import { wholeText, type TextPart } from './windows.js';

/**
 * `[answers, tokens]` of a part of a text: 0 at the keys that an answer token may look at (the cell's
 * neighbourhood, the text around the board, and the token itself), 1 at all others. The token that
 * predicts the end of the answer may look at the text around the board and at itself.
 */
export function markFarKeys(
  layout: PromptLayout,
  topology: Topology,
  part: TextPart = wholeText(layout),
): Float32Array {
  const { width, height, firstCell, promptTokens } = layout;
  const cells = width * height;
  return fillRows(layout, part, 1, (row, columnOf, answer) => {
    for (let token = 0; token < firstCell; token++) row[columnOf[token]!] = 0;
    for (let token = firstCell + cells; token < promptTokens; token++) row[columnOf[token]!] = 0;
    row[columnOf[promptTokens - 1 + answer]!] = 0;
    if (answer === cells) return;
    for (const cell of listNeighbourhood({ topology, width, height }, answer)) {
      row[columnOf[firstCell + cell]!] = 0;
    }
  });
}

/** `[answers, tokens]`: 1 at the neighbours of the cell that an answer token predicts, without the cell. */
export function markNeighbours(
  layout: PromptLayout,
  topology: Topology,
  part: TextPart = wholeText(layout),
): Float32Array {
  const { width, height, firstCell } = layout;
  return fillRows(layout, part, 0, (row, columnOf, cell) => {
    if (cell === width * height) return;
    for (const near of listNeighbourhood({ topology, width, height }, cell)) {
      if (near !== cell) row[columnOf[firstCell + near]!] = 1;
    }
  });
}

/**
 * `[answers, tokens]`: a ninth for each of the places around the cell that an answer token predicts and for
 * the cell itself, as often as a cell stands there; where there is none, its ninth goes to the token before the board.
 */
export function shareNeighbourhood(
  layout: PromptLayout,
  topology: Topology,
  part: TextPart = wholeText(layout),
): Float32Array {
  const { width, height, firstCell } = layout;
  return fillRows(layout, part, 0, (row, columnOf, cell) => {
    if (cell === width * height) return;
    for (const place of lookAround({ topology, width, height }, cell)) {
      row[columnOf[firstCell + place]!]! += 1 / PLACES; // -1 is the token before the board
    }
  });
}

/**
 * `[9, answers, tokens]`: for each of the nine places around the cell that an answer token predicts, row by row, 1 at the cell
 * that stands there, or at the token before the board where there is none.
 */
export function splitNeighbourhood(
  layout: PromptLayout,
  topology: Topology,
  part: TextPart = wholeText(layout),
): Float32Array {
  const { width, height, firstCell } = layout;
  const size = part.answers.length * part.tokens.length;
  const all = new Float32Array(PLACES * size);
  for (let place = 0; place < PLACES; place++) {
    const one = fillRows(layout, part, 0, (row, columnOf, cell) => {
      if (cell === width * height) return;
      row[columnOf[firstCell + lookAround({ topology, width, height }, cell)[place]!]!] = 1;
    });
    all.set(one, place * size);
  }
  return all;
}

/** `[answers, tokens]` of one value, and what a function makes of the row of each answer token. */
function fillRows(
  { inputTokens }: PromptLayout,
  { answers, tokens }: TextPart,
  value: number,
  fill: (row: Float32Array, columnOf: Int32Array, answer: number) => void,
): Float32Array {
  const columnOf = new Int32Array(inputTokens);
  tokens.forEach((token, column) => (columnOf[token] = column));
  const rows = new Float32Array(answers.length * tokens.length).fill(value);
  answers.forEach((answer, i) => {
    fill(rows.subarray(i * tokens.length, (i + 1) * tokens.length), columnOf, answer);
  });
  return rows;
}

/**
 * `[texts, answerTokens, inputTokens]`: where an answer token finds what becomes of its cell, all of it at the header's token
 * for the bit of the rule that the cell and its live neighbours ask for. The row of the end marker is 0.
 * @param inputs texts, `[texts, inputTokens]`
 * @param topologies one a text
 */
export function shareRuleBits(
  layout: PromptLayout,
  inputs: Int32Array,
  topologies: readonly Topology[],
): Float32Array {
  const { answerTokens, inputTokens } = layout;
  const shares = new Float32Array(topologies.length * answerTokens * inputTokens);
  topologies.forEach((topology, text) => {
    const { cells, neighbours } = readCells(layout, inputs, text * inputTokens, topology);
    cells.forEach((alive, cell) => {
      const bit = 9 * alive + neighbours[cell]!;
      shares[(text * answerTokens + cell) * inputTokens + FIRST_RULE_BIT + bit] = 1;
    });
  });
  return shares;
}

/** The given state of a text that begins at a token, and how many live neighbours each of its cells has. */
function readCells(
  { width, height, firstCell, cellTokens }: PromptLayout | RuleLayout,
  inputs: Int32Array,
  start: number,
  topology: Topology,
): { cells: Uint8Array; neighbours: Uint8Array } {
  const from = start + firstCell;
  const tokens = inputs.subarray(from, from + width * height);
  const cells = Uint8Array.from(tokens, (token) => (token === cellTokens[1] ? 1 : 0));
  return { cells, neighbours: createNeighbourCounter({ topology, width, height })(cells) };
}

/**
 * `[inputTokens, inputTokens]`: the same for the tokens of a pair's next state, each of which shall look at its place in
 * the given one; all other rows are 0, since nobody says where they look.
 */
export function sharePairNeighbourhood(layout: RuleLayout, topology: Topology): Float32Array {
  const { width, height, firstCell, firstNextCell, inputTokens } = layout;
  const shares = new Float32Array(inputTokens * inputTokens);
  for (let cell = 0; cell < width * height; cell++) {
    const row = (firstNextCell + cell) * inputTokens + firstCell;
    for (const place of lookAround({ topology, width, height }, cell))
      shares[row + place]! += 1 / PLACES;
  }
  return shares;
}

/**
 * `[texts, answerTokens, inputTokens]`: where the token that predicts a bit finds it. Equal shares for the cells of the next
 * state that stand where the given state has the bit's case (a cell of that state, with so many live neighbours); all of it for
 * the first token of the text where there are none. The row of the end marker is 0.
 * @param inputs whole texts, `[texts, inputTokens]`
 */
export function shareCases(
  layout: RuleLayout,
  inputs: Int32Array,
  topology: Topology,
): Float32Array {
  const { firstNextCell, answerTokens, inputTokens } = layout;
  const texts = inputs.length / inputTokens;
  const shares = new Float32Array(texts * answerTokens * inputTokens);
  for (let text = 0; text < texts; text++) {
    const { cells, neighbours } = readCells(layout, inputs, text * inputTokens, topology);
    for (let bit = 0; bit < RULE_BITS; bit++) {
      const found = [...cells.keys()].filter((k) => bit === 9 * cells[k]! + neighbours[k]!);
      const row = (text * answerTokens + bit) * inputTokens;
      if (found.length === 0) shares[row] = 1;
      for (const cell of found) shares[row + firstNextCell + cell] = 1 / found.length;
    }
  }
  return shares;
}
