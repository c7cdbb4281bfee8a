/** The three boards of the Look view: what the model reads, what it writes, and the truth. */

import { compareGrids, type Grid } from '@lifegpt/core';
import { paintDigits } from '../board/digits.js';
import { currentPalette } from '../board/palette.js';
import { paintBoard, paintFrame, paintLines, paintWrong } from '../board/paint.js';
import { prepareSurface } from '../board/surface.js';
import { byId, write } from '../elements.js';

/** What the boards show. */
export interface LookBoards {
  readonly given: Grid;
  /** Tokens that were put into the given board. */
  readonly changed: readonly ChangedCell[];
  /** The digit of the given board that the keyboard is at, null when it is elsewhere. */
  readonly cursor: number | null;
  /** The cell of the answer that is looked at, and where its heads look. */
  readonly seen: { readonly cell: number; readonly tint: Float32Array } | null;
  /** The answer's digits; those from `decided` on may still change. */
  readonly digits: readonly string[];
  readonly decided: number;
  /** Digits of the answer that are read as others. */
  readonly changedAnswer: readonly ChangedCell[];
  /** How far from certain the model is of each cell, 0 to 1; null when it is not shown. */
  readonly doubts: Float32Array | null;
  /** The finished answer, to be held against the truth. */
  readonly answer: Grid | null;
  readonly truth: Grid | null;
}

/** A cell where another token stands. */
export interface ChangedCell {
  readonly cell: number;
  readonly piece: string;
}

/** Paints them. */
export function paintLookBoards(boards: LookBoards): void {
  const { given, changed, cursor, seen, digits, decided, doubts, answer, truth } = boards;
  const { width, height, cells } = given;
  const { heat, ink } = currentPalette();
  const read = Array.from(cells, String);
  for (const { cell, piece } of changed) read[cell] = piece;
  const prompt = paintDigits(byId<HTMLCanvasElement>('look-prompt'), {
    width,
    height,
    digits: read,
    decided: cells.length,
    marked: changed.map(({ cell }) => cell),
    ...(seen === null ? {} : { tint: seen.tint }),
  });
  if (prompt !== null && cursor !== null) paintFrame(prompt, cursor, ink, 1 / 8);
  const surface = paintDigits(byId<HTMLCanvasElement>('look-answer'), {
    width,
    height,
    digits,
    decided,
    marked: boards.changedAnswer.map(({ cell }) => cell),
    ...(doubts === null ? {} : { tint: doubts }),
  });
  if (surface !== null && answer !== null && truth !== null) paintWrong(surface, answer, truth);
  if (surface !== null && seen !== null) paintFrame(surface, seen.cell, heat, 1 / 6);
  const right = byId<HTMLCanvasElement>('look-truth');
  if (truth !== null) paintBoard(right, truth);
  else {
    const empty = prepareSurface(right, width, height);
    if (empty !== null) paintLines(empty);
  }
  const wrong = answer === null || truth === null ? null : compareGrids(answer, truth).wrongCells;
  write('look-wrong', wrong === null ? '' : wrong === 0 ? 'no cell wrong' : `${wrong} wrong`);
}
