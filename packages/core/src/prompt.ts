/**
 * The text of LifeGPT, as in the paper (Berkovich and Buehler 2024, arXiv 2409.12182):
 *
 *     @PredictNextState<0101...> [1010...]$
 *     `------ prompt ---------´ `answer ´
 *
 * with a header before the state (`header.ts`) for models that read one.
 */

import { createGrid, formatCells, parseCells, type Grid } from './grid.js';
import {
  DEFAULT_HEADER,
  encodeHeader,
  FORM_BITS,
  formOfRule,
  HEADER_END,
  HEADER_MARKERS,
  HEADER_START,
  readsHeaders,
  type PromptHeader,
  type RuleForm,
} from './header.js';
import { InputError } from './input-error.js';
import { formatBoundedRule, parseRule, type Rule } from './rule.js';
import type { TextParts } from './text-layout.js';
import type { Tokenizer } from './tokenizer.js';
import type { BoundedGrid } from './topology.js';

/** Opens the prompt: the task and the bracket before the state. */
export const PROMPT_START = '@PredictNextState<';
/** Closes the state and opens the answer. */
export const ANSWER_START = '> [';
/** Closes the answer. */
export const ANSWER_END = ']$';

/**
 * The text that asks for the state after `grid`.
 * @param header for models that read one
 */
export function formatPrompt(grid: Grid, header?: PromptHeader): string {
  if (header === undefined) return PROMPT_START + formatCells(grid) + ANSWER_START;
  const { width, height } = grid;
  const rule = formatBoundedRule(header.rule, { topology: header.topology, width, height });
  return HEADER_START + rule + HEADER_END + formatCells(grid) + ANSWER_START;
}

/**
 * Reads the state out of a prompt.
 * @throws InputError when the text is not a prompt of `width * height` cells.
 */
export function parsePrompt(text: string, width: number, height: number): Grid {
  if (!text.startsWith(PROMPT_START) || !text.endsWith(ANSWER_START)) {
    throw new InputError(
      `a prompt reads ${PROMPT_START}0101…${ANSWER_START}, not '${text.slice(0, 24)}…${text.slice(-8)}'`,
    );
  }
  return parseCells(text.slice(PROMPT_START.length, -ANSWER_START.length), width, height);
}

/**
 * Reads a prompt with a header.
 * @throws InputError when the text is no such prompt, or has other cells than its header says.
 */
export function parseHeaderPrompt(text: string): {
  readonly rule: Rule;
  readonly bounds: BoundedGrid;
  readonly grid: Grid;
} {
  const end = text.indexOf(HEADER_END);
  if (!text.startsWith(HEADER_START) || !text.endsWith(ANSWER_START) || end < 0) {
    throw new InputError(
      `a prompt with a header reads ${HEADER_START}B3/S23:T32,32${HEADER_END}0101…${ANSWER_START}, ` +
        `not '${text.slice(0, 24)}…${text.slice(-8)}'`,
    );
  }
  const header = text.slice(HEADER_START.length, end);
  const { rule, bounds } = parseRule(header);
  if (bounds === null) {
    throw new InputError(
      `the header {${header}} does not say which board it is; write e.g. {${header}:T32,32}`,
    );
  }
  const cells = text.slice(end + HEADER_END.length, -ANSWER_START.length);
  const { width, height } = bounds;
  if (cells.length !== width * height) {
    throw new InputError(
      `the header {${header}} is of a board of ${width} x ${height} = ${width * height} cells, ` +
        `but ${cells.length} cells follow it; correct one of them`,
    );
  }
  return { rule, bounds, grid: parseCells(cells, width, height) };
}

/** How a board's text falls into tokens: `[head | cells | middle | answer cells | end]`. */
export interface PromptLayout extends TextParts {
  readonly task: 'next-state';
  /** Whether the text begins with a header; then each board has its own head. */
  readonly hasHeader: boolean;
  /** Tokens before the first cell; the same for all boards, unless they have headers. */
  readonly headTokens: Int32Array;
  readonly middleTokens: Int32Array;
}

/**
 * Lays out boards of one size for a tokenizer.
 * @param form of the rules in their headers
 */
