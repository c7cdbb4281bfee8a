/** Models held against boards: one step from each, then long runs; goes on from a checkpoint. */

import { InputError } from '@lifegpt/core';
import {
  checkTrainedFor,
  createSampler,
  predictBatch,
  type BoardAnswer,
  type Decoder,
  type LanguageModel,
} from '@lifegpt/model';
import type { SimdLife } from '@lifegpt/simd-life';
import type { CommandContext } from '../context.js';
import { WHOLE, type Shard } from '../shard/shard.js';
import { createProgress } from '../terminal/progress.js';
import type { BoardSource } from './board-source.js';
import type { Checkpoint } from './checkpoint.js';
import type { EvaluationState, OneStepState } from './evaluation-state.js';
import { sortState } from './merge-states.js';
import { countBoards } from './outcome.js';
import type { Sampling } from './request.js';
import { shareBoards, simulate } from './simulate.js';
import { addAnswer, beginTally, type Tally } from './tally.js';
import type { TestBoard } from './test-board.js';

/** What to evaluate. */
export interface EvaluationPlan {
  readonly models: readonly LanguageModel[];
  /** By model: whether its recipe held a board out; none did when left out. */
  readonly heldOut?: ReadonlyMap<string, (board: TestBoard) => boolean>;
  readonly sources: readonly BoardSource[];
  readonly samplings: readonly Sampling[];
  readonly decode: Decoder;
  /** Long runs from the boards of the first source; null for none. */
  readonly arar: { readonly steps: number; readonly samplings: readonly Sampling[] } | null;
  readonly engine: SimdLife;
  readonly checkpoint: Checkpoint;
  /** Every `count`-th batch of boards, from number `index` on; all when left out. */
  readonly share?: Shard;
  /** Told how many boards are done. */
  readonly onBoards?: (boards: number) => void;
}

/**
 * Evaluates. What is finished when it is interrupted stands in the checkpoint.
 * @throws InputError when a model was not trained for a board
 */
export async function evaluate(
  plan: EvaluationPlan,
  context: CommandContext,
): Promise<EvaluationState> {
  const state = plan.checkpoint.found ?? beginState(plan);
  const secondsBefore = state.seconds;
  const began = performance.now();
  const keep = async (always: boolean): Promise<void> => {
    plan.onBoards?.(countBoards(state));
    state.seconds = secondsBefore + (performance.now() - began) / 1000;
    await (always ? plan.checkpoint.save(state) : plan.checkpoint.saveNowAndThen(state));
  };
  try {
    for (const [s, source] of plan.sources.entries()) {
      await evaluateSource(plan, source, state.oneStep[s]!, () => keep(false), context);
      if (plan.share === undefined) checkUsable(source, state.oneStep[s]!);
    }
    if (plan.arar !== null) await simulateAll(plan, plan.arar, state, () => keep(true), context);
    sortState(state, { models: plan.models.map(({ name }) => name), arar: plan.arar });
  } finally {
    await keep(true);
  }
  return state;
}

function beginState({ models, sources, samplings }: EvaluationPlan): EvaluationState {
  const oneStep = sources.map(({ name: data }) => ({
    batches: 0,
    contradictions: [],
    tallies: models.flatMap(({ name: model }) =>
      samplings.map((sampling) => beginTally({ model, data, ...sampling })),
    ),
  }));
  return { oneStep, arar: [], seconds: 0 };
}

/** @throws InputError when no row of a source could be held against anything */
function checkUsable({ name }: BoardSource, { tallies, contradictions }: OneStepState): void {
  if (tallies[0]!.boards > 0) return;
  const [first] = contradictions;
  const reason =
    first === undefined
      ? 'it holds no board'
      : `in each of its rows a state is not what the rule makes of the state before, first in row ${first.row}, State ${first.state}`;
  throw new InputError(
    `there is nothing in ${name} to hold a model against: ${reason}; name its rule in a column "Rule", or give another file`,
  );
}

