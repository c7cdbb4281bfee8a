/** What answers requests: the models, the door, and the queue before the threads. */

import {
  formOfRule,
  InputError,
  layoutPrompt,
  type BoardSize,
  type Grid,
  type Rule,
  type Topology,
} from '@lifegpt/core';
import {
  checkTrainedFor,
  isLocationConfig,
  readAnswer,
  type ModelFolder,
  type SamplingOptions,
} from '@lifegpt/model';
import type { Admission, Asker } from './admission.js';
import type { BatchQueue } from './batch-queue.js';
import { kindOfChoice } from './choose-apart.js';
import { RequestFailure } from './failure.js';
import { keyOfPlan } from './known-plans.js';
import { checkSequentialCost } from './request-cost.js';

/** A model that requests may name. */
export interface ServedModel extends Pick<ModelFolder, 'name' | 'config' | 'tokenizer'> {
  /** What the threads know it as: a shipped model's name, or a folder. */
  readonly source: string;
}

/** Everything that a request needs. */
export interface Service {
  /** By name; the first one answers requests that name none. */
  readonly models: ReadonlyMap<string, ServedModel>;
  readonly device: string;
  readonly admission: Admission;
  readonly queue: BatchQueue;
  /** Where what a few passes do not decide is decided token by token. */
  readonly slowQueue: BatchQueue;
  /** Counts what a model read and wrote. */
  readonly countTokens: (model: string, read: number, written: number) => void;
  /** Seconds since 1970 at which the service started. */
  readonly startedAt: number;
}

/** One predicted state. */
export interface ServedAnswer {
  readonly grid: Grid;
  /** The answer as the model wrote it, a cell a token and the end marker. */
  readonly tokens: Int32Array;
  readonly malformedTokens: number;
  readonly forwardPasses: number;
  readonly minMargin: number;
  /** Logarithms of all tokens' probabilities, `[tokens, vocabulary]`, where they were wanted. */
  readonly logProbs: Float32Array | null;
}

/** Finds the model of a request. @throws RequestFailure 404 when there is none of that name */
export function findModel({ models }: Service, name: string | undefined): ServedModel {
  const [first] = models.values();
  const model = name === undefined ? first : models.get(name);
  if (model !== undefined) return model;
  const known = [...models.keys()].join(', ');
  throw new RequestFailure(
    404,
    'model_not_found',
    `there is no model '${name}' here; choose one of ${known}`,
    null,
    'model',
  );
}

/** Cells of a request's board: what an answer costs grows with their square. */
const MOST_CELLS = 4096;

/** @throws InputError when a board is larger than one request may have */
export function checkSize({ width, height }: BoardSize): void {
  if (width * height <= MOST_CELLS) return;
  throw new InputError(
    `a board of ${width}x${height} is too large for a request; at most ${MOST_CELLS} cells, e.g. 64x64`,
  );
}

/** A state, and how the next one is asked for. */
export interface StateQuestion {
  readonly model: ServedModel;
  readonly grid: Grid;
  readonly rule: Rule;
  readonly topology: Topology;
  readonly sampling: SamplingOptions | null;
  /** The first tokens of the answer, where they are given. */
  readonly given?: Int32Array;
  readonly wantsLogProbs?: boolean;
  /** States that the same request asks for after this one. */
  readonly rest?: number;
}

/**
 * Lets the model write the state after `grid`.
 * @throws InputError when the model was not trained for the board
 * @throws RequestFailure 503 when a near-tie takes more than one request may
 */
export async function predictNext(
  { queue, slowQueue, countTokens }: Service,
  {
    model,
    grid,
    rule,
    topology,
    sampling,
    given = NONE,
    wantsLogProbs = false,
    rest = 0,
  }: StateQuestion,
  { client, signal }: Asker,
): Promise<ServedAnswer> {
  checkSize(grid);
  checkTrainedFor(model, grid, rule, topology);
  const { width, height, cells } = grid;
  const header = { rule, topology };
  const isPlain = sampling === null && given.length === 0 && !wantsLogProbs;
  const choice = isPlain ? null : { sampling, given, wantsLogProbs };
  const plan = keyOfPlan(model.source, grid, header);
  const board = { model: model.source, plan, width, height, cells, header };
  const question = { client, ...board, choice, rest };
  let answer = await queue.ask(question, signal);
  const wentByPlan = isLocationConfig(model.config) && kindOfChoice(choice) !== 'logits';
  if (!answer.isDecided && wentByPlan) {
    // what a plan left undecided; with all logits it is a dense pass, which has threads of its own
    const dense = { sampling, given, wantsLogProbs: true };
    answer = await queue.ask({ ...question, choice: dense }, signal);
  }
  if (!answer.isDecided) {
    checkSequentialCost(grid);
    answer = await slowQueue.ask(question, signal);
  }
  const { tokens, forwardPasses, minMargin, logProbs } = answer;
  const layout = layoutPrompt(model.tokenizer, width, height, formOfRule(rule));
  countTokens(model.name, layout.promptTokens + given.length, tokens.length - given.length);
  const read = readAnswer(layout, tokens);
  const told = wantsLogProbs ? logProbs : null;
  return { ...read, tokens, forwardPasses, minMargin, logProbs: told };
}

const NONE = new Int32Array(0);

/** Sampling as requests ask for it: none at temperature 0, which is the default. */
export interface SamplingRequest {
  readonly temperature?: number | null;
  readonly top_k?: number | null;
  readonly seed?: number | null;
}

/** Reads a request's sampling. @param index another index, another sample of the same seed */
export function readSampling(
  { temperature, top_k: topK, seed }: SamplingRequest,
  index: number,
): SamplingOptions | null {
  if ((temperature ?? 0) === 0) return null;
  return { temperature: temperature!, seed: seed ?? 1, index, ...(topK == null ? {} : { topK }) };
}

/** The JSON schema of `SamplingRequest`. */
export const SAMPLING_SCHEMA = {
  temperature: { type: ['number', 'null'], minimum: 0, maximum: 2 },
  top_k: { type: ['integer', 'null'], minimum: 1, maximum: 1000 },
  seed: { type: ['integer', 'null'], minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
} as const;
