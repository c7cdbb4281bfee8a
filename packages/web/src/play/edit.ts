/** Pieces of boards: cut out, turned, put back. Nothing is changed in place. */

import { createGrid, type Grid } from '@lifegpt/core';

/** A rectangle of cells; it may reach beyond a board. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A piece of a board, what lies below it, and where it lies. */
export interface Floating {
  readonly piece: Grid;
  readonly under: Grid;
  readonly left: number;
  readonly top: number;
}

/** The box that two cells span. */
export function boxBetween(from: number, to: number, width: number): Box {
  const columns = [from % width, to % width].sort((a, b) => a - b) as [number, number];
  const rows = [from, to].map((k) => Math.floor(k / width)).sort((a, b) => a - b) as [
    number,
    number,
  ];
  return {
    left: columns[0],
    top: rows[0],
    width: columns[1] - columns[0] + 1,
    height: rows[1] - rows[0] + 1,
  };
}

/** Takes the cells of a box off a board. */
export function lift(board: Grid, { left, top, width, height }: Box): Floating {
  const piece = createGrid(width, height);
  const under = createGrid(board.width, board.height, board.cells.slice());
  for (let row = 0; row < height; row++) {
    const from = (top + row) * board.width + left;
    piece.cells.set(board.cells.subarray(from, from + width), row * width);
    under.cells.fill(0, from, from + width);
  }
  return { piece, under, left, top };
}

/** Puts a piece onto what lies below it: what lives in either lives. What lies outside is left out. */
export function drop({ piece, under, left, top }: Floating): Grid {
  const board = createGrid(under.width, under.height, under.cells.slice());
  for (let row = 0; row < piece.height; row++) {
    if (top + row < 0 || top + row >= board.height) continue;
    for (let column = 0; column < piece.width; column++) {
      if (left + column < 0 || left + column >= board.width) continue;
      if (piece.cells[row * piece.width + column] === 1) {
        board.cells[(top + row) * board.width + left + column] = 1;
      }
    }
  }
  return board;
}

/** A piece in the middle of a board. */
export function floatCentred(piece: Grid, under: Grid): Floating {
  const left = Math.floor((under.width - piece.width) / 2);
  return { piece, under, left, top: Math.floor((under.height - piece.height) / 2) };
}

/** A quarter turn to the right about the middle. */
export function rotate({ piece, under, left, top }: Floating): Floating {
  const { width, height, cells } = piece;
  const turned = createGrid(height, width);
  for (let k = 0; k < cells.length; k++) {
    const [row, column] = [Math.floor(k / width), k % width];
    turned.cells[column * height + (height - 1 - row)] = cells[k]!;
  }
  const shift = Math.trunc((width - height) / 2);
  return { piece: turned, under, left: left + shift, top: top - shift };
}

/** Left and right exchanged. */
export function flip(floating: Floating): Floating {
  const { width, height, cells } = floating.piece;
  const flipped = createGrid(width, height);
  for (let row = 0; row < height; row++) {
    flipped.cells.set(cells.slice(row * width, (row + 1) * width).reverse(), row * width);
  }
  return { ...floating, piece: flipped };
}
