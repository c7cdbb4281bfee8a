import {
  createGrid,
  createTokenizer,
  encodeExamples,
  encodePairExamples,
  HEADER_VOCABULARY,
  layoutPair,
  layoutPrompt,
  openStream,
  PIECE_VOCABULARY,
  RULE_BITS,
  RULE_VOCABULARY,
  stepReference,
  topologyOfToken,
  TORUS,
  type Topology,
} from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import {
  markFarKeys,
  markNeighbours,
  shareCases,
  shareNeighbourhood,
  sharePairNeighbourhood,
  shareRuleBits,
  splitNeighbourhood,
} from './far-keys.js';
import { drawRule } from './trained-for.js';

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

describe('markNeighbours, shareNeighbourhood and splitNeighbourhood', () => {
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

  it('tell each head one place, row by row, and all together nine ninths', () => {
    const size = answerTokens * inputTokens;
    const placesOf = (topology: Topology, answer: number) => {
      const all = splitNeighbourhood(layout, topology);
      expect(all).toHaveLength(9 * size);
      return Array.from({ length: 9 }, (_, head) =>
        rowOf(all.subarray(head * size, (head + 1) * size), answer),
      );
    };
    const around = [5, 6, 7, 10, 11, 12, 15, 16, 17].map((cell) => ({ [cell]: 1 }));
    expect(placesOf(TORUS, 11)).toEqual(around);
    const corner = [-1, -1, -1, -1, 0, 1, -1, 5, 6].map((cell) => ({ [cell]: 1 }));
    expect(placesOf(plane, 0)).toEqual(corner);
    expect(placesOf(TORUS, answerTokens - 1)).toEqual(around.map(() => ({})));
    const sum = new Float32Array(size);
    splitNeighbourhood(layout, TORUS).forEach((share, i) => (sum[i % size]! += share / 9));
    shareNeighbourhood(layout, TORUS).forEach((share, i) => expect(sum[i]).toBeCloseTo(share, 6));
  });
});

describe('shareRuleBits', () => {
  it('points each cell to the bit of its own header that is its next state', () => {
    const tokenizer = createTokenizer(HEADER_VOCABULARY);
    const layout = layoutPrompt(tokenizer, 5, 5);
    const random = openStream(3, 'boards');
    const headers = [topologyOfToken('S'), TORUS, topologyOfToken('K*')].map((topology) => ({
      rule: drawRule(random),
      topology,
    }));
    const states = Uint8Array.from({ length: 75 }, () => random.nextInt(2));
    const next = headers.flatMap(({ rule, topology }, b) => [
      ...stepReference(createGrid(5, 5, states.slice(25 * b, 25 * b + 25)), rule, topology).cells,
    ]);
    const { inputs } = encodeExamples(layout, states, Uint8Array.from(next), headers);
    const topologies = headers.map(({ topology }) => topology);
    const shares = shareRuleBits(layout, inputs, topologies);
    const { answerTokens, inputTokens } = layout;
    expect(shares).toHaveLength(3 * answerTokens * inputTokens);
    headers.forEach((_, b) => {
      for (const cell of [0, 1, 7, 12, 24, 25]) {
        const row = (b * answerTokens + cell) * inputTokens;
        const own = shares.subarray(row, row + inputTokens);
        const found = [...own.keys()].filter((key) => own[key] !== 0);
        expect(found).toHaveLength(cell === 25 ? 0 : 1);
        if (cell === 25) continue;
        const token = b * inputTokens + found[0]!;
        const bit = tokenizer.decode(inputs.subarray(token, token + 1));
        expect(/[BS]/.test(bit)).toBe(next[25 * b + cell] === 1);
      }
    });
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

describe('shareCases', () => {
  it('shares out a bit to the next state of its case’s cells, and to the first token where there are none', () => {
    const layout = layoutPair(createTokenizer(RULE_VOCABULARY), 5, 4);
    const { firstNextCell, answerTokens, inputTokens } = layout;
    // a blinker beside an empty board: live cells with 1 and 2 neighbours, dead ones with 0 to 3
    const cells = new Uint8Array(40);
    for (const cell of [6, 7, 8]) cells[20 + cell] = 1;
    const empty = createGrid(5, 4);
    const blinker = createGrid(5, 4, cells.subarray(20));
    const rule = { birth: 8, survival: 12 };
    const next = [empty, blinker].flatMap((grid) => [...stepReference(grid, rule).cells]);
    const { inputs } = encodePairExamples(layout, cells, Uint8Array.from(next), TORUS);
    const shares = shareCases(layout, inputs, TORUS);
    expect(shares).toHaveLength(2 * answerTokens * inputTokens);
    const rowOf = (text: number, bit: number): Record<number, number> => {
      const row = (text * answerTokens + bit) * inputTokens;
      return Object.fromEntries(
        Array.from(shares.subarray(row, row + inputTokens)).flatMap((share, key) =>
          share === 0 ? [] : [[key < firstNextCell ? -1 : key - firstNextCell, share]],
        ),
      );
    };
    expect(Object.keys(rowOf(0, 0))).toHaveLength(20);
    expect(rowOf(0, 0)[7]).toBeCloseTo(1 / 20, 6);
    expect(rowOf(0, 3)).toEqual({ [-1]: 1 });
    expect(rowOf(1, 3)).toEqual({ 2: 0.5, 12: 0.5 }); // above and below its middle
    expect(rowOf(1, 9 + 1)).toEqual({ 6: 0.5, 8: 0.5 });
    expect(rowOf(1, 9 + 2)).toEqual({ 7: 1 });
    for (const text of [0, 1]) expect(rowOf(text, RULE_BITS)).toEqual({});
  });
});
