/** Shares of one evaluation put together: counts add up, and what is listed is put in order. */

import type { EvaluationState } from './evaluation-state.js';
import type { EvaluationRequest } from './request.js';
import type { ArarResult } from './simulate.js';
import { addTally, sortTally } from './tally.js';

/** Merges the states of all shares into that of the whole evaluation. */
export function mergeStates(
  states: readonly EvaluationState[],
  order: Pick<EvaluationRequest, 'models' | 'arar'>,
): EvaluationState {
  const [first, ...rest] = structuredClone(states) as [EvaluationState, ...EvaluationState[]];
  for (const { oneStep, arar, seconds } of rest) {
    for (const [s, source] of oneStep.entries()) {
      const whole = first.oneStep[s]!;
      whole.batches += source.batches;
      whole.contradictions.push(...source.contradictions);
      source.tallies.forEach((tally, t) => addTally(whole.tallies[t]!, tally));
    }
    first.arar.push(...arar);
    first.seconds += seconds;
  }
  sortState(first, order);
  return first;
}

/** Brings what is listed into the one order that does not tell who did it when. */
export function sortState(
  { oneStep, arar }: EvaluationState,
  { models, arar: asked }: Pick<EvaluationRequest, 'models' | 'arar'>,
): void {
  for (const { contradictions, tallies } of oneStep) {
    contradictions.sort((a, b) => a.row - b.row);
    tallies.forEach(sortTally);
  }
  const placeOf = (run: ArarResult): number[] => [
    models.indexOf(run.model),
    (asked?.samplings ?? []).findIndex(
      ({ temperature, seed }) => temperature === run.temperature && seed === run.seed,
    ),
    run.row,
  ];
  arar.sort((a, b) => {
    const [left, right] = [placeOf(a), placeOf(b)];
    const place = left.findIndex((value, i) => value !== right[i]);
    return place < 0 ? 0 : left[place]! - right[place]!;
  });
}
