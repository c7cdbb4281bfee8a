/** A model held against the rows of a data file: one step, and many steps from each row's start. */

import {
  compareGrids,
  CONWAY,
  encodePrompts,
  formatBoundedRule,
  layoutPrompt,
  parseRule,
  TORUS,
  type Grid,
  type LifeRule,
  type StateRow,
  type Stepper,
  type Topology,
} from '@lifegpt/core';
import {
  checkTrainedFor,
  predictStates,
  readAnswer,
  type Decoder,
  type LanguageModel,
  type TokenChooser,
} from '@lifegpt/model';

/** A board of a data file, checked against the engine. */
export interface TestBoard {
  /** Number of the row, from 1. */
  readonly row: number;
  readonly rule: LifeRule;
  readonly topology: Topology;
  readonly state: Grid;
  readonly nextState: Grid;
}

/** A row whose states are not what its rule makes of them. */
export interface Contradiction {
  readonly row: number;
  /** The first wrong state, from 2. */
  readonly state: number;
}

/** Reads a row as a test board; one that contradicts its rule is no truth to test against. */
export function readTestBoard(
  { states, rule: text }: StateRow,
  row: number,
  engine: Stepper,
): TestBoard | Contradiction {
  const { rule, bounds } = text === null ? { rule: CONWAY, bounds: null } : parseRule(text);
  const topology = bounds?.topology ?? TORUS;
  for (let k = 1; k < states.length; k++) {
    const truth = engine.step(states[k - 1]!, rule, 1, topology);
    if (Buffer.compare(truth.cells, states[k]!.cells) !== 0) return { row, state: k + 1 };
  }
  const state = states[0]!;
  const nextState = states[1] ?? engine.step(state, rule, 1, topology);
  return { row, rule, topology, state, nextState };
}

/** Counts over boards. */
export interface Counts {
  boards: number;
  cells: number;
  wrongCells: number;
  /** Boards with a wrong cell or a malformed answer. */
  wrongBoards: number;
}

/** What one temperature and seed came to. */
export interface OneStepResult extends Counts {
  readonly temperature: number;
  readonly seed: number;
  /** Rows, from 1, that were wrong: the first hundred. */
  readonly wrongRows: number[];
  /** By size, rows x columns. */
  readonly sizes: Record<string, Counts>;
  minMargin: number;
}

/** An empty result. */
export function beginResult(temperature: number, seed: number): OneStepResult {
  const none = { boards: 0, cells: 0, wrongCells: 0, wrongBoards: 0 };
  return { temperature, seed, ...none, wrongRows: [], sizes: {}, minMargin: Infinity };
}

const LISTED_ROWS = 100;

/** Predicts one step of boards of one size and adds what came of it. */
export async function evaluateBatch(
  model: LanguageModel,
  decode: Decoder,
  boards: readonly TestBoard[],
  choose: TokenChooser | undefined,
  result: OneStepResult,
  signal: AbortSignal,
): Promise<void> {
  const { width, height } = boards[0]!.state;
  const layout = layoutPrompt(model.tokenizer, width, height);
  const states = new Uint8Array(boards.length * width * height);
  boards.forEach(({ state, rule, topology }, b) => {
    checkTrainedFor(model, state, rule, topology);
    states.set(state.cells, b * width * height);
  });
  const { tokens, minMargin } = await decode(model, {
    layout,
    prompts: encodePrompts(layout, states),
    signal,
    ...(choose === undefined ? {} : { choose }),
  });
  const size = (result.sizes[`${height}x${width}`] ??= {
    boards: 0,
    cells: 0,
    wrongCells: 0,
    wrongBoards: 0,
  });
  boards.forEach(({ row, nextState }, b) => {
    const answer = tokens.subarray(b * layout.answerTokens, (b + 1) * layout.answerTokens);
    const { grid, malformedTokens } = readAnswer(layout, answer);
    const { wrongCells } = compareGrids(grid, nextState);
    const isWrong = wrongCells > 0 || malformedTokens > 0;
    for (const counts of [result, size]) {
      counts.boards++;
      counts.cells += width * height;
      counts.wrongCells += wrongCells;
      counts.wrongBoards += isWrong ? 1 : 0;
    }
    if (isWrong && result.wrongRows.length < LISTED_ROWS) result.wrongRows.push(row);
  });
  result.minMargin = Math.min(result.minMargin, minMargin);
}

/** A run from a row's start, fed by its own predictions. */
export interface ArarResult {
  readonly name: string;
  readonly steps: number;
  /** The first generation with a wrong cell; null when there is none. */
  readonly firstDivergence: number | null;
  /** Wrong cells over all steps. */
  readonly wrongCells: number;
}

/** Simulates a board with the model for so many steps, beside the truth. */
export async function runArar(
  model: LanguageModel,
  decode: Decoder,
  { row, state, rule, topology }: TestBoard,
  steps: number,
  truth: Stepper,
  signal: AbortSignal,
  onStep: () => void,
): Promise<ArarResult> {
  let [firstDivergence, wrongCells]: [number | null, number] = [null, 0];
  const options = { model, rule, topology, grid: state, generations: steps, decode, truth, signal };
  for await (const step of predictStates(options)) {
    const wrong = compareGrids(step.grid, step.truth!).wrongCells;
    if (wrong > 0 || step.malformedTokens > 0) firstDivergence ??= step.generation;
    wrongCells += wrong;
    onStep();
  }
  const { width, height } = state;
  const board = formatBoundedRule(rule, { topology, width, height });
  return { name: `row ${row}, ${board}`, steps, firstDivergence, wrongCells };
}
