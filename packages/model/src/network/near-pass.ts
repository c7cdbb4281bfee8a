/**
 * A pass over a whole answer by the plan of its size and header: each class of cells reads its few places. Tokens whose margin
 * could be turned by what the plan leaves out are named, for the dense network to decide.
 */

import { FORM_BITS, type RuleForm, type Tokenizer } from '@lifegpt/core';
import { Tensor, type InferenceSession } from 'onnxruntime-common';
import type { NamedTensor } from '../folder/safetensors.js';
import { encodeModel } from '../graph/proto.js';
import type { Runtime } from '../runtime.js';
import type { CellClass } from './alike-classes.js';
import { locatePlaces, type ReadPlace } from './cell-classes.js';
import type { LocationConfig } from './location-config.js';
import type { BoardTexts } from './location-feeds.js';
import { buildNear, foldLookUp, type FoldedLookUp } from './near-network.js';
import { countOutputs, createNearPlanner, ROUNDING, type NearPlan } from './near-plan.js';

/** What a pass is made of. */
export interface NearParts {
  readonly config: LocationConfig;
  readonly tokenizer: Tokenizer;
  readonly tensors: readonly NamedTensor[];
  readonly runtime: Runtime;
}

/** Texts that ask for next states, and their rules. */
export interface NearTexts extends BoardTexts {
  readonly form: RuleForm;
  /** `[texts, bits]` */
  readonly bitIds: Int32Array;
}

/** What a pass says. */
export interface NearAnswer {
  /** `[texts, cells + 1, vocabulary]`, the end of the answer last. */
  readonly logits: Float32Array;
  /** `[texts, cells + 1]`: how far the logits of a token may be off. */
  readonly bounds: Float32Array;
  /** Cells whose margin is not twice that, of one text or another: the dense network has to decide them. */
  readonly doubtful: readonly number[];
}

/** Passes over whole answers. */
export interface NearPass {
  /** Whether the board behind the given one holds nothing but cells, as the plan supposes; else only the dense network can. */
  takes(texts: BoardTexts): boolean;
  /** @param inputIds `[texts, cells + 1]`: the token before each */
  run(texts: NearTexts, inputIds: Int32Array): Promise<NearAnswer>;
  release(): Promise<void>;
}

/** Tokens that go through the graph at once; what they read and look up stays in a processor's caches. */
const TOKENS_A_RUN = 8192;
/** Plans that are kept: sizes and headers that were asked for last. */
const KEPT_PLANS = 16;
/** Places of all cells together up to which a plan keeps where they lie. */
const KEPT_PLACES = 1 << 22;

/** What a softmax and its sum lose in float32. */
const SHARE_ROUNDING = 1e-6;

/** A plan, and where its classes' places lie, as far as they are kept. */
interface KeptPlan {
  readonly plan: NearPlan;
  readonly located: Map<CellClass, { given: Int32Array; following: Int32Array }>;
}

