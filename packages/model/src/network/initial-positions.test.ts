import { createTokenizer, layoutPrompt, CHARACTER_VOCABULARY } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { startAsRowsAndColumns } from './initial-positions.js';

const layout = layoutPrompt(createTokenizer(CHARACTER_VOCABULARY), 5, 4); // 5 wide, 4 high
const SIZE = 3;

function draw(seed: number): (token: number) => number[] {
  const table = new Float32Array(layout.inputTokens * SIZE).fill(9);
  startAsRowsAndColumns(table, layout, seed, 0.02);
  return (token) => [...table.subarray(token * SIZE, (token + 1) * SIZE)];
}

describe('startAsRowsAndColumns', () => {
  const vector = draw(1);
  const given = (row: number, column: number): number[] =>
    vector(layout.firstCell + 5 * row + column);
  const answer = (row: number, column: number): number[] =>
    vector(layout.promptTokens - 1 + 5 * row + column);
  const minus = (a: number[], b: number[]): number[] => a.map((value, i) => value - b[i]!);

  it.each([
    ['prompt', given],
    ['answer', answer],
  ])('gives each cell of the %s the sum of its row and its column', (_part, at) => {
    const step = minus(at(0, 3), at(0, 1));
    minus(at(2, 3), at(2, 1)).forEach((value, i) => expect(value).toBeCloseTo(step[i]!, 6));
    expect(at(2, 3)).not.toEqual(at(3, 3));
    expect(at(2, 3)).not.toEqual(at(2, 4));
  });

  it('leaves markers alone, and has nothing in common between prompt and answer, or seeds', () => {
    expect(vector(0)).toEqual([9, 9, 9]);
    expect(given(1, 1)).not.toEqual(answer(1, 1));
    expect(draw(2)(layout.firstCell)).not.toEqual(draw(1)(layout.firstCell));
    expect(draw(1)(layout.firstCell)).toEqual(given(0, 0));
  });
});
