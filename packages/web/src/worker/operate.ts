/** What a model computes for a cell, and what it writes when something inside it, or in its text, is changed. */

import { createGrid, formatPrompt, formatCells, type Grid } from '@lifegpt/core';
import {
  isLocationConfig,
  measureMargins,
  moveHead,
  readCell,
  switchHeadsOff,
  type Edit,
  type ModelFolder,
  type Question,
  type Trace,
} from '@lifegpt/model';
import type { CallContext } from '../calls.js';
import { formatSurgery, type Surgery } from '../look/surgery.js';
import type { Calls, InspectedCell, OperatedAnswer } from '../messages.js';
import type { OpenedModel } from './models.js';

/** Passes after which an answer that still changes is given up. */
const MOST_PASSES = 8;
/** Numbers of heads' windows between two looks at the messages. */
const WINDOW_NUMBERS = 2 ** 22;

/** Reads one cell after the other of the same answer. */
export function createCellReader(): (
  model: OpenedModel,
  request: Calls['inspect']['request'],
) => Promise<InspectedCell> {
  let known: { key: string; trace: Promise<Trace> } | null = null;
  return async ({ folder, workbench }, { header, grid, answer, cell, surgery }) => {
    const bench = await workbench();
    const { config } = folder;
    // where tokens have places each cell has a run of its own; else one tells of all
    const cells = isLocationConfig(config) ? [cell] : undefined;
    const text = formatPrompt(grid, header) + formatCells(answer);
    const key = `${folder.name} ${grid.width} ${text} ${cells?.join() ?? ''} ${formatSurgery(surgery)}`;
    if (known?.key !== key) {
      const question = { state: grid, header, answer, tokens: tokensOf(folder, surgery) };
      const trace = bench.run(
        cells === undefined ? question : { ...question, cells },
        editsOf(folder, surgery),
      );
      known = { key, trace };
      trace.catch(() => (known = null));
    }
    const trace = await known.trace;
    const { tokens, layout } = trace;
    const { firstCell, promptTokens: firstAnswer } = layout;
    return { reading: readCell(folder, trace, cell), tokens, firstCell, firstAnswer };
  };
}

/** Lets a changed model write: pass after pass over the whole answer, until nothing changes. */
export async function operate(
  { folder, workbench }: OpenedModel,
  { header, grid, answer, surgery }: Calls['operate']['request'],
  { signal, emit }: CallContext<'operate'>,
): Promise<Calls['operate']['result']> {
  const began = performance.now();
  const bench = await workbench();
  const edits = editsOf(folder, surgery);
  const question = { state: grid, header, tokens: tokensOf(folder, surgery), places: [] };
  const { config } = folder;
  const count = grid.cells.length;
  const size = isLocationConfig(config)
    ? Math.max(1, Math.floor(WINDOW_NUMBERS / (config.n_head * count)))
    : count;
  let before = answer;
  let now: OperatedAnswer;
  let passes = 0;
  do {
    passes++;
    now = {
      grid: copyGrid(before),
      alive: new Float32Array(count).fill(NaN),
      passes,
      written: 0,
      isSettled: false,
      minMargin: Infinity,
    };
    for (let from = 0; from < count; from += size) {
      signal.throwIfAborted();
      const to = Math.min(count, from + size);
      const cells = Array.from({ length: to - from }, (_, i) => from + i);
      now = addCells(now, await bench.run({ ...question, answer: before, cells }, edits));
      emit(now);
    }
    now = { ...now, isSettled: now.grid.cells.every((cell, k) => cell === before.cells[k]) };
    before = now.grid;
  } while (!now.isSettled && passes < MOST_PASSES);
  return { answer: now, seconds: (performance.now() - began) / 1000 };
}

function addCells(before: OperatedAnswer, trace: Trace): OperatedAnswer {
  const { cells, logits, layout, board } = trace;
  const grid = copyGrid(before.grid);
  const alive = before.alive.slice();
  const vocabulary = logits.length / cells.length;
  cells.forEach((cell, i) => {
    grid.cells[cell] = board.cells[cell]!;
    const own = logits.subarray(i * vocabulary, (i + 1) * vocabulary);
    const highest = Math.max(...own);
    const total = own.reduce((sum, logit) => sum + Math.exp(logit - highest), 0);
    alive[cell] = Math.exp(own[layout.cellTokens[1]]! - highest) / total;
  });
  const minMargin = measureMargins(logits, vocabulary).reduce(
    (least, margin) => Math.min(least, margin),
    before.minMargin,
  );
  return { ...before, grid, alive, minMargin, written: before.written + cells.length };
}

const copyGrid = ({ width, height, cells }: Grid): Grid => createGrid(width, height, cells.slice());

function editsOf({ config }: ModelFolder, { off, moved }: Surgery): Edit[] {
  return [
    ...switchHeadsOff(config, off),
    ...moved.map(({ head, down, right }) => moveHead(config, head, [down, right])),
  ];
}

function tokensOf(
  { tokenizer }: ModelFolder,
  { tokens }: Surgery,
): NonNullable<Question['tokens']> {
  return new Map(tokens.map(({ at, piece }) => [at, tokenizer.idOf(piece)]));
}