/** Reads the weights; graphs are compiled and plans made when they are first needed. */
export function createNearPass({ config, tokenizer, tensors, runtime }: NearParts): NearPass {
  const [dead, alive, start] = ['0', '1', '> ['].map(tokenizer.idOf) as [number, number, number];
  const planner = createNearPlanner(config, tensors);
  const outputs = countOutputs(config);
  const vocabulary = config.vocab_size;
  const sessions = new Map<RuleForm, Promise<InferenceSession>>();
  const lookUps = new Map<RuleForm, FoldedLookUp>();
  const plans = new Map<string, KeptPlan>();

  function open(form: RuleForm): { session: Promise<InferenceSession>; lookUp: FoldedLookUp } {
    let session = sessions.get(form);
    let lookUp = lookUps.get(form);
    if (session === undefined || lookUp === undefined) {
      const graph = buildNear(config, tensors, planner.own, form);
      session = runtime.createSession(encodeModel(graph));
      lookUp = foldLookUp(config, tensors, form);
      sessions.set(form, session);
      lookUps.set(form, lookUp);
    }
    return { session, lookUp };
  }

  function planFor({ width, height, markerIds }: BoardTexts): KeptPlan {
    const key = `${width}x${height} ${markerIds.join()}`;
    const known = plans.get(key);
    const kept = known ?? {
      plan: planner.plan({ width, height }, markerIds, { dead, alive, start }),
      located: new Map(),
    };
    plans.delete(key);
    plans.set(key, kept); // the last one asked for stands last
    if (plans.size > KEPT_PLANS) plans.delete(plans.keys().next().value!);
    return kept;
  }

  /** How far a class' logits may be off, by the share of set bits that a token found. */
  function openBound(
    { error }: Pick<CellClass, 'error'>,
    { steepness, ifSet, ifUnset }: FoldedLookUp,
  ): (share: number) => number {
    // scores of two bits move apart by at most this, so the odds of set bits move by at most its exponential
    const apart = steepness.reduce((sum, value, axis) => sum + value * error[axis]!, 0);
    const factor = Math.exp(apart);
    const step = ifSet.reduce(
      (most, value, id) => Math.max(most, Math.abs(value - ifUnset[id]!)),
      0,
    );
    const ofLogits = Math.max(...error.subarray(steepness.length));
    return (share) => {
      const more = (share * factor) / (share * factor + 1 - share) - share;
      const less = share - share / (share + (1 - share) * factor);
      return ofLogits + step * (Math.max(more, less) + SHARE_ROUNDING);
    };
  }

  async function run(texts: NearTexts, inputIds: Int32Array): Promise<NearAnswer> {
    const { texts: count, width, height, form, bitIds } = texts;
    const cells = width * height;
    const { session, lookUp } = open(form);
    const kept = planFor(texts);
    const states = (ids: Int32Array): Tensor =>
      new Tensor(
        'float32',
        Float32Array.from(ids, (id) => (id === alive ? 1 : 0)),
        [count, cells],
      );
    const shared = {
      given: states(texts.given),
      following: states(texts.following),
      rule: new Tensor(
        'float32',
        Float32Array.from(bitIds, (id) => (id === alive ? 1 : 0)),
        [count, FORM_BITS[form], 1],
      ),
    };
    const logits = new Float32Array(count * (cells + 1) * vocabulary);
    const bounds = new Float32Array(count * (cells + 1));
    const doubtful = new Set<number>();
    const most = Math.max(1, Math.floor(TOKENS_A_RUN / count));
    const ready = await session;
    const end: CellClass = {
      cells: Int32Array.of(cells),
      given: [],
      givenWeights: new Float32Array(),
      following: [],
      followingWeights: new Float32Array(),
      base: planner.endBase,
      error: new Float32Array(outputs).fill(ROUNDING),
    };
    for (const one of [...kept.plan.classes, end]) {
      const boundAt = openBound(one, lookUp);
      for (let from = 0; from < one.cells.length; from += most) {
        const own = one.cells.subarray(from, from + most);
        const ids = new Int32Array(count * own.length);
        for (let text = 0; text < count; text++) {
          own.forEach(
            (cell, i) => (ids[text * own.length + i] = inputIds[text * (cells + 1) + cell]!),
          );
        }
        const located = locate(kept, one, own, from);
        const outcome = await ready.run({
          ...shared,
          ...feedPlaces('given', own, one.given, one.givenWeights, located.given),
          ...feedPlaces('following', own, one.following, one.followingWeights, located.following),
          base: new Tensor('float32', one.base, [outputs]),
          query_ids: new Tensor('int32', ids, [count, own.length]),
        });
        const rows = outcome['logits']!.data as Float32Array;
        const shares = outcome['share']!.data as Float32Array;
        for (let text = 0; text < count; text++) {
          own.forEach((cell, i) => {
            const at = (text * own.length + i) * vocabulary;
            const row = rows.subarray(at, at + vocabulary);
            const token = text * (cells + 1) + cell;
            logits.set(row, token * vocabulary);
            bounds[token] = boundAt(shares[text * own.length + i]!);
            if (cell < cells && marginOf(row) <= 2 * bounds[token]!) doubtful.add(cell);
          });
        }
      }
    }
    return { logits, bounds, doubtful: [...doubtful].sort((a, b) => a - b) };
  }

  /** Where the places of some of a class' cells lie; those of small boards are kept. */
  function locate(
    { plan, located }: KeptPlan,
    one: CellClass,
    own: Int32Array,
    from: number,
  ): { given: Int32Array; following: Int32Array } {
    const find = (cells: Int32Array): { given: Int32Array; following: Int32Array } => ({
      given: locatePlaces(cells, one.given, plan),
      following: locatePlaces(cells, one.following, plan),
    });
    const places = one.given.length + one.following.length;
    if (plan.width * plan.height * places > KEPT_PLACES) return find(own);
    const all = located.get(one) ?? find(one.cells);
    located.set(one, all);
    if (own.length === one.cells.length) return all;
    const cut = (board: 'given' | 'following'): Int32Array =>
      all[board].slice(from * one[board].length, (from + own.length) * one[board].length);
    return { given: cut('given'), following: cut('following') };
  }

  function feedPlaces(
    board: 'given' | 'following',
    cells: Int32Array,
    places: readonly ReadPlace[],
    weights: Float32Array,
    located: Int32Array,
  ): Record<string, Tensor> {
    // a class that reads nothing reads the first cell, with no weight
    const count = Math.max(1, places.length);
    const at = places.length === 0 ? new Int32Array(cells.length) : located;
    const own = places.length === 0 ? new Float32Array(outputs) : weights;
    return {
      [`${board}_places`]: new Tensor('int32', at, [cells.length, count]),
      [`${board}_weights`]: new Tensor('float32', own, [count, outputs]),
    };
  }

  return {
    takes: ({ following, width, height }) =>
      following.every(
        (id, at) => id === dead || id === alive || (id === start && at % (width * height) === 0),
      ),
    run,
    release: async () => {
      for (const session of sessions.values()) await (await session).release();
    },
  };
}

/** How far the largest of some logits lies above the next one. */
function marginOf(row: Float32Array): number {
  let [best, second] = [-Infinity, -Infinity];
  for (const logit of row) {
    if (logit > best) [best, second] = [logit, best];
    else if (logit > second) second = logit;
  }
  return best - second;
}
