/**
 * OpenAI's `POST /v1/completions`: a prompt in, the answer's text out, whole or as a stream. The text
 * does not say how wide a board is: boards are squares, unless a `width` is given. What would
 * ask for something that the models do not do is refused, not ignored.
 */

import {
  ANSWER_START,
  InputError,
  formOfRule,
  layoutPrompt,
  parseHeaderPrompt,
  parsePrompt,
  PROMPT_START,
  readsHeaders,
  type Grid,
} from '@lifegpt/core';
import { defaultHeader } from '@lifegpt/model';
import { randomUUID } from 'node:crypto';
import type { Asker } from './admission.js';
import { checkCost } from './request-cost.js';
import {
  findModel,
  predictNext,
  readSampling,
  SAMPLING_SCHEMA,
  type SamplingRequest,
  type ServedAnswer,
  type ServedModel,
  type StateQuestion,
  type Service,
} from './service.js';

/** The body of a request. */
export interface CompletionRequest extends SamplingRequest {
  readonly model?: string;
  readonly prompt: string | readonly string[];
  /** Tokens of the answer; all of them when left out. */
  readonly max_tokens?: number | null;
  readonly stop?: string | readonly string[] | null;
  readonly echo?: boolean | null;
  readonly stream?: boolean | null;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
  /** Columns of boards that are no squares. */
  readonly width?: number;
}

/** Prompts of one request. */
const MOST_PROMPTS = 16;
const text = { type: 'string', maxLength: 16_384 } as const;
/** Fields that OpenAI's clients may send, with the only values that mean what is done here. */
const ONLY_DEFAULTS = {
  n: { enum: [1, null] },
  best_of: { enum: [1, null] },
  top_p: { enum: [1, null] },
  logprobs: { enum: [null] },
  suffix: { enum: ['', null] },
  frequency_penalty: { enum: [0, null] },
  presence_penalty: { enum: [0, null] },
} as const;

/** The JSON schema of `CompletionRequest`. */
export const COMPLETION_SCHEMA = {
  type: 'object',
  required: ['prompt'],
  additionalProperties: false,
  properties: {
    ...ONLY_DEFAULTS,
    ...SAMPLING_SCHEMA,
    model: { type: 'string', maxLength: 256 },
    prompt: {
      anyOf: [text, { type: 'array', minItems: 1, maxItems: MOST_PROMPTS, items: text }],
    },
    max_tokens: { type: ['integer', 'null'], minimum: 1 },
    stop: {
      anyOf: [
        { type: 'null' },
        { ...text, minLength: 1 },
        { type: 'array', minItems: 1, maxItems: 4, items: { ...text, minLength: 1 } },
      ],
    },
    echo: { type: ['boolean', 'null'] },
    stream: { type: ['boolean', 'null'] },
    stream_options: {
      type: ['object', 'null'],
      additionalProperties: false,
      properties: { include_usage: { type: 'boolean' } },
    },
    user: { type: 'string', maxLength: 256 },
    width: { type: 'integer', minimum: 1, maximum: 1024 },
  },
} as const;

/** One prompt's answer. */
interface Choice {
  /** The text in the pieces that a stream sends. */
  readonly pieces: readonly string[];
  readonly index: number;
  readonly finishReason: 'stop' | 'length';
}

/** What a request came to. */
export interface Completion {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly choices: readonly Choice[];
  readonly usage: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly total_tokens: number;
  };
}

/** Completes the prompts of a request. @throws InputError at a prompt that is none */
export async function complete(
  service: Service,
  request: CompletionRequest,
  asker: Asker,
): Promise<Completion> {
  const model = findModel(service, request.model);
  const prompts = typeof request.prompt === 'string' ? [request.prompt] : request.prompt;
  // first of all: to be refused has to be cheap
  const leave = service.admission.enter(prompts.length, asker);
  try {
    const questions = prompts.map((prompt) => readQuestion(model, prompt, request.width));
    for (const { grid } of questions) checkCost(grid, questions.length);
    const answers = await Promise.all(
      questions.map((question, i) => {
        const sampling = readSampling(request, i + 1);
        return predictNext(service, { model, ...question, sampling }, asker);
      }),
    );
    const choices = answers.map((answer, i) => writeChoice(model, answer, request, prompts[i]!, i));
    const sum = (counts: readonly number[]): number => counts.reduce((all, n) => all + n, 0);
    const promptTokens = sum(
      questions.map(({ grid: { width, height }, rule }) => {
        return layoutPrompt(model.tokenizer, width, height, formOfRule(rule)).promptTokens;
      }),
    );
    const completionTokens = sum(answers.map(({ tokens }) => countTaken(tokens, request)));
    return {
      id: `cmpl-${randomUUID()}`,
      created: Math.floor(Date.now() / 1000),
      model: model.name,
      choices,
      usage: {
        prompt_tokens: promptTokens,
        completion_tokens: completionTokens,
        total_tokens: promptTokens + completionTokens,
      },
    };
  } finally {
    leave();
  }
}

