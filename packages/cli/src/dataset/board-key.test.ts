import { openStream } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { keyOfBoard } from './board-key.js';

const random = openStream(1, 'boards');
const drawCells = (count: number): Uint8Array =>
  Uint8Array.from({ length: count }, () => random.nextInt(2));

describe('keyOfBoard', () => {
  it('is the same for equal boards and another for any other cell or shape', () => {
    for (const cells of [drawCells(6), drawCells(64), drawCells(1000)]) {
      const key = keyOfBoard(cells, 2);
      expect(keyOfBoard(cells.slice(), 2)).toEqual(key);
      expect(keyOfBoard(cells, 1).content).not.toBe(key.content);
      for (let k = 0; k < cells.length; k += 1 + (cells.length >> 5)) {
        const other = cells.slice();
        other[k] = 1 - other[k]!;
        expect(keyOfBoard(other, 2).content).not.toBe(key.content);
      }
    }
  });

  it('gives each of many similar boards a content of its own', () => {
    const contents = new Set<number>();
    for (let code = 0; code < 2 ** 16; code++) {
      const cells = Uint8Array.from({ length: 16 }, (_, k) => (code >> k) & 1);
      contents.add(keyOfBoard(cells, 4).content);
    }
    expect(contents.size).toBe(2 ** 16);
  });

  it('gives a sixteenth of the boards to testing and one to validation', () => {
    const counts = { train: 0, validation: 0, test: 0 };
    for (let i = 0; i < 16_000; i++) counts[keyOfBoard(drawCells(64), 8).split]++;
    expect(counts.test / 16_000).toBeCloseTo(1 / 16, 2);
    expect(counts.validation / 16_000).toBeCloseTo(1 / 16, 2);
  });

  it('is the same on every machine: a key as it was first computed', () => {
    const cells = Uint8Array.from({ length: 100 }, (_, k) => (k % 3 === 0 ? 1 : 0));
    expect(keyOfBoard(cells, 10)).toMatchInlineSnapshot(`
      {
        "content": 5249994384121760,
        "split": "train",
      }
    `);
  });
});
