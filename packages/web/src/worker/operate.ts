/** What a model computes for a cell, and what it writes when something inside it, or in its text, is changed. */

import { formatCells, formatPrompt } from '@lifegpt/core';
import {
  isLocationConfig,
  measureMargins,
  moveHead,
  readCell,
  switchHeadsOff,
  writeChanged,
  type Edit,
  type ModelFolder,
  type Question,
  type Trace,
} from '@lifegpt/model';
import type { CallContext } from '../calls.js';
import { formatSurgery, type Surgery } from '../look/surgery.js';
import type { Calls, InspectedCell, OperatedAnswer } from '../messages.js';
import { probabilityOf } from './confidence.js';
import type { OpenedModel } from './models.js';

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

/** Lets a changed model write, and tells how far it has come. */
export async function operate(
  { folder, workbench }: OpenedModel,
  { header, grid, answer, surgery }: Calls['operate']['request'],
  { signal, emit }: CallContext<'operate'>,
): Promise<Calls['operate']['result']> {
  const began = performance.now();
  const question = { state: grid, header, answer, tokens: tokensOf(folder, surgery) };
  const alive = new Float32Array(grid.cells.length).fill(NaN);
  let minMargin = Infinity;
  let last: OperatedAnswer | null = null;
  for await (const writing of writeChanged(await workbench(), question, editsOf(folder, surgery))) {
    signal.throwIfAborted();
    const { trace, ...progress } = writing;
    if (trace.cells[0] === 0) {
      // a pass begins
      alive.fill(NaN);
      minMargin = Infinity;
    }
    const size = trace.logits.length / trace.cells.length;
    trace.cells.forEach((cell, i) => {
      const own = trace.logits.subarray(i * size, (i + 1) * size);
      alive[cell] = probabilityOf(trace.layout.cellTokens[1], own);
    });
    for (const margin of measureMargins(trace.logits, size)) {
      minMargin = Math.min(minMargin, margin);
    }
    last = { ...progress, alive: alive.slice(), minMargin };
    emit(last);
  }
  return { answer: last!, seconds: (performance.now() - began) / 1000 };
}

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
