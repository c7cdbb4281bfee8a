import { describe, expect, it } from 'vitest';
import { shadeCells } from './paint.js';

describe('shadeCells', () => {
  it('paints a cell a pixel of a part of a board, in the colour or not at all', () => {
    const cells = [0, 1, 0, 0, 1, 1, 0, 0, 1];
    const pixels = new Uint32Array(4);
    shadeCells(pixels, cells, 3, { left: 1, top: 0, width: 2, height: 2 }, 1, [1, 2, 3]);
    expect([...pixels]).toEqual([0xff030201, 0x00030201, 0xff030201, 0xff030201]);
  });

  it('makes a pixel as opaque as the share of its square that lives, the part beyond the board dead', () => {
    // rows of five cells, squares of two: the last column and row are half outside
    const cells = [1, 1, 1, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0];
    const pixels = new Uint32Array(6);
    shadeCells(pixels, cells, 5, { left: 0, top: 0, width: 5, height: 3 }, 2, [0, 0, 0]);
    expect([...pixels].map((pixel) => pixel >>> 24)).toEqual([255, 64, 128, 0, 64, 0]);
  });
});
