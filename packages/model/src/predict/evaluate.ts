/** Fresh boards through the model, one step each, against the truth that came with them. */

import {
  compareGrids,
  createGrid,
  isSquare,
  openStream,
  type Examples,
  type ExampleSource,
  type PromptHeader,
} from '@lifegpt/core';
import type { Decoder } from '../decode/decoder.js';
import type { LanguageModel } from '../network/language-model.js';
import { predictBatch } from './predict-batch.js';
import { drawHeader } from '../network/trained-for.js';

/** Counts of one evaluated batch. */
export interface EvaluationCounts {
  readonly boards: number;
  readonly cells: number;
  readonly wrongCells: number;
  /** Boards with a wrong cell or a malformed answer. */
  readonly wrongBoards: number;
  readonly forwardPasses: number;
  readonly minMargin: number;
}

/** Which fresh boards to evaluate on. */
export interface FreshBoards {
  readonly source: ExampleSource;
  /** Another seed than the training's gives boards that it never saw. */
  readonly seed: number;
  /** Sizes to draw, evenly over the sides that the model was trained for. */
  readonly sizes: number;
  readonly boardsPerSize: number;
  /** The most cells of a board; no limit when left out. */
  readonly maxArea?: number;
  readonly signal?: AbortSignal;
  /** Called after each size. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Evaluates on random boards of random sizes, each with its own p from 0 to 1; the topology of each size is drawn
 * from those that the model knows, and the rule, if it knows all.
 */
export async function evaluateFreshBoards(
  model: LanguageModel,
  decode: Decoder,
  {
    source,
    seed,
    sizes,
    boardsPerSize: boards,
    maxArea = Infinity,
    signal,
    onProgress,
  }: FreshBoards,
): Promise<EvaluationCounts> {
  const { trained_for: trained } = model.config;
  const { sides } = trained;
  const random = openStream(seed, 'evaluation sizes');
  const drawSide = (): number => sides[0] + random.nextInt(sides[1] - sides[0] + 1);
  let sum: EvaluationCounts = NO_COUNTS;
  for (let index = 0; index < sizes; index++) {
    let [height, width] = [drawSide(), drawSide()];
    const header = drawHeader(trained, random);
    for (;;) {
      if (isSquare(header.topology)) width = height;
      if (height * width <= maxArea) break;
      [height, width] = [drawSide(), drawSide()];
    }
    const request = { seed, index, boards, height, width, ...header, density: [0, 1] } as const;
    const examples = source.draw(request);
    sum = addCounts(sum, await evaluateExamples(model, decode, examples, header, signal));
    onProgress?.(index + 1, sizes);
  }
  return sum;
}

/** Those of no boards at all. */
export const NO_COUNTS: EvaluationCounts = {
  boards: 0,
  cells: 0,
  wrongCells: 0,
  wrongBoards: 0,
  forwardPasses: 0,
  minMargin: Infinity,
};

/** Counts of two batches together; `forwardPasses` is the larger one. */
export function addCounts(a: EvaluationCounts, b: EvaluationCounts): EvaluationCounts {
  return {
    boards: a.boards + b.boards,
    cells: a.cells + b.cells,
    wrongCells: a.wrongCells + b.wrongCells,
    wrongBoards: a.wrongBoards + b.wrongBoards,
    forwardPasses: Math.max(a.forwardPasses, b.forwardPasses),
    minMargin: Math.min(a.minMargin, b.minMargin),
  };
}

/** Predicts the next state of every example and counts what is wrong. */
export async function evaluateExamples(
  model: LanguageModel,
  decode: Decoder,
  examples: Examples,
  header: PromptHeader,
  signal?: AbortSignal,
): Promise<EvaluationCounts> {
  const { boards, width, height, states, nextStates } = examples;
  const cells = width * height;
  const grids = Array.from({ length: boards }, (_, b) =>
    createGrid(width, height, states.subarray(b * cells, (b + 1) * cells)),
  );
  const { answers, forwardPasses, minMargin } = await predictBatch(model, grids, {
    headers: grids.map(() => header),
    decode,
    signal,
  });
  let [wrongCells, wrongBoards] = [0, 0];
  answers.forEach(({ grid, malformedTokens }, b) => {
    const truth = createGrid(width, height, nextStates.subarray(b * cells, (b + 1) * cells));
    const wrong = compareGrids(grid, truth).wrongCells;
    wrongCells += wrong;
    if (wrong > 0 || malformedTokens > 0) wrongBoards++;
  });
  return { boards, cells: boards * cells, wrongCells, wrongBoards, forwardPasses, minMargin };
}
