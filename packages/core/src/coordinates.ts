/**
 * Where the tokens of a text stand, as numbers: what a model with attention by location sees beside them. It
 * says nothing of a neighbourhood, of a topology or of what a rule means.
 */

import { FORM_BITS, type RuleForm } from './header.js';
import type { PromptLayout } from './prompt.js';
import type { RuleLayout } from './rule-prompt.js';

/** The parts of a text, by their number in a token's first coordinate. */
export const TEXT_PARTS = [
  /** A marker; its coordinate is its index among the markers. */
  'marker',
  /** A bit of a rule of 18; its coordinate is its index. */
  'bit',
  /** A bit of a rule of 512. */
  'table bit',
  /** A cell of a given state. */
  'given',
  /** A token that predicts a cell, at that cell's place (position coupling): the query and the keys it needs share places. */
  'answer',
  /** A cell of the state after a given one, in a prompt that asks for a rule. */
  'next',
  /** A token that predicts a bit of a rule of 18. */
  'asked bit',
  /** A token that predicts a bit of a rule of 512. */
  'asked table bit',
  /** A token that predicts the end of the answer. */
  'end',
] as const;
/** One of `TEXT_PARTS`. */
export type TextPart = (typeof TEXT_PARTS)[number];

/** The number of a part. */
export function numberOfPart(part: TextPart): number {
  return TEXT_PARTS.indexOf(part);
}

/** Columns of coordinates: the part; then of a cell its distances to the top, bottom, left and right border, plus one; of others an index plus one. */
export const COORDINATES = 5;

/** The axes on which a rule's bits lie: birth or survival and the count, or one for each cell of the neighbourhood. */
export const RULE_AXES: readonly {
  readonly form: RuleForm;
  /** How many places it has. */
  readonly places: number;
  /** The mean of its places. */
  readonly middle: number;
}[] = [
  { form: 'counts', places: 2, middle: 0.5 },
  { form: 'counts', places: 9, middle: 4 },
  ...Array.from({ length: 9 }, () => ({ form: 'table' as const, places: 2, middle: 0.5 })),
];

/**
 * Where the bits of a form lie on all axes, `[bits, 11]`; 0 on those of the other form. A table's bit lies at the corner of a
 * cube that is its neighbourhood: NW, N, NE, W, the cell, E, SW, S, SE.
 */
export function listBitPlaces(form: RuleForm): Float32Array {
  const bits = FORM_BITS[form];
  const places = new Float32Array(bits * RULE_AXES.length);
  for (let bit = 0; bit < bits; bit++) {
    const own =
      form === 'counts'
        ? [Math.floor(bit / 9), bit % 9]
        : [0, 0, ...Array.from({ length: 9 }, (_, cell) => (bit >> (8 - cell)) & 1)];
    places.set(own, bit * RULE_AXES.length);
  }
  return places;
}

/** The coordinates of each input token, `[inputTokens, 5]`. */
export function locateTokens(layout: PromptLayout | RuleLayout): Int32Array {
  return layout.task === 'next-state' ? locatePrompt(layout) : locatePairs(layout);
}

function locatePrompt(layout: PromptLayout): Int32Array {
  const { width, height, form, firstCell, promptTokens, inputTokens } = layout;
  const writer = new CoordinateWriter(inputTokens, width, height);
  writer.index('marker', 0, 0);
  writer.index('marker', 1, 1);
  writer.bits(form === 'counts' ? 'bit' : 'table bit', 2, FORM_BITS[form]);
  writer.index('marker', firstCell - 1, 2);
  writer.cells('given', firstCell);
  writer.cells('answer', promptTokens - 1);
  writer.index('end', inputTokens - 1, 0);
  return writer.columns;
}

function locatePairs(layout: RuleLayout): Int32Array {
  const { width, height, form, pairs, firstCell, tokensAPair, promptTokens, inputTokens } = layout;
  const writer = new CoordinateWriter(inputTokens, width, height);
  for (let marker = 0; marker < firstCell; marker++) writer.index('marker', marker, marker);
  for (let pair = 0; pair < pairs; pair++) {
    const from = firstCell + pair * tokensAPair;
    writer.cells('given', from);
    writer.index('marker', from + width * height, firstCell);
    writer.cells('next', from + width * height + 1);
    writer.index('marker', from + tokensAPair - 1, firstCell + 1);
  }
  writer.bits(
    form === 'counts' ? 'asked bit' : 'asked table bit',
    promptTokens - 1,
    FORM_BITS[form],
  );
  writer.index('end', inputTokens - 1, 0);
  return writer.columns;
}

class CoordinateWriter {
  readonly columns: Int32Array;

  constructor(
    tokens: number,
    private readonly width: number,
    private readonly height: number,
  ) {
    this.columns = new Int32Array(tokens * COORDINATES);
  }

  index(part: TextPart, token: number, index: number): void {
    this.columns[token * COORDINATES] = numberOfPart(part);
    this.columns[token * COORDINATES + 1] = index + 1;
  }

  bits(part: TextPart, first: number, count: number): void {
    for (let bit = 0; bit < count; bit++) this.index(part, first + bit, bit);
  }

  /** The cells of a board, row by row. */
  cells(part: TextPart, first: number): void {
    const { width, height, columns } = this;
    let at = first * COORDINATES;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        columns[at++] = numberOfPart(part);
        columns[at++] = row + 1;
        columns[at++] = height - row;
        columns[at++] = column + 1;
        columns[at++] = width - column;
      }
    }
  }
}
