/** Long autoregressive runs from the boards of a source, by each model. */

import { formatBoundedRule, formatCells } from '@lifegpt/core';
import {
  createSampler,
  runArar,
  type ArarOptions,
  type ArarRun,
  type Decoder,
  type LanguageModel,
} from '@lifegpt/model';
import type { SimdLife } from '@lifegpt/simd-life';
import type { Shard } from '../shard/shard.js';
import type { TestBoard } from './test-board.js';

/** A run from a board's state, fed by its own predictions. */
export interface ArarResult extends Omit<ArarRun, 'number' | 'last' | 'lastTruth' | 'stateAt'> {
  readonly model: string;
  readonly data: string;
  readonly row: number;
  readonly name: string;
  readonly temperature: number;
  readonly seed: number;
  /** What a picture of the run needs; only of the first boards. */
  readonly pictures: ArarPictures | null;
}

/** States as texts of 0 and 1. */
export interface ArarPictures {
  readonly width: number;
  readonly height: number;
  readonly rule: string;
  /** The start and the first predicted states. */
  readonly states: readonly string[];
  readonly last: string;
  readonly lastTruth: string;
}

/** What to simulate. */
export interface Simulation {
  readonly model: LanguageModel;
  readonly decode: Decoder;
  readonly data: string;
  readonly boards: readonly TestBoard[];
  readonly steps: number;
  readonly temperature: number;
  readonly seed: number;
  readonly truth: SimdLife;
  readonly signal: AbortSignal;
  /** Steps that boards have behind them, all together. */
  readonly onStep: (steps: number) => void;
}

/** Runs of so many boards have pictures. */
const PICTURED_BOARDS = 10;
/** Generations that an animation shows. */
const PICTURED_STEPS = 60;
/** Boards that go through the model together. */
const BOARDS_TOGETHER = 32;

/** Simulates each board; finished runs come in the order in which they finish. */
export async function* simulate(simulation: Simulation): AsyncGenerator<ArarResult> {
  const { model, decode, data, boards, steps, temperature, seed, truth, signal } = simulation;
  const choose: ArarOptions['choose'] =
    temperature === 0
      ? undefined
      : (index, numbers) => createSampler({ temperature, seed, index, numbers });
  let before = 0;
  for (const group of groupBySize(boards)) {
    const onStep = (done: number): void => simulation.onStep(before + done);
    const starts = group.map((board) => ({ ...board, number: board.row }));
    const options = { model, starts, steps, decode, choose, truth, signal, onStep };
    for await (const { number, last, lastTruth, stateAt, ...run } of runArar(options)) {
      const { name, row, state, rule, topology } = group.find((board) => board.row === number)!;
      const { width, height } = state;
      const pictures =
        row > PICTURED_BOARDS
          ? null
          : {
              width,
              height,
              rule: formatBoundedRule(rule, { topology, width, height }),
              states: Array.from({ length: Math.min(steps, PICTURED_STEPS) + 1 }, (_, g) =>
                formatCells(stateAt(g)),
              ),
              last: formatCells(last),
              lastTruth: formatCells(lastTruth),
            };
      yield { model: model.name, data, row, name, temperature, seed, ...run, pictures };
    }
    before += group.length * steps;
  }
}

/** Every `count`-th group of boards that go through the model together. */
export function shareBoards(boards: readonly TestBoard[], { index, count }: Shard): TestBoard[] {
  return groupBySize(boards).flatMap((group, g) => (g % count === index ? group : []));
}

/** Boards of one size together, a few at a time. */
function groupBySize(boards: readonly TestBoard[]): TestBoard[][] {
  const groups: TestBoard[][] = [];
  for (const board of boards) {
    const { width, height } = board.state;
    const group = groups.findLast(
      ([first]) => first!.state.width === width && first!.state.height === height,
    );
    if (group !== undefined && group.length < BOARDS_TOGETHER) group.push(board);
    else groups.push([board]);
  }
  return groups;
}
