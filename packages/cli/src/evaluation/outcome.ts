/** What an evaluation came to, as an object for programs and as lines for people. */

import type { CommandContext } from '../context.js';
import { countNoun, formatCount } from '../terminal/count.js';
import type { EvaluationState } from './evaluation-state.js';
import type { ArarResult } from './simulate.js';
import { estimateShare } from './statistics.js';
import type { Tally } from './tally.js';

/** The first model, source, temperature and seed stand at the top; all of them in `results`. */
export function toJson(state: EvaluationState, hasArar: boolean): object {
  const results = listTallies(state).map((tally) => ({ ...tally, ...shareOf(tally) }));
  const { model, data, boards, cells, wrongCells, wrongBoards } = results[0]!;
  return {
    model,
    data,
    boards,
    cells,
    wrongCells,
    wrongBoards,
    cellAccuracy: (cells - wrongCells) / cells,
    boardAccuracy: (boards - wrongBoards) / boards,
    seconds: state.seconds,
    contradictions: state.oneStep.flatMap(({ contradictions }) => contradictions),
    results,
    ...(hasArar
      ? { arar: state.arar.map((run) => ({ ...run, pictures: undefined, errors: undefined })) }
      : {}),
  };
}

/** All tallies of an evaluation. */
export function listTallies({ oneStep }: EvaluationState): Tally[] {
  return oneStep.flatMap(({ tallies }) => tallies);
}

/** Boards of all sources, those that were left out among them. */
export function countBoards({ oneStep }: EvaluationState): number {
  return oneStep.reduce(
    (sum, { tallies, contradictions }) => sum + tallies[0]!.boards + contradictions.length,
    0,
  );
}

/** Whether no cell was wrong and no answer malformed anywhere; where no board was left, nothing is shown. */
export function isExact(state: EvaluationState): boolean {
  return (
    listTallies(state).every(({ boards, wrongBoards }) => boards > 0 && wrongBoards === 0) &&
    state.arar.every(({ firstDivergence }) => firstDivergence === null)
  );
}

function shareOf({ boards, cells, wrongCells, wrongBoards }: Tally): object {
  return {
    cellAccuracy: estimateShare(cells - wrongCells, cells),
    boardAccuracy: estimateShare(boards - wrongBoards, boards),
  };
}

const LISTED_CONTRADICTIONS = 10;

/** Prints a line a result, and talks of what was left out. */
export function describe(state: EvaluationState, { print, talk }: CommandContext): void {
  const contradictions = state.oneStep.flatMap((source) => source.contradictions);
  for (const { row, state: number } of contradictions.slice(0, LISTED_CONTRADICTIONS)) {
    talk(`row ${row}: State ${number} is not what its rule makes of the state before; left out`);
  }
  const more = contradictions.length - LISTED_CONTRADICTIONS;
  if (more > 0) talk(`and ${countNoun(more, 'more row')} like it`);
  describeResults(state, print);
}

/** Hands over a line a result. */
export function describeResults(state: EvaluationState, print: (line: string) => void): void {
  for (const tally of listTallies(state)) {
    print(describeTally(tally));
    describeKinds(tally).forEach(print);
  }
  for (const run of state.arar) print(`  ${describeRun(run)}`);
  print(`${state.seconds.toFixed(1)} s`);
}

function describeTally(tally: Tally): string {
  const { model, data, boards, cells, wrongCells, wrongBoards, minMargin } = tally;
  if (boards === 0) return `${model}, ${data}: no board to hold it against`;
  const share = estimateShare(boards - wrongBoards, boards);
  const percent = (value: number): string => `${(100 * value).toFixed(3)} %`;
  return (
    `${model}, ${data}${describeSampling(tally)}: ${countNoun(wrongCells, 'wrong cell')} of ${formatCount(cells)}, ` +
    `${countNoun(wrongBoards, 'wrong board')} of ${formatCount(boards)} (${percent(share.value)} right, 95 % interval ` +
    `${percent(share.low)} to ${percent(share.high)}), smallest margin ${minMargin?.toFixed(2) ?? '-'} nats`
  );
}

/** A line a topology, seen and held out apart, where there are several. */
function describeKinds({ kinds }: Tally): string[] {
  const entries = Object.entries(kinds);
  if (entries.length < 2) return [];
  return entries.map(
    ([name, { boards, cells, wrongCells, wrongBoards }]) =>
      `  ${name}: ${countNoun(wrongCells, 'wrong cell')} of ${formatCount(cells)}, ` +
      `${countNoun(wrongBoards, 'wrong board')} of ${formatCount(boards)}`,
  );
}

function describeRun(run: ArarResult): string {
  const { model, name, steps, predictedSteps, cycle, firstDivergence, wrongCells } = run;
  const end = firstDivergence === null ? 'exact' : `diverges at ${firstDivergence}`;
  const asked =
    cycle === null
      ? ''
      : ` (${formatCount(predictedSteps)} predicted; from generation ${formatCount(cycle.start)} on ` +
        `${cycle.period === 1 ? 'nothing changes' : `it repeats itself every ${countNoun(cycle.period, 'generation')}`})`;
  return `${model}, ${name}${describeSampling(run)}: ${end}, ${countNoun(wrongCells, 'wrong cell')} in ${countNoun(steps, 'step')}${asked}`;
}

function describeSampling({ temperature, seed }: { temperature: number; seed: number }): string {
  return temperature === 0 ? '' : ` at temperature ${temperature}, seed ${seed}`;
}
