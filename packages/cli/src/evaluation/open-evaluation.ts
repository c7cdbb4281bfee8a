/** An evaluation on this machine: the models and boards that its request names, found and told apart. */

import { InputError, shapes, tokenOfTopology, type Shape } from '@lifegpt/core';
import {
  defaultHeader,
  hashBytes,
  isHeldOutRule,
  openHeldOut,
  STRATEGY_NAMES,
  type ModelFolder,
} from '@lifegpt/model';
import type { SimdLife } from '@lifegpt/simd-life';
import { readFile } from 'node:fs/promises';
import { pathIn } from '../folder-path.js';
import { loadEngine } from '../engine.js';
import { findModelFolder, openModelFolder } from '../model-argument.js';
import { createRuntime, type ChosenRuntime } from '../runtime.js';
import { openData, openFreshBoards, type BoardSource } from './board-source.js';
import { readRecipeOf } from '../recipe-argument.js';
import { ARAR, SAMPLINGS, type EvaluationRequest } from './request.js';
import type { TestBoard } from './test-board.js';

/** What decides the results: weights, data and options. */
export interface EvaluationKey extends Pick<
  EvaluationRequest,
  'samplings' | 'arar' | 'decode' | 'device'
> {
  /** Names and hashes. */
  readonly models: readonly (readonly [name: string, sha256: string])[];
  /** Names and identities. */
  readonly data: readonly (readonly [name: string, identity: string])[];
}

const { list, oneOf, orNull, record, text, tuple } = shapes;
const named = list(tuple<readonly [string, string]>(text(4096), text(4096)), 1, 1000);

/** What such a key can be. */
export const KEY: Shape<EvaluationKey> = record<EvaluationKey>({
  models: named,
  data: named,
  samplings: SAMPLINGS,
  arar: orNull(ARAR),
  decode: oneOf(...STRATEGY_NAMES),
  device: text(64),
});

/** A request with everything that it needs. */
export interface OpenEvaluation {
  readonly request: EvaluationRequest;
  readonly key: EvaluationKey;
  /** In the order of the request. */
  readonly folders: readonly ModelFolder[];
  /** By model: whether its recipe held a board out. */
  readonly heldOut: ReadonlyMap<string, (board: TestBoard) => boolean>;
  readonly sources: readonly BoardSource[];
  readonly runtime: ChosenRuntime;
  readonly engine: SimdLife;
}

/** Opens what a request names. @throws InputError when something is missing */
export async function openEvaluation(request: EvaluationRequest): Promise<OpenEvaluation> {
  const { models, samplings, arar, decode } = request;
  const engine = await loadEngine();
  const folders: ModelFolder[] = [];
  for (const name of models) folders.push(await openModelFolder(name));
  const sources = await openSources(request, folders[0]!, engine);
  const runtime = await createRuntime(request.device);
  const key = {
    models: await Promise.all(models.map(async (name) => [name, await hashModel(name)] as const)),
    data: sources.map(({ name, identity }) => [name, identity] as const),
    samplings,
    arar,
    decode,
    device: runtime.device,
  };
  const heldOut = new Map<string, (board: TestBoard) => boolean>();
  for (const name of models) {
    const found = await openHeldOutBoards(name);
    if (found !== null) heldOut.set(name, found);
  }
  return { request, key, folders, heldOut, sources, runtime, engine };
}

/** The data first, then the fresh boards. */
async function openSources(
  { data, limit, fresh }: EvaluationRequest,
  { config }: ModelFolder,
  engine: SimdLife,
): Promise<BoardSource[]> {
  const sources = data === null ? [] : [await openData(data, limit ?? Infinity, engine)];
  if (fresh !== null) {
    const { sizesText, ...drawn } = fresh;
    const { rule } = defaultHeader(config.trained_for);
    sources.push(openFreshBoards({ ...drawn, rule }, sizesText, engine));
  }
  return sources;
}

/** What a model's recipe held out; null where it has none, or it held out nothing. */
async function openHeldOutBoards(name: string): Promise<((board: TestBoard) => boolean) | null> {
  const recipe = await readRecipeOf(name).catch(() => null);
  if (recipe === null || (recipe.held_out === undefined && recipe.rules === undefined)) return null;
  const isHeldOut = openHeldOut(recipe);
  return ({ state, rule, topology }) => {
    const token = tokenOfTopology(topology);
    return (token !== null && isHeldOut(state, token)) || isHeldOutRule(recipe, rule);
  };
}

/** Tells weights from any others: the configuration names their hash, which was checked. */
async function hashModel(name: string): Promise<string> {
  const config = await readFile(pathIn(await findModelFolder(name), 'config.json'));
  return hashBytes(config);
}

/**
 * Holds a machine against a job.
 * @throws InputError when this machine has other weights, other data or another device
 */
export function checkSameKey(here: EvaluationKey, job: EvaluationKey): void {
  const fail = (what: string): never => {
    throw new InputError(
      `this machine has other ${what} than the job was made with; bring the same ones here`,
    );
  };
  for (const [i, [name, hash]] of job.models.entries()) {
    if (here.models[i]?.[1] !== hash) fail(`weights for model ${name}`);
  }
  for (const [i, [name, identity]] of job.data.entries()) {
    if (here.data[i]?.[1] !== identity) fail(`boards in ${name}`);
  }
  if (here.device !== job.device) {
    throw new InputError(
      `this machine would use ${here.device}, the job was made with ${job.device}; make it with --device ${here.device}`,
    );
  }
}
