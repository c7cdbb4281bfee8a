/** Pointing at a cell of the answer shows where the model looked when it wrote it. */

import type { Grid } from '@lifegpt/core';
import { cellAt } from '../board/surface.js';
import { byId, complain, write } from '../elements.js';
import type { HeadAttention } from '@lifegpt/model';
import { MOVES } from '../play/draw.js';
import type { Game } from '../play/game.js';
import { headerOf } from '../play/setup.js';
import type { Session } from '../session.js';
import { createHeads, percent, shadeWeights } from './heads.js';

/** What is explored. */
export interface ExplorerOptions {
  readonly canvas: HTMLCanvasElement;
  readonly session: Session;
  readonly game: Game;
  /** The given board. */
  readonly board: () => Grid;
  /** The finished answer, null while there is none. */
  readonly answer: () => Grid | null;
  readonly onChange: () => void;
}

/** What is pointed at, and what the model saw. */
export interface SeenCell {
  readonly cell: number;
  /** Attention on the given board's cells, the mean of all heads, as shades. */
  readonly tint: Float32Array;
}

/** Follows pointer and keyboard. */
export interface Explorer {
  seen(): SeenCell | null;
  forget(): void;
}

/** How many of the strongest cells are named: a neighbourhood has nine. */
const NAMED = 9;

/** Makes an answer's canvas one to explore. */
export function createExplorer(options: ExplorerOptions): Explorer {
  const { canvas, session, game, board, answer, onChange } = options;
  const heads = createHeads(byId('heads'));
  let seen: SeenCell | null = null;
  /** The cell that was asked for last; answers for others are late. */
  let asked: number | null = null;

  async function point(cell: number): Promise<void> {
    const finished = answer();
    if (finished === null || asked === cell) return;
    asked = cell;
    const grid = board();
    try {
      const setup = game.setup();
      const request = {
        model: setup.player,
        header: headerOf(setup),
        grid,
        answer: finished,
        cell,
      };
      const attention = await session.call('attend', request);
      if (asked !== cell || answer() !== finished) return;
      show(attention, grid, cell);
    } catch (error) {
      complain('look-problem', (error as Error).message);
    }
  }

  function show(attention: readonly HeadAttention[], grid: Grid, cell: number): void {
    const mean = averageHeads(attention);
    seen = { cell, tint: shadeWeights(mean) };
    heads.show(attention, grid, cell);
    const place = (k: number): string =>
      `(${Math.floor(k / grid.width) + 1}, ${(k % grid.width) + 1})`;
    write('look-cell', `Cell ${place(cell)}, row and column`);
    const strongest = [...mean.keys()].sort((a, b) => mean[b]! - mean[a]!).slice(0, NAMED);
    const list = strongest.map((k) => `${place(k)} ${percent(mean[k]!)}`).join(', ');
    write('strongest', `The ${strongest.length} cells it looked at most: ${list}.`);
    onChange();
  }

  canvas.addEventListener('pointermove', (event) => {
    const cell = cellAt(canvas, event);
    if (cell !== null) void point(cell);
  });
  canvas.addEventListener('pointerdown', (event) => {
    const cell = cellAt(canvas, event);
    if (cell !== null) void point(cell);
  });
  canvas.addEventListener('keydown', (event) => {
    const move = MOVES[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const { width, height } = board();
    const at = seen?.cell ?? 0;
    const row = (Math.floor(at / width) + move[0] + height) % height;
    void point(row * width + (((at % width) + move[1] + width) % width));
  });
  return {
    seen: () => seen,
    forget() {
      seen = null;
      asked = null;
      heads.clear();
      write('look-cell', 'Point at a cell of the answer');
      write('strongest', '');
    },
  };
}

/** The mean over all heads, for each cell. */
export function averageHeads(heads: readonly HeadAttention[]): Float32Array {
  const mean = new Float32Array(heads[0]!.cells.length);
  for (const { cells } of heads) cells.forEach((weight, k) => (mean[k]! += weight / heads.length));
  return mean;
}
