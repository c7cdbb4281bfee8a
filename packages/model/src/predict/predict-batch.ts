/** One step of boards of one size in one go. */

import {
  createGrid,
  DEFAULT_HEADER,
  encodePrompts,
  formOfRule,
  layoutPrompt,
  type Grid,
  type PromptHeader,
  type PromptLayout,
} from '@lifegpt/core';
import {
  chooseBest,
  type ChosenTokens,
  type LogitRows,
  type NeededLead,
  type TokenChooser,
} from '../decode/choose.js';
import type { Decoder, DecodePass, DecodeRequest, DecodeResult } from '../decode/decoder.js';
import type { LanguageModel } from '../network/language-model.js';

/** How a batch is decoded. */
export interface BatchOptions {
  /** Rule and topology of each board; B3/S23 on a torus when left out. */
  readonly headers?: readonly PromptHeader[];
  readonly decode: Decoder;
  /** How tokens are chosen; the most likely ones when left out. */
  readonly choose?: TokenChooser | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What becomes of near-ties, as in `DecodeRequest`. @default 'decide' */
  readonly nearTies?: DecodeRequest['nearTies'];
  /** Called after each pass over boards that go together; passes count anew with each such group. */
  readonly onPass?: (pass: Pick<DecodePass, 'forwardPasses'>) => void;
}

/** What became of one board. */
export interface BoardAnswer {
  readonly grid: Grid;
  /** Answer tokens that are no cell, or a missing end marker. */
  readonly malformedTokens: number;
  /** Margins of the answer's tokens over their second choice, in logits; the first ones are the cells'. */
  readonly margins: Float32Array;
}

/** The answers for a batch, and what they cost. */
export interface BatchPrediction {
  readonly answers: readonly BoardAnswer[];
  readonly forwardPasses: number;
  readonly minMargin: number;
  /** Share of a draft's tokens that stand in the answers; null without a draft. */
  readonly acceptance: number | null;
}

/**
 * Predicts the next states of boards of one size. Whether the model was trained for them is the
 * caller's question (`checkTrainedFor`).
 */
export async function predictBatch(
  model: LanguageModel,
  boards: readonly Grid[],
  options: BatchOptions,
): Promise<BatchPrediction> {
  const { width, height } = boards[0]!;
  const states = new Uint8Array(boards.length * width * height);
  boards.forEach(({ cells }, b) => states.set(cells, b * width * height));
  const decoded = await decodeBoards(model, { width, height, states }, options);
  const { tokens, margins, forwardPasses, minMargin, acceptance = null } = decoded;
  const layout = layoutPrompt(model.tokenizer, width, height);
  const size = layout.answerTokens;
  const answers = boards.map((_, b) => ({
    ...readAnswer(layout, tokens.subarray(b * size, (b + 1) * size)),
    margins: margins.subarray(b * size, (b + 1) * size),
  }));
  return { answers, forwardPasses, minMargin, acceptance };
}

/** States of one size, one after the other. */
export interface BoardStates {
  readonly width: number;
  readonly height: number;
  /** `[boards, height * width]` */
  readonly states: Uint8Array;
}

/**
 * Decodes the answers for boards of one size. Boards of one topology whose rules have one form go together, since where a
 * model looks is the same for all of them.
 */
