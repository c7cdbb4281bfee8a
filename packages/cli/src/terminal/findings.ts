/** What `lifegpt inspect` found inside a model, as text and as JSON. */

import { formatCells, type BoundedGrid } from '@lifegpt/core';
import type { ChangedWriting, Contribution, LensReading, Trace, TraceChange } from '@lifegpt/model';
import type { CommandContext } from '../context.js';
import { drawBoards } from './board.js';
import { countNoun, formatCount } from './count.js';
import { layOutTable } from './table.js';

/** What was found inside a model. */
export interface Findings {
  readonly trace: Trace;
  readonly difference: TraceChange | null;
  /** How the changed model wrote its whole answer; null where it did not. */
  readonly writing: Pick<ChangedWriting, 'passes' | 'isSettled'> | null;
  readonly lens: readonly LensReading[] | null;
  /** Of each cell. */
  readonly parts: readonly (readonly Contribution[])[] | null;
}

/** By how much a living cell's logit lies over a dead one's, by cell. */
function leadsOf({ layout, cells }: Trace, logits: Float32Array): number[] {
  const size = logits.length / cells.length;
  const [dead, alive] = layout.cellTokens;
  return cells.map((_, i) => logits[i * size + alive!]! - logits[i * size + dead!]!);
}

/** The same for `--json`. */
export function findingsToJson(
  { trace, difference, writing, lens, parts }: Findings,
  { width }: BoundedGrid,
): object {
  const place = (cell: number): [number, number] => [Math.floor(cell / width), cell % width];
  return {
    cells: trace.cells.map(place),
    state: formatCells(trace.board),
    leads: leadsOf(trace, trace.logits),
    places: Object.fromEntries([...trace.activations].map(([name, { shape }]) => [name, shape])),
    change: difference && {
      changedCells: difference.changedCells.map(place),
      leads: [...difference.changes],
      ...(writing === null ? {} : { passes: writing.passes, isSettled: writing.isSettled }),
    },
    lens:
      lens?.map(({ place: name, logits }) => ({ place: name, leads: leadsOf(trace, logits) })) ??
      null,
    parts,
  };
}

/** Cells of which every one is named, or told apart. */
const NAMED = 8;

/** Names a few cells, or counts many. */
export function describeCells(cells: readonly number[], { width, height }: BoundedGrid): string {
  if (cells.length === width * height) return `all ${countNoun(cells.length, 'cell')}`;
  const named = cells.slice(0, NAMED).map((cell) => `${Math.floor(cell / width)},${cell % width}`);
  return `${named.join(' ')}${cells.length > NAMED ? ` and ${formatCount(cells.length - NAMED)} more` : ''}`;
}

const nats = (value: number): string => value.toFixed(3).padStart(9);

/** Prints what was found. @param before the run without changes */
export function printFindings(
  { trace, difference, writing, lens, parts }: Findings,
  before: Trace,
  bounds: BoundedGrid,
  { print, terminal }: CommandContext,
): void {
  if (difference === null && lens === null && parts === null) {
    const rows = [...trace.activations.values()].map(({ place, shape, data }) => {
      const most = data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
      return [place, `[${shape.join(', ')}]`, `to ${most.toPrecision(3)}`];
    });
    print(layOutTable(rows, terminal.columns));
  }
  if (lens !== null) {
    print(
      'lead of a living cell, read off the stream at each place, mean over the cells that end alive and dead (nats):',
    );
    const { board, cells } = trace;
    for (const { place, logits } of lens) {
      const leads = leadsOf(trace, logits);
      const mean = (bit: number): string => {
        const own = leads.filter((_, i) => board.cells[cells[i]!] === bit);
        return own.length === 0
          ? '-'.padStart(9)
          : nats(own.reduce((sum, x) => sum + x, 0) / own.length);
      };
      print(`  ${place.padEnd(20)} ${mean(1)} ${mean(0)}`);
    }
  }
  parts?.slice(0, NAMED).forEach((own, i) => {
    print(
      `what adds to the lead of a living cell at ${describeCells([trace.cells[i]!], bounds)} (nats):`,
    );
    for (const { part, value } of own) print(`  ${part.padEnd(20)} ${nats(value)}`);
    print(`  ${'together'.padEnd(20)} ${nats(own.reduce((sum, { value }) => sum + value, 0))}`);
  });
  if (difference === null) return;
  const { changedCells, changes } = difference;
  const most = changes.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const boards = [
    { caption: 'before', grid: before.board },
    { caption: 'after', grid: trace.board },
  ];
  print(drawBoards(boards, terminal));
  print(
    `${formatCount(changedCells.length)} of ${countNoun(trace.cells.length, 'cell')} are written otherwise${changedCells.length > 0 ? `: ${describeCells(changedCells, bounds)}` : ''}`,
  );
  print(describeWriting(writing));
  print(`the lead of a living cell changed by ${most.toFixed(3)} nats at most`);
}

/** How it came to what is written otherwise. */
function describeWriting(writing: Findings['writing']): string {
  if (writing === null) return 'behind the answer that the model writes without changes';
  const { passes, isSettled } = writing;
  const count = countNoun(passes, 'pass', 'passes');
  return isSettled
    ? `behind its own answer, which it wrote in ${count}`
    : `behind its own answer, which still changes after ${count}`;
}
