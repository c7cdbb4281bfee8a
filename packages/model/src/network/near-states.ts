/**
 * Whole next states by the plan: a first pass decides every token that is certain whatever the answer's earlier tokens are;
 * the others are asked again with the answer as it stands, until nothing changes, and where even then a margin does not
 * survive what the plan leaves out, the dense network decides. The fixed point is the greedy answer, as Jacobi's is
 * (`decode/jacobi.ts`): a token is certain for all earlier ones, or it is what the network chooses behind those that stand.
 */

import { NEAR_TIE_MARGIN } from './near-feeds.js';
import type { NearBoards, NearPass } from './near-pass.js';
import { eachCell } from './near-windows.js';

/** Passes by plan, and the dense network beside them. */
export interface NearModel extends NearPass {
  /**
   * Logits of the tokens that predict some cells, `[boards, cells, vocabulary]`, by the dense network.
   * @param next `[boards, cells]`: the answer's cells as they stand
   * @param cells row-major; the number of all cells asks for the end
   */
  decide(
    boards: NearBoards,
    next: Uint8Array,
    cells: ArrayLike<number>,
    signal?: AbortSignal,
  ): Promise<Float32Array>;
  /** Ids of the tokens `0`, `1`, and the answer's end. */
  readonly answerIds: readonly [number, number, number];
}

/** Decided next states. */
export interface DecidedStates {
  /** `[boards, cells]` */
  readonly next: Uint8Array;
  /** `[boards, cells + 1]`: by how much each token is certain at least, in nats; the end's last. */
  readonly margins: Float32Array;
  readonly forwardPasses: number;
}

/**
 * Decides the next states of some boards.
 * @returns null where an answer would have a token that is no cell, or one that rounding might turn
 */
export async function decideStates(
  near: NearModel,
  boards: NearBoards,
  signal?: AbortSignal,
): Promise<DecidedStates | null> {
  const { texts, width, height, form } = boards;
  const [count, cells] = [texts.length, width * height];
  const next = new Uint8Array(count * cells);
  texts.forEach((text, b) => next.set(text.subarray(1, 1 + cells), b * cells));
  const margins = new Float32Array(count * (cells + 1));
  const open = new Set<number>();
  await near.sweep(
    boards,
    (board, patch, found) => {
      const [ofNext, ofMargins] = [board * cells, board * (cells + 1)];
      eachCell(patch, width, (cell, column) => {
        const margin = found[column]!;
        if (margin === 0) open.add(cell);
        else {
          next[ofNext + cell] = margin > 0 ? 1 : 0;
          margins[ofMargins + cell] = margin > 0 ? margin : -margin;
        }
      });
    },
    signal,
  );
  const endMargin = near.endMargin(form);
  for (let board = 1; board <= count; board++) margins[board * (cells + 1) - 1] = endMargin;
  if (endMargin < NEAR_TIE_MARGIN) open.add(cells);
  if (open.size === 0) return { next, margins, forwardPasses: 1 };

  const asked = Int32Array.from(open).sort();
  for (let forwardPasses = 2; ; forwardPasses++) {
    const before = next.slice();
    const isDecided = await askAgain(near, boards, asked, { next, margins }, signal);
    if (!isDecided) return null;
    if (next.every((cell, k) => cell === before[k])) return { next, margins, forwardPasses };
  }
}

/** One pass over some tokens with the answer as it stands; false as `decideStates`. */
export async function askAgain(
  near: NearModel,
  boards: NearBoards,
  asked: Int32Array,
  { next, margins }: Pick<DecidedStates, 'next' | 'margins'>,
  signal?: AbortSignal,
): Promise<boolean> {
  const { texts, width, height } = boards;
  const [count, cells] = [texts.length, width * height];
  const isEndAsked = asked.at(-1) === cells;
  const withAnswers = texts.flatMap((text, b) =>
    layTexts(text.subarray(1, 1 + cells), next.subarray(b * cells, (b + 1) * cells), cells),
  );
  const open = new Map<number, number[]>();
  const leave = (cell: number, board: number): void => {
    open.set(cell, [...(open.get(cell) ?? []), board]);
  };
  const decided = next.slice();
  await near.pick(
    { ...boards, texts: withAnswers },
    isEndAsked ? asked.subarray(0, -1) : asked,
    'all',
    (board, patch, found) => {
      eachCell(patch, width, (cell, column) => {
        const margin = found[column]!;
        if (margin === 0) return leave(cell, board);
        decided[board * cells + cell] = margin > 0 ? 1 : 0;
        margins[board * (cells + 1) + cell] = Math.abs(margin);
      });
    },
    signal,
  );
  if (isEndAsked) for (let b = 0; b < count; b++) leave(cells, b);
  if (open.size > 0) {
    const doubtful = Int32Array.from(open.keys()).sort();
    const logits = await near.decide(boards, next, doubtful, signal);
    const vocabulary = logits.length / (count * doubtful.length);
    for (const [i, cell] of doubtful.entries()) {
      for (const board of open.get(cell)!) {
        const from = (board * doubtful.length + i) * vocabulary;
        const { token, margin } = chooseOne(logits.subarray(from, from + vocabulary));
        const [dead, alive, end] = near.answerIds;
        const isRight = cell === cells ? token === end : token === dead || token === alive;
        if (!isRight || margin < NEAR_TIE_MARGIN) return false;
        if (cell < cells) decided[board * cells + cell] = token === alive ? 1 : 0;
        margins[board * (cells + 1) + cell] = margin;
      }
    }
  }
  next.set(decided);
  return true;
}

/** The likeliest token, the first of equals, and how far it lies above the next. */
function chooseOne(logits: Float32Array): { token: number; margin: number } {
  let [best, second, token] = [-Infinity, -Infinity, 0];
  logits.forEach((logit, id) => {
    if (logit > best) [best, second, token] = [logit, best, id];
    else if (logit > second) second = logit;
  });
  return { token, margin: best - second };
}

/**
 * Boards with their answers as a pass takes them, `[0, given, answer]` each: the token before a cell's is the cell before.
 * @param given `[boards, cells]`
 * @param next the same of the answers
 */
export function layTexts(given: Uint8Array, next: Uint8Array, cells: number): Uint8Array[] {
  return Array.from({ length: given.length / cells }, (_, b) => {
    const text = new Uint8Array(1 + 2 * cells);
    text.set(given.subarray(b * cells, (b + 1) * cells), 1);
    text.set(next.subarray(b * cells, (b + 1) * cells - 1), cells + 2);
    return text;
  });
}