export async function decodeBoards(
  model: LanguageModel,
  { width, height, states }: BoardStates,
  { headers, decode, choose, signal, nearTies, onPass }: BatchOptions,
): Promise<DecodeResult> {
  const cells = width * height;
  const boards = states.length / cells;
  const size = layoutPrompt(model.tokenizer, width, height).answerTokens;
  const whole = {
    tokens: new Int32Array(boards * size),
    margins: new Float32Array(boards * size),
    forwardPasses: 0,
    minMargin: Infinity,
  };
  let acceptance: number | undefined;
  for (const group of groupByHeader(boards, headers)) {
    const own = new Uint8Array(group.length * cells);
    group.forEach((b, i) => own.set(states.subarray(b * cells, (b + 1) * cells), i * cells));
    const header = headers?.[group[0]!] ?? DEFAULT_HEADER;
    const layout = layoutPrompt(model.tokenizer, width, height, formOfRule(header.rule));
    const result = await decode(model, {
      layout,
      prompts: encodePrompts(layout, own, headers && group.map((b) => headers[b]!)),
      ...(choose === undefined ? {} : { choose: chooseFor(group, choose) }),
      ...(signal === undefined ? {} : { signal }),
      ...(nearTies === undefined ? {} : { nearTies }),
      ...(onPass === undefined ? {} : { onPass }),
    });
    group.forEach((b, i) => {
      whole.tokens.set(result.tokens.subarray(i * size, (i + 1) * size), b * size);
      whole.margins.set(result.margins.subarray(i * size, (i + 1) * size), b * size);
    });
    whole.forwardPasses = Math.max(whole.forwardPasses, result.forwardPasses);
    whole.minMargin = Math.min(whole.minMargin, result.minMargin);
    if (result.acceptance !== undefined) {
      acceptance = (acceptance ?? 0) + (result.acceptance * group.length) / boards;
    }
  }
  return { ...whole, ...(acceptance === undefined ? {} : { acceptance }) };
}

/** The numbers of boards that may go together. */
function groupByHeader(boards: number, headers: readonly PromptHeader[] | undefined): number[][] {
  const groups = new Map<string, number[]>();
  for (let b = 0; b < boards; b++) {
    const { rule, topology } = headers?.[b] ?? DEFAULT_HEADER;
    const key = `${formOfRule(rule)} ${JSON.stringify(topology)}`;
    groups.set(key, [...(groups.get(key) ?? []), b]);
  }
  return [...groups.values()];
}

/** A chooser for some of the boards: each chooses as if all were there, since noise depends on a board's number. */
function chooseFor(group: readonly number[], choose: TokenChooser): TokenChooser {
  const isWhole = group.every((b, i) => b === i);
  if (isWhole || choose === chooseBest) return choose;
  const chooseOwn = (rows: LogitRows): ChosenTokens => {
    const { logits, vocabulary, boards, firstBoard } = rows;
    const rowsABoard = logits.length / vocabulary / boards;
    const tokens = new Int32Array(boards * rowsABoard);
    const margins = new Float32Array(boards * rowsABoard);
    let minMargin = Infinity;
    for (let b = 0; b < boards; b++) {
      const from = b * rowsABoard;
      const own = logits.subarray(from * vocabulary, (from + rowsABoard) * vocabulary);
      const board = group[firstBoard + b]!;
      const chosen = choose({ ...rows, logits: own, boards: 1, firstBoard: board });
      tokens.set(chosen.tokens, from);
      margins.set(chosen.margins, from);
      minMargin = Math.min(minMargin, chosen.minMargin);
    }
    return { tokens, margins, minMargin };
  };
  const { neededLead } = choose;
  if (neededLead === undefined) return chooseOwn;
  const leadOfOwn: NeededLead = (board, ...place) => neededLead(group[board]!, ...place);
  return Object.assign(chooseOwn, { neededLead: leadOfOwn });
}

/** Reads one answer's tokens as a grid; a token that is no cell counts as dead and as malformed. */
export function readAnswer(
  layout: PromptLayout,
  tokens: Int32Array,
): { grid: Grid; malformedTokens: number } {
  const { width, height, cellTokens, endTokens } = layout;
  const grid = createGrid(width, height);
  let malformedTokens = 0;
  tokens.forEach((token, k) => {
    if (k < grid.cells.length) {
      if (token === cellTokens[1]) grid.cells[k] = 1;
      else if (token !== cellTokens[0]) malformedTokens++;
    } else if (token !== endTokens[k - grid.cells.length]) malformedTokens++;
  });
  return { grid, malformedTokens };
}
