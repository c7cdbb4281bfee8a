/**
 * Whole next states by the plan: a first pass decides every token that is certain whatever the answer's earlier tokens are;
 * the others are asked again with the answer as it stands, until nothing changes, and where even then a margin does not
 * survive what the plan leaves out, the dense network decides. The fixed point is the greedy answer, as Jacobi's is
 * (`decode/jacobi.ts`): a token is certain for all earlier ones, or it is what the network chooses behind those that stand.
 *
 * A sample is one, too, since its noise is drawn beforehand: where the likeliest token lies farther above all others than the
 * noise lifts any of them over it, it is the one that is drawn, and nobody needs to know the logits.
 */

import { FORM_BITS } from '@lifegpt/core';
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
  /**
   * Numbers of the boards that are left to others, with their tokens as they stood: an answer would have a token that is no cell,
   * or one that rounding might turn, or hardly any that the plan decides.
   */
  readonly left: ReadonlySet<number>;
}

/** How tokens are chosen. */
export interface NearChoice {
  /**
   * By how much the logit of a token has to lie above all others for it to be chosen, whatever the logits are.
   * @param position in the answer
   */
  neededLead(board: number, position: number, token: number): number;
  /** Chooses from a token's logits; the margin is by how much it won. */
  choose(
    board: number,
    position: number,
    logits: Float32Array,
  ): { readonly token: number; readonly margin: number };
}

/** The likeliest token, the first of equals. */
export const LIKELIEST: NearChoice = {
  neededLead: () => 0,
  choose(_board, _position, logits) {
    let [best, second, token] = [-Infinity, -Infinity, 0];
    logits.forEach((logit, id) => {
      if (logit > best) [best, second, token] = [logit, best, id];
      else if (logit > second) second = logit;
    });
    return { token, margin: best - second };
  },
};

/** Tokens that a first pass did not decide; the number of all cells stands for the end. */
export interface OpenTokens {
  /** Of all boards: what the plan may know more of when it knows the answer. */
  readonly undecided: Int32Array;
  /** Of each board: what hangs on the logits themselves, the draw of a sample above all. */
  readonly drawn: readonly (readonly number[])[];
}

/** Where one token of an answer in so many is open, the plan is worth nothing: the dense network takes all of them in one pass. */
const OPEN_SHARE = 8;

/** How the caller goes along. */
export interface NearProgress {
  readonly signal?: AbortSignal | undefined;
  /** Called after each pass with what stands: as many first tokens of each answer as there were passes will not change. */
  readonly onPass?: (standing: DecidedStates) => void;
}

/** Decides the next states of some boards. @param choice the likeliest tokens when left out */
export async function decideStates(
  near: NearModel,
  boards: NearBoards,
  choice: NearChoice = LIKELIEST,
  { signal, onPass }: NearProgress = {},
): Promise<DecidedStates> {
  const { texts, width, height, form } = boards;
  const [count, cells] = [texts.length, width * height];
  const [dead, alive, end] = near.answerIds;
  const next = new Uint8Array(count * cells);
  texts.forEach((text, b) => next.set(text.subarray(1, 1 + cells), b * cells));
  const margins = new Float32Array(count * (cells + 1));
  const undecided = new Set<number>();
  const drawn: number[][] = texts.map(() => []);
  /** Keeps what is certain of a token; the rest is open. */
  const keep = (board: number, position: number, token: number, lead: number): void => {
    const margin = lead - choice.neededLead(board, position, token);
    if (margin >= NEAR_TIE_MARGIN) margins[board * (cells + 1) + position] = margin;
    else drawn[board]!.push(position);
  };
  await near.sweep(
    boards,
    (board, patch, found) => {
      eachCell(patch, width, (cell, column) => {
        const margin = found[column]!;
        if (margin === 0) undecided.add(cell);
        else {
          next[board * cells + cell] = margin > 0 ? 1 : 0;
          keep(board, cell, margin > 0 ? alive : dead, Math.abs(margin));
        }
      });
    },
    signal,
  );
  const endMargin = near.endMargin(form);
  for (let board = 0; board < count; board++) keep(board, cells, end, endMargin);
  const left = new Set<number>();
  const standing = { next, margins, left };
  if (undecided.size === 0 && drawn.every(({ length }) => length === 0)) {
    return { ...standing, forwardPasses: 1 };
  }
  onPass?.({ ...standing, forwardPasses: 1 });

  const open = { undecided: Int32Array.from(undecided).sort(), drawn };
  for (let forwardPasses = 2; ; forwardPasses++) {
    const before = next.slice();
    await askAgain(near, boards, open, standing, choice, signal);
    const isSettled = next.every((cell, k) => cell === before[k]);
    if (isSettled || left.size === count) return { ...standing, forwardPasses };
    onPass?.({ ...standing, forwardPasses });
  }
}

/** One pass over open tokens with the answer as it stands, which it changes; boards that it can't decide go to `left`. */
export async function askAgain(
  near: NearModel,
  boards: NearBoards,
  { undecided, drawn }: OpenTokens,
  { next, margins, left }: Pick<DecidedStates, 'next' | 'margins'> & { left: Set<number> },
  choice: NearChoice = LIKELIEST,
  signal?: AbortSignal,
): Promise<void> {
  const { texts, width, height } = boards;
  const cells = width * height;
  const [dead, alive, end] = near.answerIds;
  const open = drawn.map((tokens) => [...tokens]);
  const decided = next.slice();
  if (undecided.length > 0) {
    const withAnswers = texts.flatMap((text, b) =>
      layTexts(text.subarray(1, 1 + cells), next.subarray(b * cells, (b + 1) * cells), cells),
    );
    await near.pick(
      { ...boards, texts: withAnswers },
      undecided,
      'all',
      (board, patch, found) => {
        eachCell(patch, width, (cell, column) => {
          const lead = Math.abs(found[column]!);
          const isAlive = found[column]! > 0;
          const margin = lead - choice.neededLead(board, cell, isAlive ? alive : dead);
          if (margin < NEAR_TIE_MARGIN) return open[board]!.push(cell);
          decided[board * cells + cell] = Number(isAlive);
          margins[board * (cells + 1) + cell] = margin;
        });
      },
      signal,
    );
  }
  for (const [board, positions] of open.entries()) {
    if (positions.length * OPEN_SHARE > cells + 1) left.add(board);
    if (positions.length === 0 || left.has(board)) continue;
    const own = next.subarray(board * cells, (board + 1) * cells);
    const logits = await near.decide(takeBoards(boards, board, board + 1), own, positions, signal);
    const vocabulary = logits.length / positions.length;
    for (const [i, position] of positions.entries()) {
      const ofToken = logits.subarray(i * vocabulary, (i + 1) * vocabulary);
      const { token, margin } = choice.choose(board, position, ofToken);
      const isRight = position === cells ? token === end : token === dead || token === alive;
      if (!isRight || margin < NEAR_TIE_MARGIN) left.add(board);
      else if (position < cells) decided[board * cells + position] = token === alive ? 1 : 0;
      margins[board * (cells + 1) + position] = margin;
    }
  }
  for (const board of left) {
    const own = next.subarray(board * cells, (board + 1) * cells);
    decided.set(own, board * cells);
  }
  next.set(decided);
}

/** Those of several boards from one to another. */
export function takeBoards(boards: NearBoards, from: number, to: number): NearBoards {
  const bits = FORM_BITS[boards.form];
  const rules = boards.rules.subarray(from * bits, to * bits);
  return { ...boards, texts: boards.texts.slice(from, to), rules };
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