/** Goes through a source once, batch by batch; memory does not grow with it. */
async function evaluateSource(
  { models, heldOut, decode, share = WHOLE }: EvaluationPlan,
  source: BoardSource,
  state: OneStepState,
  keep: () => Promise<void>,
  { signal, progress: stream }: CommandContext,
): Promise<void> {
  const total = source.total === null ? null : Math.ceil(source.total / share.count);
  const progress = createProgress(stream, 'eval', total, 'boards');
  const countRows = (): number => state.tallies[0]!.boards + state.contradictions.length;
  progress.update(countRows());
  try {
    const next = share.index + share.count * state.batches;
    for await (const { boards, contradictions } of source.batches(next, share.count)) {
      const outcomes: { tally: Tally; answers: readonly BoardAnswer[]; seconds: number }[] = [];
      for (const tally of boards.length === 0 ? [] : state.tallies) {
        signal.throwIfAborted();
        const model = models.find(({ name }) => name === tally.model)!;
        for (const { state: grid, rule, topology } of boards) {
          checkTrainedFor(model, grid, rule, topology);
        }
        const began = performance.now();
        const answers = await predictBoards(model, decode, boards, tally, signal);
        outcomes.push({ tally, answers, seconds: (performance.now() - began) / 1000 });
      }
      // all of a batch or nothing of it: an interruption leaves whole batches
      for (const { tally, answers, seconds } of outcomes) {
        const isHeldOut = heldOut?.get(tally.model);
        answers.forEach((answer, b) => {
          addAnswer(tally, boards[b]!, answer, isHeldOut?.(boards[b]!));
        });
        tally.seconds += seconds;
      }
      state.contradictions.push(...contradictions);
      state.batches++;
      progress.update(countRows());
      await keep();
    }
  } finally {
    progress.finish();
  }
}

async function predictBoards(
  model: LanguageModel,
  decode: Decoder,
  boards: readonly TestBoard[],
  { temperature, seed }: Sampling,
  signal: AbortSignal,
): Promise<readonly BoardAnswer[]> {
  // the noise of a row is its own, and that of the first generation of a long run
  const numbers = boards.map(({ row }) => row);
  const choose =
    temperature === 0 ? undefined : createSampler({ temperature, seed, index: 1, numbers });
  const states = boards.map(({ state }) => state);
  return (await predictBatch(model, states, { headers: boards, decode, choose, signal })).answers;
}

/** Long runs; those that the checkpoint has are not done again. */
async function simulateAll(
  { models, decode, sources: [source], engine: truth, share = WHOLE }: EvaluationPlan,
  { steps, samplings }: NonNullable<EvaluationPlan['arar']>,
  { arar }: EvaluationState,
  keep: () => Promise<void>,
  { signal, progress: stream }: CommandContext,
): Promise<void> {
  const every: TestBoard[] = [];
  for await (const { boards } of source!.batches(0)) every.push(...boards);
  const all = shareBoards(every, share);
  const total = models.length * samplings.length * all.length * steps;
  const progress = createProgress(stream, 'arar', total, 'steps');
  try {
    let before = arar.length * steps;
    for (const model of models) {
      for (const sampling of samplings) {
        const { temperature, seed } = sampling;
        const isFinished = ({ row }: TestBoard): boolean =>
          arar.some(
            (run) =>
              run.model === model.name &&
              run.row === row &&
              run.temperature === temperature &&
              run.seed === seed,
          );
        const boards = all.filter((board) => !isFinished(board));
        const onStep = (done: number): void => progress.update(before + done);
        const data = source!.name;
        const simulation = {
          model,
          decode,
          data,
          boards,
          steps,
          ...sampling,
          truth,
          signal,
          onStep,
        };
        for await (const run of simulate(simulation)) {
          arar.push(run);
          await keep();
        }
        before += boards.length * steps;
      }
    }
  } finally {
    progress.finish();
  }
}
