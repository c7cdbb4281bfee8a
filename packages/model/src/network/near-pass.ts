/**
 * Passes over the cells of boards by the plan of their size and header: stencil by stencil, in pieces that a processor's caches
 * hold. A cell comes out with the margin by which its token is certain, or as undecided.
 */

import { FORM_BITS, type RuleForm, type Tokenizer } from '@lifegpt/core';
import { encodeModel } from '@lifegpt/onnx-training';
import { Tensor, type InferenceSession } from 'onnxruntime-common';
import type { NamedTensor } from '../folder/safetensors.js';
import type { Runtime } from '../runtime.js';
import type { Board } from './cell-classes.js';
import type { LocationConfig } from './location-config.js';
import { feedGroups, feedStencil, stepOfBit, type StencilFeeds } from './near-feeds.js';
import { foldLookUp, type FoldedLookUp } from './near-look-up.js';
import { buildNear, foldRule, RULE_SHAPE } from './near-network.js';
import { createNearPlanner, type NearPlan, type NearPlanner } from './near-plan.js';
import { makeStencils, type KnownAnswer } from './near-stencil.js';
import {
  cutBoard,
  cutCells,
  openReaders,
  readWindows,
  type Patch,
  type PatchSizes,
  type ReadBoard,
} from './near-windows.js';

/** What a pass is made of. */
export interface NearParts {
  /** For messages. */
  readonly name: string;
  readonly config: LocationConfig;
  readonly tokenizer: Tokenizer;
  readonly tensors: readonly NamedTensor[];
  readonly runtime: Runtime;
  /** What cells read; worked out from the weights when left out. */
  readonly planner?: NearPlanner;
}

/** What boards that go together have in common. */
export interface NearHeader extends Board {
  /** The markers of the header behind the first. */
  readonly markerIds: ArrayLike<number>;
  readonly form: RuleForm;
}

/** Boards of one size and header, and their rules. */
export interface NearBoards extends NearHeader {
  /** Of each board `[0, given]`, or `[0, given, answer]`: a 0, its cells, and whether the token before each cell's is `1`. */
  readonly texts: readonly Uint8Array[];
  /** `[boards, bits]`, 0 or 1. */
  readonly rules: Uint8Array;
}

/**
 * What is said of a board's cells in a patch, one after the other as `eachCell` goes: by how much `1` is certain to lie over
 * all other tokens, `0` below 0, and 0 where it is open.
 */
export type TakeMargins = (board: number, patch: Patch, margins: Float32Array) => void;

/** Passes over cells. */
export interface NearPass {
  /** All cells, whatever the answer's earlier tokens are. */
  sweep(boards: NearBoards, take: TakeMargins, signal?: AbortSignal): Promise<void>;
  /**
   * Some cells.
   * @param known whether the answer is known; it has to stand in the texts then
   */
  pick(
    boards: NearBoards,
    cells: ArrayLike<number>,
    known: KnownAnswer,
    take: TakeMargins,
    signal?: AbortSignal,
  ): Promise<void>;
  /** What cells read when nothing is known of the answer. */
  reads(header: NearHeader): ReadBoard;
  /** By how much the end of the answer is certain behind any board under any rule; not above 0 where it is not. */
  endMargin(form: RuleForm): number;
  release(): Promise<void>;
}

/** Cells that go through the graph at once, of all boards: what is made of them stays in a processor's caches. */
const CELLS_A_RUN = 8192;
/** Cells of a group where stencils are many and small. */
const CELLS_A_GROUP = 32;
/** What an operation does with a piece takes a few microseconds: to share it with another thread takes longer (docs/experiments.md). */
const THREADS = 1;
/** Plans that are kept: sizes and headers that were asked for last. */
const KEPT_PLANS = 32;

/** Boards up to so many cells keep what their patches read. */
const KEPT_CELLS = 1 << 16;

/** Stencils, and what the graph takes of them. */
interface OpenPlan {
  readonly form: RuleForm;
  readonly board: ReadBoard;
  readonly feeds: readonly StencilFeeds[];
  /** Patches of the whole board, by their size. */
  readonly swept: Map<number, readonly FedPatch[]>;
}

/** A patch with what the graph takes of its stencils. */
interface FedPatch {
  readonly patch: Patch;
  readonly feeds: Record<string, Tensor>;
}

/** What is known of a form of rule. */
interface OpenForm {
  readonly session: Promise<InferenceSession>;
  readonly lookUp: FoldedLookUp;
}

