import { describe, expect, it } from 'vitest';
import { parseCells } from './grid.js';
import { InputError } from './input-error.js';
import {
  borderCoordinates,
  CHARACTER_VOCABULARY,
  encodeExamples,
  encodePrompts,
  formatPrompt,
  layoutPrompt,
  parsePrompt,
  PIECE_VOCABULARY,
} from './prompt.js';
import { BORDER_COLUMNS } from './text-layout.js';
import { createTokenizer } from './tokenizer.js';

const pieces = createTokenizer(PIECE_VOCABULARY);
const characters = createTokenizer(CHARACTER_VOCABULARY);

describe('formatPrompt and parsePrompt', () => {
  it('write and read the paper’s text', () => {
    const grid = parseCells('010011', 3, 2);
    expect(formatPrompt(grid)).toBe('@PredictNextState<010011> [');
    expect(parsePrompt('@PredictNextState<010011> [', 3, 2)).toEqual(grid);
  });

  it('refuse a text that is no prompt of the size', () => {
    expect(() => parsePrompt('PredictNextState<010011> [', 3, 2)).toThrow(InputError);
    expect(() => parsePrompt('@PredictNextState<010011>', 3, 2)).toThrow(InputError);
    expect(() => parsePrompt('@PredictNextState<01001> [', 3, 2)).toThrow(/6 cells.* has 5/);
    expect(() => parsePrompt('@PredictNextState<01002> ['.replace('02', '021'), 3, 2)).toThrow(
      /'2'/,
    );
  });
});

describe('layoutPrompt', () => {
  it('counts the 2071 tokens of the paper’s 32x32 text', () => {
    const layout = layoutPrompt(characters, 32, 32);
    expect(layout.promptTokens).toBe(18 + 1024 + 3);
    expect(layout.promptTokens + layout.answerTokens).toBe(2071);
    expect(layout.inputTokens).toBe(2070);
    expect(layout.firstCell).toBe(18);
  });

  it('needs 20 tokens less with the markers as pieces', () => {
    const layout = layoutPrompt(pieces, 32, 32);
    expect(layout.promptTokens + layout.answerTokens).toBe(2051);
    expect(layout.firstCell).toBe(1);
  });
});

describe('encodePrompts and encodeExamples', () => {
  const layout = layoutPrompt(pieces, 2, 1);
  const states = Uint8Array.of(0, 1, 1, 1);
  const nextStates = Uint8Array.of(1, 0, 0, 0);

  it('put one board after the other', () => {
    expect([...encodePrompts(layout, states)]).toEqual([2, 0, 1, 3, 2, 1, 1, 3]);
  });

  it('let the model read all but the last token, and ask for the answer’s', () => {
    const { inputs, targets } = encodeExamples(layout, states, nextStates);
    expect([...inputs]).toEqual([2, 0, 1, 3, 1, 0, 2, 1, 1, 3, 0, 0]);
    expect([...targets]).toEqual([1, 0, 4, 0, 0, 4]);
  });

  it('write the tokens of the text itself', () => {
    for (const tokenizer of [pieces, characters]) {
      const small = layoutPrompt(tokenizer, 3, 2);
      const { inputs, targets } = encodeExamples(
        small,
        Uint8Array.of(0, 1, 0, 0, 1, 1),
        Uint8Array.of(1, 1, 0, 0, 0, 1),
      );
      const text = '@PredictNextState<010011> [110001]$';
      expect([...inputs]).toEqual([...tokenizer.encode(text)].slice(0, -1));
      expect([...targets]).toEqual([...tokenizer.encode('110001]$')]);
    }
  });
});

describe('borderCoordinates', () => {
  // 3 columns, 4 rows: token 0 is the head, 1..12 the cells, 13 the bracket, 14..25 the answer
  const layout = layoutPrompt(pieces, 3, 4);
  const coordinates = borderCoordinates(layout);
  const at = (token: number): number[] => [
    ...coordinates.subarray(token * BORDER_COLUMNS, (token + 1) * BORDER_COLUMNS),
  ];

  it('gives a cell its distances to the top, bottom, left and right border', () => {
    expect(layout.inputTokens).toBe(1 + 12 + 1 + 12);
    expect(coordinates).toHaveLength(26 * 5);
    expect(at(0)).toEqual([0, 0, 0, 0, 0]);
    expect(at(1)).toEqual([1, 1, 4, 1, 3]); // row 0, column 0
    expect(at(3)).toEqual([1, 1, 4, 3, 1]); // row 0, column 2
    expect(at(8)).toEqual([1, 3, 2, 2, 2]); // row 2, column 1
    expect(at(12)).toEqual([1, 4, 1, 3, 1]); // row 3, column 2
  });

  it('couples the token that predicts an answer cell with that cell', () => {
    const predictsFirst = layout.promptTokens - 1;
    for (let cell = 0; cell < 12; cell++) {
      const [, ...given] = at(layout.firstCell + cell);
      expect(at(predictsFirst + cell)).toEqual([2, ...given]);
    }
    expect(at(13)).toEqual([2, 1, 4, 1, 3]); // the bracket predicts row 0, column 0
    expect(at(14)).toEqual([2, 1, 4, 2, 2]); // the first answer cell predicts row 0, column 1
    expect(at(25)).toEqual([2, 0, 0, 0, 0]); // the last one predicts the end marker: no cell
  });

  it('marks the characters around the state as markers in the paper’s format', () => {
    const long = layoutPrompt(characters, 1, 1);
    const parts = [...borderCoordinates(long)].filter((_, k) => k % BORDER_COLUMNS === 0);
    // 18 of the head, the cell, '>' and ' ', the bracket that predicts, the cell, ']'
    expect(parts).toEqual([...'000000000000000000', 1, 0, 0, 2, 2, 2].map(Number));
  });
});