/** The response of a request that wants it whole. */
export function formatCompletion({ id, created, model, choices, usage }: Completion): object {
  return {
    id,
    object: 'text_completion',
    created,
    model,
    choices: choices.map(({ pieces, index, finishReason }) => ({
      text: pieces.join(''),
      index,
      logprobs: null,
      finish_reason: finishReason,
    })),
    usage,
  };
}

/**
 * The server-sent events of a request that wants a stream, a row of the board each. Jacobi decides all
 * of an answer in its last pass, so the first row is not there before the last one.
 */
export function* streamCompletion(
  { id, created, model, choices, usage }: Completion,
  includeUsage: boolean,
): Generator<string> {
  const event = (own: object): string => {
    const chunk = { id, object: 'text_completion', created, model, ...own };
    return `data: ${JSON.stringify(chunk)}\n\n`;
  };
  const none = includeUsage ? { usage: null } : {};
  for (const { pieces, index, finishReason } of choices) {
    for (const [i, piece] of pieces.entries()) {
      const reason = i === pieces.length - 1 ? finishReason : null;
      const choice = { text: piece, index, logprobs: null, finish_reason: reason };
      yield event({ choices: [choice], ...none });
    }
  }
  if (includeUsage) yield event({ choices: [], usage });
  yield 'data: [DONE]\n\n';
}

/**
 * The board of a prompt, and what it is to be stepped with: as its header says, where it has one and the model reads it,
 * and else as the model was trained for.
 */
function readQuestion(
  { tokenizer, config }: ServedModel,
  prompt: string,
  width: number | undefined,
): Pick<StateQuestion, 'grid' | 'rule' | 'topology'> {
  if (!readsHeaders(tokenizer) || prompt.startsWith(PROMPT_START)) {
    return { grid: readPrompt(prompt, width), ...defaultHeader(config.trained_for) };
  }
  const { grid, rule, bounds } = parseHeaderPrompt(prompt);
  if (width !== undefined && width !== grid.width) {
    throw new InputError(
      `"width" is ${width}, but the prompt's header says ${grid.width}; leave it out`,
    );
  }
  return { grid, rule, topology: bounds.topology };
}

/** The board of a prompt without a header; a square unless a width is given. */
function readPrompt(prompt: string, asked: number | undefined): Grid {
  const cells = prompt.length - PROMPT_START.length - ANSWER_START.length;
  const width = asked ?? Math.sqrt(cells);
  if (cells > 0 && !Number.isInteger(cells / width)) {
    throw new InputError(
      `the prompt has ${cells} cells, which ${asked === undefined ? 'make no square' : `do not make rows of ${width}`}; ` +
        `give the number of columns as "width"`,
    );
  }
  // a text that is too short is no prompt either, which parsePrompt tells
  return cells > 0 ? parsePrompt(prompt, width, cells / width) : parsePrompt(prompt, 1, 1);
}

const countTaken = (tokens: Int32Array, { max_tokens: most }: CompletionRequest): number =>
  Math.min(tokens.length, most ?? Infinity);

/** Cuts an answer where the request says, and into the rows of a stream. */
function writeChoice(
  { tokenizer }: ServedModel,
  { tokens, grid }: ServedAnswer,
  request: CompletionRequest,
  prompt: string,
  index: number,
): Choice {
  const taken = tokens.subarray(0, countTaken(tokens, request));
  const whole = tokenizer.decode(taken);
  const stops = typeof request.stop === 'string' ? [request.stop] : (request.stop ?? []);
  const ends = stops.map((stop) => whole.indexOf(stop)).filter((at) => at >= 0);
  const answer = whole.slice(0, Math.min(whole.length, ...ends));
  const pieces = [...(request.echo === true ? [prompt] : []), ...splitRows(answer, grid.width)];
  const isCut = taken.length < tokens.length && ends.length === 0;
  return { pieces, index, finishReason: isCut ? 'length' : 'stop' };
}

/** A text in pieces of a row; an empty text is one empty piece. */
function splitRows(answer: string, width: number): string[] {
  const rows = Math.max(1, Math.ceil(answer.length / width));
  return Array.from({ length: rows }, (_, row) => answer.slice(row * width, (row + 1) * width));
}
