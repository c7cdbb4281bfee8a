import {
  createTokenizer,
  layoutPair,
  layoutPrompt,
  PIECE_VOCABULARY,
  RULE_VOCABULARY,
  TORUS,
} from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import {
  markFarKeys,
  markNeighbours,
  shareNeighbourhood,
  sharePairNeighbourhood,
} from './far-keys.js';

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

describe('markNeighbours and shareNeighbourhood', () => {
  const layout = layoutPrompt(createTokenizer(PIECE_VOCABULARY), 5, 4);
  const { answerTokens, inputTokens, firstCell } = layout;
  const plane = { kind: 'plane' } as const;
  const rowOf = (mask: Float32Array, answer: number): Record<number, number> =>
    Object.fromEntries(
      Array.from(mask.subarray(answer * inputTokens, (answer + 1) * inputTokens)).flatMap(
        (value, key) => (value === 0 ? [] : [[key - firstCell, Number(value.toFixed(4))]]),
      ),
    );

  it('mark the cells around a cell without it, and none for the end', () => {
    const marks = markNeighbours(layout, TORUS);
    expect(Object.keys(rowOf(marks, 11)).map(Number)).toEqual([5, 6, 7, 10, 12, 15, 16, 17]);
    expect(rowOf(marks, answerTokens - 1)).toEqual({});
    expect(rowOf(markNeighbours(layout, plane), 0)).toEqual({ 1: 1, 5: 1, 6: 1 });
  });

  it('share out ninths, also of what is beyond a border, and of what stands in two places', () => {
    const ninths = [5, 6, 7, 10, 11, 12, 15, 16, 17].map((cell) => [cell, 0.1111]);
    expect(rowOf(shareNeighbourhood(layout, TORUS), 11)).toEqual(Object.fromEntries(ninths));
    const corner = { 0: 0.1111, 1: 0.1111, 5: 0.1111, 6: 0.1111, [-1]: 0.5556 };
    expect(rowOf(shareNeighbourhood(layout, plane), 0)).toEqual(corner);
    const thin = shareNeighbourhood(layoutPrompt(createTokenizer(PIECE_VOCABULARY), 2, 3), TORUS);
    const { firstCell: first } = layoutPrompt(createTokenizer(PIECE_VOCABULARY), 2, 3);
    expect(thin.slice(first, first + 2)).toEqual(Float32Array.of(1 / 9, 1 / 9 + 1 / 9));
    expect(rowOf(shareNeighbourhood(layout, TORUS), answerTokens - 1)).toEqual({});
  });
});

describe('sharePairNeighbourhood', () => {
  it('shares out ninths of the given state to each cell of the next one, and nothing to other tokens', () => {
    const layout = layoutPair(createTokenizer(RULE_VOCABULARY), 5, 4);
    const { firstCell, firstNextCell, inputTokens, promptTokens } = layout;
    const shares = sharePairNeighbourhood(layout, TORUS);
    expect(shares).toHaveLength(inputTokens ** 2);
    const rowOf = (token: number): number[] =>
      Array.from(shares.subarray(token * inputTokens, (token + 1) * inputTokens)).flatMap(
        (share, key) => (share === 0 ? [] : [key - firstCell]),
      );
    expect(rowOf(firstNextCell)).toEqual([0, 1, 4, 5, 6, 9, 15, 16, 19]);
    expect(rowOf(firstNextCell + 11)).toEqual([5, 6, 7, 10, 11, 12, 15, 16, 17]);
    const others = [0, firstCell + 3, firstNextCell - 1, promptTokens - 1, inputTokens - 1];
    for (const token of others) expect(rowOf(token)).toEqual([]);
    const sum = shares.reduce((total, share) => total + share, 0);
    expect(sum).toBeCloseTo(20, 4);
  });
});
