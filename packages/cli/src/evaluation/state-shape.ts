/** What an evaluation's state can be: files that hold one are held against it before anything is added up. */

import { InputError, checkShape, shapes, type Shape } from '@lifegpt/core';
import type { EvaluationState, OneStepState } from './evaluation-state.js';
import type { ArarPictures, ArarResult } from './simulate.js';
import { DENSITY_BINS, type Counts, type SizeTally, type Tally } from './tally.js';
import type { Contradiction } from './test-board.js';

const { failShape, list, number, orNull, record, table, text, tuple, wholeNumber } = shapes;

/** What decides which tallies a state has. */
export interface StatePlan {
  readonly models: readonly string[];
  /** Names of the sources. */
  readonly data: readonly string[];
  readonly samplings: readonly { readonly temperature: number; readonly seed: number }[];
}

const count = wholeNumber(0);
/** Logits. */
const margin = number(0, 1e30);
const seconds = number(0, 1e12);
const cells = text(2 ** 29, /^[01]*$/, 'a text of 0 and 1');
const temperature = number(0, 1e6);

/** Counts that can be: nothing wrong that is not there. */
const consistent =
  <T extends Counts>(shape: Shape<T>): Shape<T> =>
  (value, place) => {
    const counts = shape(value, place);
    const { boards, cells: all, wrongCells, wrongBoards } = counts;
    if (wrongCells > all || wrongBoards > boards || boards > all) {
      failShape(
        { boards, cells: all, wrongCells, wrongBoards },
        place,
        'no more wrong cells and boards than there are, nor more boards than cells',
      );
    }
    return counts;
  };

const COUNTS = { boards: count, cells: count, wrongCells: count, wrongBoards: count };

const SIZE = consistent(
  record<SizeTally>({
    ...COUNTS,
    wrongAt: table(wholeNumber(1), 2 ** 24, /^\d{1,10}$/),
    minMarginAt: list(margin, 1, 2 ** 24),
  }),
);

const TALLY = consistent(
  record<Tally>({
    ...COUNTS,
    model: text(4096),
    data: text(4096),
    temperature,
    seed: count,
    minMargin: orNull(margin),
    malformedTokens: count,
    seconds,
    wrongRows: list(wholeNumber(1), 0, 100),
    rows: list(tuple<[number, number, number]>(wholeNumber(1), count, margin), 0, 1000) as Shape<
      Tally['rows']
    >,
    kinds: table(consistent(record<Counts>(COUNTS)), 1000),
    sizes: table(SIZE, 1_000_000, /^\d{1,5}x\d{1,5}$/),
    densities: list(consistent(record<Counts>(COUNTS)), DENSITY_BINS, DENSITY_BINS),
  }),
);

const ARAR = record<ArarResult>({
  model: text(4096),
  data: text(4096),
  row: wholeNumber(1),
  name: text(4096),
  temperature,
  seed: count,
  steps: count,
  predictedSteps: count,
  cycle: orNull(record<NonNullable<ArarResult['cycle']>>({ start: count, period: wholeNumber(1) })),
  firstDivergence: orNull(count),
  wrongCells: count,
  errors: list(tuple<readonly [number, number]>(count, count), 0, 10_000_000),
  pictures: orNull(
    record<ArarPictures>({
      width: wholeNumber(1, 65_536),
      height: wholeNumber(1, 65_536),
      rule: text(4096),
      states: list(cells, 1, 1000),
      last: cells,
      lastTruth: cells,
    }),
  ),
});

const STATE = record<EvaluationState>({
  oneStep: list(
    record<OneStepState>({
      batches: count,
      contradictions: list(
        record<Contradiction>({ row: wholeNumber(1), state: wholeNumber(2) }),
        0,
        100_000_000,
      ),
      tallies: list(TALLY, 1, 100_000),
    }),
    1,
    1000,
  ),
  arar: list(ARAR, 0, 100_000_000),
  seconds,
});

/**
 * Checks the state of an evaluation.
 * @throws InputError naming the field that cannot be, or a tally that the evaluation does not have
 */
export function checkState(value: unknown, source: string, plan: StatePlan): EvaluationState {
  const state = checkShape(STATE, value, source);
  const expected = plan.models.flatMap((model) =>
    plan.samplings.map((sampling) => `${model} ${sampling.temperature} ${sampling.seed}`),
  );
  const fits =
    state.oneStep.length === plan.data.length &&
    state.oneStep.every(
      ({ tallies }, s) =>
        tallies.map((t) => `${t.model} ${t.temperature} ${t.seed}`).join('\n') ===
          expected.join('\n') && tallies.every(({ data }) => data === plan.data[s]),
    );
  if (!fits) {
    throw new InputError(
      `${source}: its tallies are not those of the evaluation, of every source by every model at every temperature; remove it`,
    );
  }
  return state;
}