/** Reads the weights; graphs are compiled and plans made when they are first needed. */
export function createNearPass({
  name,
  config,
  tokenizer,
  tensors,
  runtime,
  planner = createNearPlanner(config, tensors),
}: NearParts): NearPass {
  const [dead, alive, start, end] = ['0', '1', '> [', ']$'].map(tokenizer.idOf) as [
    number,
    number,
    number,
    number,
  ];
  const tokens = { dead, alive, start };
  const forms = new Map<RuleForm, OpenForm>();
  const plans = new Map<string, NearPlan>();
  const opened = new Map<string, OpenPlan>();

  function open(form: RuleForm): OpenForm {
    const known = forms.get(form);
    if (known !== undefined) return known;
    const lookUp = foldLookUp(config, tensors, form);
    const graph = buildNear(form, stepOfBit(lookUp, [dead, alive]));
    const fresh = {
      session: runtime.createSession(encodeModel(graph), { threads: THREADS }),
      lookUp,
    };
    forms.set(form, fresh);
    return fresh;
  }

  function openPlan(header: NearHeader, known: KnownAnswer): OpenPlan {
    const { width, height, markerIds, form } = header;
    const board = `${width}x${height} ${Array.from(markerIds).join()}`;
    return remember(opened, `${board} ${form} ${known}`, () => {
      const { lookUp } = open(form);
      const plan = remember(plans, board, () => planner.plan({ width, height }, markerIds, tokens));
      const parts = { config, form, lookUp, own: planner.own, tokens };
      const stencils = makeStencils(parts, plan.classes, { width, height }, known);
      const feeds = stencils.map((stencil) => feedStencil(stencil, lookUp, form, [dead, alive]));
      const read = openReaders(stencils, { width, height });
      return { form, board: read, feeds, swept: new Map() };
    });
  }

  /** The patches of a whole board; those of small ones are kept. */
  function sweepBoard(plan: OpenPlan, count: number): Iterable<FedPatch> {
    const sizes = sizesFor(count);
    const known = plan.swept.get(sizes.patch);
    if (known !== undefined) return known;
    const patches = feedPatches(plan, cutBoard(plan.board, sizes));
    if (plan.board.width * plan.board.height > KEPT_CELLS) return patches;
    const kept = [...patches];
    plan.swept.set(sizes.patch, kept);
    return kept;
  }

  function* feedPatches(plan: OpenPlan, patches: Iterable<Patch>): Iterable<FedPatch> {
    const single = new Map<number, Record<string, Tensor>>();
    for (const patch of patches) {
      const [first] = patch.groups;
      const known = patch.groups.length === 1 ? single.get(first!) : undefined;
      const groups = patch.groups.map((stencil) => plan.feeds[stencil]!);
      const feeds = known ?? feedGroups(plan.form, groups, patch.places);
      if (patch.groups.length === 1) single.set(first!, feeds);
      yield { patch, feeds };
    }
  }

  async function run(
    boards: NearBoards,
    patches: Iterable<FedPatch>,
    take: TakeMargins,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { texts, form, rules } = boards;
    const count = texts.length;
    const session = await open(form).session;
    const [rows, columns] = RULE_SHAPE[form];
    const rule = new Float32Array(count * rows * columns);
    const bits = FORM_BITS[form];
    for (let b = 0; b < count; b++) foldRule(form, rules, b * bits, rule, b * rows * columns);
    const shared = { rule: new Tensor('float32', rule, [count, 1, rows, columns]) };
    let room = new Float32Array(); // written anew for each patch, while nothing else runs on it
    for (const { patch, feeds } of patches) {
      signal?.throwIfAborted();
      const { groups, room: cells, places } = patch;
      const size = groups.length * cells;
      const numbers = count * size * places;
      if (room.length < numbers) room = new Float32Array(numbers);
      const windows = room.subarray(0, numbers);
      texts.forEach((text, b) => readWindows(windows, b * size * places, patch, text));
      const { certain } = await runPatch(session, {
        ...shared,
        ...feeds,
        windows: new Tensor('float32', windows, [count, groups.length, places, cells]),
      });
      const margins = certain!.data as Float32Array;
      for (let b = 0; b < count; b++) take(b, patch, margins.subarray(b * size, (b + 1) * size));
    }
  }

  /** Whatever the runtime throws, a lost device above all, leaves the run as it was. */
  async function runPatch(
    session: InferenceSession,
    feeds: Record<string, Tensor>,
  ): Promise<Readonly<Record<string, Tensor>>> {
    try {
      return await session.run(feeds);
    } catch (error) {
      throw new Error(
        `model ${name} failed on ${runtime.device} (${(error as Error).message.split('\n')[0]}); ` +
          `nothing of this generation was kept; try again, or another device`,
        { cause: error },
      );
    }
  }

  /** Cells of each board that a patch takes. */
  const sizesFor = (count: number): PatchSizes => ({
    patch: Math.max(CELLS_A_GROUP, Math.floor(CELLS_A_RUN / count)),
    group: CELLS_A_GROUP,
  });

  return {
    sweep: (boards, take, signal) =>
      run(boards, sweepBoard(openPlan(boards, 'none'), boards.texts.length), take, signal),
    pick: (boards, cells, known, take, signal) => {
      const plan = openPlan(boards, known);
      const patches = cutCells(plan.board, cells, sizesFor(boards.texts.length));
      return run(boards, feedPatches(plan, patches), take, signal);
    },
    reads: (header) => openPlan(header, 'none').board,
    endMargin: (form) => planner.endMargin(open(form).lookUp, end, [dead, alive]),
    release: async () => {
      for (const { session } of forms.values()) await (await session).release();
    },
  };
}

/** What a map has, or what is made now; it keeps those that were asked for last. */
function remember<T>(map: Map<string, T>, key: string, make: () => T): T {
  const value = map.get(key) ?? make();
  map.delete(key);
  map.set(key, value); // the last one asked for stands last
  if (map.size > KEPT_PLANS) map.delete(map.keys().next().value!);
  return value;
}
