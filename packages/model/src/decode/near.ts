import { FORM_BITS } from '@lifegpt/core';
import {
  decideStates,
  LIKELIEST,
  takeBoards,
  type DecidedStates,
  type NearChoice,
} from '../network/near-states.js';
import type { NearBoards } from '../network/near-pass.js';
import { chooseBest, type TokenChooser } from './choose.js';
import {
  chooserOf,
  countBoards,
  type Decoder,
  type DecodeRequest,
  type Strategy,
} from './decoder.js';
import { decodeJacobi } from './jacobi.js';

/**
 * Next states by the plan of what each class of cells reads (`network/near-states.ts`): a token costs the same on every board,
 * and the tokens are those of the dense network. What has no plan (a model in a line, a rule that is asked for)
 * is iterated as Jacobi does.
 *
 * Margins are how certain a token is at least: what the plan leaves out, and in a first pass whatever the answer's earlier
 * tokens may add, is taken off, and of a sample's by how much its noise could lift another token.
 */
export const decodeNear: Decoder = async (model, request) => {
  const { near } = model;
  const boards = readBoards(request);
  if (near === undefined || boards === null) return decodeJacobi(model, request);
  const { answerTokens, cellTokens, endTokens } = request.layout;
  const count = boards.texts.length;
  const cells = boards.width * boards.height;
  const most = Math.max(1, Math.floor(CELLS_A_PASS / cells));
  const whole = {
    tokens: new Int32Array(count * answerTokens),
    margins: new Float32Array(count * answerTokens),
    forwardPasses: 0,
    minMargin: Infinity,
  };
  /** Boards that the plan does not decide. */
  const left: number[] = [];
  for (let first = 0; first < count; first += most) {
    const part = takeBoards(boards, first, Math.min(count, first + most));
    const size = part.texts.length * answerTokens;
    const answers = whole.tokens.subarray(first * answerTokens, first * answerTokens + size);
    /** Writes the answers as they stand, and says so. */
    const tell = ({ next, forwardPasses }: DecidedStates, decided = forwardPasses): void => {
      for (let b = 0; b < part.texts.length; b++) {
        const at = b * answerTokens;
        for (let k = 0; k < cells; k++) answers[at + k] = cellTokens[next[b * cells + k] as 0 | 1];
        answers.set(endTokens, at + cells);
      }
      request.onPass?.({ forwardPasses, firstBoard: first, answers, decided, total: answerTokens });
    };
    const choice = choiceFrom(chooserOf(request), first, model.config.vocab_size);
    const { signal } = request;
    const decided = await decideStates(near, part, choice, { signal, onPass: tell });
    tell(decided, answerTokens);
    for (const board of decided.left) left.push(first + board);
    whole.margins.set(decided.margins, first * answerTokens);
    whole.forwardPasses = Math.max(whole.forwardPasses, decided.forwardPasses);
  }
  if (request.nearTies === 'leave') {
    for (const board of left) {
      whole.margins.fill(0, board * answerTokens, (board + 1) * answerTokens);
    }
  } else if (left.length === count) {
    return decodeJacobi(model, request);
  } else {
    for (const board of left) {
      const dense = await decodeJacobi(model, takeOne(request, board));
      whole.tokens.set(dense.tokens, board * answerTokens);
      whole.margins.set(dense.margins, board * answerTokens);
      whole.forwardPasses = Math.max(whole.forwardPasses, dense.forwardPasses);
    }
  }
  for (const margin of whole.margins) whole.minMargin = Math.min(whole.minMargin, margin);
  return whole;
};

/** What is asked of one board, which chooses as among all. */
function takeOne(request: DecodeRequest, board: number): DecodeRequest {
  const { layout, prompts, onPass } = request;
  const { promptTokens } = layout;
  const choose = chooserOf(request);
  return {
    ...request,
    prompts: prompts.subarray(board * promptTokens, (board + 1) * promptTokens),
    choose: (rows) => choose({ ...rows, firstBoard: board }),
    ...(onPass && { onPass: (pass) => onPass({ ...pass, firstBoard: board }) }),
  };
}

/** Near decoding among the others. */
export const NEAR: Strategy = {
  decode: decodeNear,
  title: 'Near',
  summary: 'by a plan of what cells read',
  needsPlan: true,
  isGuessing: true,
};

/** How boards from a certain one on choose their tokens. */
function choiceFrom(choose: TokenChooser, firstBoard: number, vocabulary: number): NearChoice {
  if (choose === chooseBest) return LIKELIEST;
  return {
    neededLead: (board, position, token) =>
      choose.neededLead!(firstBoard + board, position, token, vocabulary),
    choose(board, position, logits) {
      const place = { boards: 1, firstBoard: firstBoard + board, firstPosition: position };
      const { tokens, minMargin } = choose({ logits, vocabulary, ...place });
      return { token: tokens[0]!, margin: minMargin };
    },
  };
}

/** Cells of all boards together that go through a pass. */
const CELLS_A_PASS = 1 << 13;

/** The boards of a request for next states, in which a lead of logits decides, behind headers of one topology; null of any other. */
function readBoards(request: DecodeRequest): NearBoards | null {
  const { layout, prompts } = request;
  const { width, height, form, firstCell, promptTokens, cellTokens } = layout;
  const bits = FORM_BITS[form];
  const isPlain = layout.task === 'next-state' && chooserOf(request).neededLead !== undefined;
  // the first marker, the topology, the rule's bits, the marker behind them
  if (!isPlain || firstCell !== bits + 3 || layout.endTokens.length !== 1) return null;
  const count = countBoards(request);
  const cells = width * height;
  const texts: Uint8Array[] = [];
  const rules = new Uint8Array(count * bits);
  const [dead, alive] = cellTokens;
  const markerIds = [prompts[1]!, prompts[firstCell - 1]!];
  let isWellFormed = true;
  const read = (to: Uint8Array, at: number, from: number, size: number): void => {
    for (let i = 0; i < size; i++) {
      const token = prompts[from + i]!;
      if (token === alive) to[at + i] = 1;
      else if (token !== dead) isWellFormed = false;
    }
  };
  for (let b = 0; b < count; b++) {
    const from = b * promptTokens;
    read(rules, b * bits, from + 2, bits);
    const text = new Uint8Array(1 + cells);
    read(text, 1, from + firstCell, cells);
    texts.push(text);
    isWellFormed &&= prompts[from + 1] === markerIds[0];
  }
  return isWellFormed ? { width, height, form, markerIds, texts, rules } : null;
}
