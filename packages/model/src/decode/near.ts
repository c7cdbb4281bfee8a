import { FORM_BITS } from '@lifegpt/core';
import { decideStates } from '../network/near-states.js';
import type { NearBoards } from '../network/near-pass.js';
import { chooseBest } from './choose.js';
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
 * and the tokens are those of the dense network. What has no plan (a model in a line, a rule that is asked for, a sample)
 * is iterated as Jacobi does.
 *
 * Margins are how certain a token is at least: what the plan leaves out, and in a first pass whatever the answer's earlier
 * tokens may add, is taken off.
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
  for (let first = 0; first < count; first += most) {
    const part = takeBoards(boards, first, Math.min(count, first + most));
    const decided = await decideStates(near, part, request.signal);
    if (decided === null) return decodeJacobi(model, request);
    const { next, margins, forwardPasses } = decided;
    for (let b = 0; b < part.texts.length; b++) {
      const at = (first + b) * answerTokens;
      for (let k = 0; k < cells; k++)
        whole.tokens[at + k] = cellTokens[next[b * cells + k] as 0 | 1];
      whole.tokens.set(endTokens, at + cells);
    }
    whole.margins.set(margins, first * answerTokens);
    for (const margin of margins) if (margin < whole.minMargin) whole.minMargin = margin;
    whole.forwardPasses = Math.max(whole.forwardPasses, forwardPasses);
    request.onPass?.({
      forwardPasses,
      firstBoard: first,
      answers: whole.tokens.subarray(
        first * answerTokens,
        (first + part.texts.length) * answerTokens,
      ),
      decided: answerTokens,
      total: answerTokens,
    });
  }
  return whole;
};

/** Near decoding among the others. */
export const NEAR: Strategy = {
  decode: decodeNear,
  title: 'Near',
  summary: 'by a plan of what cells read',
  needsPlan: true,
  isGuessing: true,
};

/** Cells of all boards together that go through a pass. */
const CELLS_A_PASS = 1 << 13;

/** The boards of a request whose likeliest next states are asked for behind headers of one topology; null of any other. */
function readBoards(request: DecodeRequest): NearBoards | null {
  const { layout, prompts } = request;
  const { width, height, form, firstCell, promptTokens, cellTokens } = layout;
  const bits = FORM_BITS[form];
  const isPlain = layout.task === 'next-state' && chooserOf(request) === chooseBest;
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

function takeBoards(boards: NearBoards, from: number, to: number): NearBoards {
  const bits = FORM_BITS[boards.form];
  const rules = boards.rules.subarray(from * bits, to * bits);
  return { ...boards, texts: boards.texts.slice(from, to), rules };
}
