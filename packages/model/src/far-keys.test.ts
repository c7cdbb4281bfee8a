import { createTokenizer, layoutPrompt, PIECE_VOCABULARY, TORUS } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { markFarKeys, markNeighbourhood, markNeighbours } from './far-keys.js';

describe('markFarKeys', () => {
  const layout = layoutPrompt(createTokenizer(PIECE_VOCABULARY), 5, 4);
  const { answerTokens, inputTokens, firstCell, promptTokens } = layout;
  const nearOf = (mask: Float32Array, answer: number): number[] =>
    Array.from(mask.subarray(answer * inputTokens, (answer + 1) * inputTokens)).flatMap(
      (far, key) => (far === 0 ? [key] : []),
    );

  it('leaves the neighbourhood, the text around the board and the token itself', () => {
    const mask = markFarKeys(layout, TORUS);
    expect(mask).toHaveLength(answerTokens * inputTokens);
    const cells = [5, 6, 7, 10, 11, 12, 15, 16, 17].map((cell) => cell + firstCell);
    expect(nearOf(mask, 11)).toEqual([0, ...cells, promptTokens - 1, promptTokens - 1 + 11]);
    const corner = [0, 1, 4, 5, 6, 9, 15, 16, 19].map((cell) => cell + firstCell);
    expect(nearOf(mask, 0)).toEqual([0, ...corner, promptTokens - 1]);
  });

  it('goes by the topology, and leaves no cell for the end of the answer', () => {
    const mask = markFarKeys(layout, { kind: 'plane' });
    const corner = [0, 1, 5, 6].map((cell) => cell + firstCell);
    expect(nearOf(mask, 0)).toEqual([0, ...corner, promptTokens - 1]);
    expect(nearOf(mask, 20)).toEqual([0, promptTokens - 1, inputTokens - 1]);
  });
});

describe('markNeighbours and markNeighbourhood', () => {
  const layout = layoutPrompt(createTokenizer(PIECE_VOCABULARY), 5, 4);
  const { answerTokens, inputTokens, firstCell } = layout;
  const markedOf = (mask: Float32Array, answer: number): number[] =>
    Array.from(mask.subarray(answer * inputTokens, (answer + 1) * inputTokens)).flatMap(
      (one, key) => (one === 1 ? [key - firstCell] : []),
    );

  it('mark the cells around a cell, without it and with it, and none for the end', () => {
    const [around, all] = [markNeighbours(layout, TORUS), markNeighbourhood(layout, TORUS)];
    expect(markedOf(around, 11)).toEqual([5, 6, 7, 10, 12, 15, 16, 17]);
    expect(markedOf(all, 11)).toEqual([5, 6, 7, 10, 11, 12, 15, 16, 17]);
    expect(markedOf(all, answerTokens - 1)).toEqual([]);
    expect(markedOf(markNeighbours(layout, { kind: 'plane' }), 0)).toEqual([1, 5, 6]);
  });
});