export function layoutPrompt(
  tokenizer: Tokenizer,
  width: number,
  height: number,
  form: RuleForm = 'counts',
): PromptLayout {
  const cells = createGrid(width, height).cells.length;
  const hasHeader = readsHeaders(tokenizer);
  const headTokens = hasHeader
    ? new Int32Array(HEADER_MARKERS + FORM_BITS[form])
    : tokenizer.encode(PROMPT_START);
  const middleTokens = tokenizer.encode(ANSWER_START);
  const endTokens = tokenizer.encode(ANSWER_END);
  const promptTokens = headTokens.length + cells + middleTokens.length;
  const answerTokens = cells + endTokens.length;
  return {
    task: 'next-state',
    width,
    height,
    tokenizer,
    form,
    promptTokens,
    firstCell: headTokens.length,
    answerTokens,
    inputTokens: promptTokens + answerTokens - 1,
    hasHeader,
    headTokens,
    middleTokens,
    endTokens,
    cellTokens: [tokenizer.idOf('0'), tokenizer.idOf('1')],
  };
}

/**
 * Token ids of boards' prompts, `[boards, promptTokens]`.
 * @param headers one a board, for models that read them; B3/S23 on a torus where there is none
 */
export function encodePrompts(
  layout: PromptLayout,
  states: Uint8Array,
  headers?: readonly PromptHeader[],
): Int32Array {
  const cells = layout.width * layout.height;
  const boards = states.length / cells;
  const tokens = new Int32Array(boards * layout.promptTokens);
  for (let board = 0; board < boards; board++) {
    const at = board * layout.promptTokens;
    writePrompt(layout, states, board * cells, tokens, at);
    writeHeader(layout, headers?.[board], tokens, at);
  }
  return tokens;
}

/**
 * Token ids of whole examples: what the model reads (`inputs`, `[boards, inputTokens]`) and what
 * it should write at the answer's positions (`targets`, `[boards, answerTokens]`).
 * @param headers as in `encodePrompts`
 */
export function encodeExamples(
  layout: PromptLayout,
  states: Uint8Array,
  nextStates: Uint8Array,
  headers?: readonly PromptHeader[],
): { inputs: Int32Array; targets: Int32Array } {
  const cells = layout.width * layout.height;
  const boards = states.length / cells;
  const { inputTokens, answerTokens, promptTokens } = layout;
  const inputs = new Int32Array(boards * inputTokens);
  const targets = encodeAnswers(layout, nextStates);
  for (let board = 0; board < boards; board++) {
    writePrompt(layout, states, board * cells, inputs, board * inputTokens);
    writeHeader(layout, headers?.[board], inputs, board * inputTokens);
    const from = board * answerTokens;
    const known = targets.subarray(from, from + answerTokens - 1);
    inputs.set(known, board * inputTokens + promptTokens);
  }
  return { inputs, targets };
}

/** Token ids of the answers that give these states, `[boards, answerTokens]`. */
export function encodeAnswers(layout: PromptLayout, states: Uint8Array): Int32Array {
  const { width, height, answerTokens, cellTokens, endTokens } = layout;
  const cells = width * height;
  const boards = states.length / cells;
  const tokens = new Int32Array(boards * answerTokens);
  for (let board = 0; board < boards; board++) {
    const answer = tokens.subarray(board * answerTokens, (board + 1) * answerTokens);
    for (let k = 0; k < cells; k++) answer[k] = cellTokens[states[board * cells + k]! as 0 | 1];
    answer.set(endTokens, cells);
  }
  return tokens;
}

function writePrompt(
  layout: PromptLayout,
  states: Uint8Array,
  from: number,
  tokens: Int32Array,
  at: number,
): void {
  const { headTokens, middleTokens, firstCell, cellTokens, width, height } = layout;
  tokens.set(headTokens, at);
  for (let k = 0; k < width * height; k++) {
    tokens[at + firstCell + k] = cellTokens[states[from + k]! as 0 | 1];
  }
  tokens.set(middleTokens, at + firstCell + width * height);
}

/** @throws Error when a rule has another form than the layout: the caller mixed them. */
function writeHeader(
  { hasHeader, tokenizer, form }: PromptLayout,
  header: PromptHeader = DEFAULT_HEADER,
  tokens: Int32Array,
  at: number,
): void {
  if (!hasHeader) return;
  if (formOfRule(header.rule) !== form) {
    throw new Error(
      `a text laid out for a rule of ${FORM_BITS[form]} bits got another; lay it out by its form`,
    );
  }
  tokens.set(encodeHeader(tokenizer, header), at);
}
