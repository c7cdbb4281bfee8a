import { describe, expect, it } from 'vitest';
import {
  COORDINATES,
  listBitPlaces,
  locateTokens,
  numberOfPart,
  RULE_AXES,
} from './coordinates.js';
import { layoutPrompt } from './prompt.js';
import { layoutPairs } from './rule-prompt.js';
import { createTokenizer } from './tokenizer.js';
import { PIECE_VOCABULARY } from './vocabulary.js';

const tokenizer = createTokenizer(PIECE_VOCABULARY);
const rowsOf = (columns: Int32Array): number[][] =>
  Array.from({ length: columns.length / COORDINATES }, (_, i) => [
    ...columns.subarray(i * COORDINATES, (i + 1) * COORDINATES),
  ]);
const [marker, bit, given, answer, next, asked, end] = (
  ['marker', 'bit', 'given', 'answer', 'next', 'asked bit', 'end'] as const
).map(numberOfPart);

describe('the coordinates of a prompt', () => {
  // 3 columns, 4 rows: 21 tokens of the header, 12 cells, the bracket, 12 of the answer
  const layout = layoutPrompt(tokenizer, 3, 4);
  const rows = rowsOf(locateTokens(layout));

  it('give a cell its distances to the top, bottom, left and right border', () => {
    expect(rows).toHaveLength(21 + 12 + 1 + 12);
    expect(rows[21]).toEqual([given, 1, 4, 1, 3]); // row 0, column 0
    expect(rows[23]).toEqual([given, 1, 4, 3, 1]); // row 0, column 2
    expect(rows[28]).toEqual([given, 3, 2, 2, 2]); // row 2, column 1
    expect(rows[32]).toEqual([given, 4, 1, 3, 1]); // row 3, column 2
  });

  it('couple the token that predicts an answer cell with that cell', () => {
    for (let cell = 0; cell < 12; cell++) {
      const [, ...place] = rows[21 + cell]!;
      expect(rows[33 + cell]).toEqual([answer, ...place]);
    }
    expect(rows[45]).toEqual([end, 1, 0, 0, 0]); // the last token predicts the end: no cell
  });

  it('number the markers and the rule’s bits', () => {
    expect([rows[0], rows[1], rows[20]]).toEqual([
      [marker, 1, 0, 0, 0],
      [marker, 2, 0, 0, 0],
      [marker, 3, 0, 0, 0],
    ]);
    for (let i = 0; i < 18; i++) expect(rows[2 + i]).toEqual([bit, i + 1, 0, 0, 0]);
    const table = rowsOf(locateTokens(layoutPrompt(tokenizer, 1, 1, 'table')));
    expect(table[513]).toEqual([numberOfPart('table bit'), 512, 0, 0, 0]);
  });
});

describe('the coordinates of pairs', () => {
  it('give every cell its own, and each token that asks for a bit that bit', () => {
    const layout = layoutPairs(tokenizer, 2, 1, { pairs: 2 });
    const rows = rowsOf(locateTokens(layout));
    const [left, right] = [
      [1, 1, 1, 2],
      [1, 1, 2, 1],
    ];
    expect(rows.slice(3, 9).map(([part, ...place]) => [part, place])).toEqual([
      [given, left],
      [given, right],
      [marker, [4, 0, 0, 0]],
      [next, left],
      [next, right],
      [marker, [5, 0, 0, 0]],
    ]);
    expect(rows.slice(9, 14)).toEqual(rows.slice(3, 8));
    for (let i = 0; i < 18; i++) expect(rows[14 + i]).toEqual([asked, i + 1, 0, 0, 0]);
    expect(rows[32]).toEqual([end, 1, 0, 0, 0]);
    expect(rows).toHaveLength(33);
  });
});

describe('the places of a rule’s bits', () => {
  const placesOf = (form: 'counts' | 'table', index: number): number[] => [
    ...listBitPlaces(form).subarray(index * RULE_AXES.length, (index + 1) * RULE_AXES.length),
  ];

  it('are birth or survival and the count, or the corners of a cube', () => {
    expect(placesOf('counts', 3)).toEqual([0, 3, ...Array<number>(9).fill(0)]);
    expect(placesOf('counts', 11)).toEqual([1, 2, ...Array<number>(9).fill(0)]);
    // NW and the cell itself
    expect(placesOf('table', 256 + 16)).toEqual([0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0]);
    expect(listBitPlaces('table')).toHaveLength(512 * 11);
  });

  it('have the middle that an axis says', () => {
    RULE_AXES.forEach(({ form, middle, places }, axis) => {
      const bits = listBitPlaces(form).length / RULE_AXES.length;
      const all = Array.from({ length: bits }, (_, index) => placesOf(form, index)[axis]!);
      expect(all.reduce((sum, place) => sum + place, 0) / bits).toBeCloseTo(middle);
      expect(new Set(all).size).toBe(places);
    });
  });
});
