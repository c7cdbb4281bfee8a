/**
 * OpenAI's `POST /v1/completions`: a prompt in, the answer's text out, whole or as a stream. The text
 * does not say how wide a board is: boards are squares, unless a `width` is given. Behind a
 * prompt the first part of an answer may stand, which the model goes on from.
 */

import {
  ANSWER_START,
  encodePrompts,
  formOfRule,
  InputError,
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
import {
  readPrompts,
  readStops,
  refuseUnmeant,
  type CompletionRequest,
} from './completion-request.js';
import { RequestFailure } from './failure.js';
import {
  joinLogProbs,
  listOffsets,
  writeLogProbs,
  type LogProbs,
  type ScoredTokens,
} from './log-probs.js';
import { checkCost } from './request-cost.js';
import {
  findModel,
  predictNext,
  readSampling,
  type ServedAnswer,
  type ServedModel,
  type Service,
  type StateQuestion,
} from './service.js';

/** A part of a choice that a stream sends in one go. */
interface Piece {
  readonly text: string;
  readonly logProbs: LogProbs | null;
}

/** One prompt's answer. */
interface Choice {
  /** The text in the pieces that a stream sends. */
  readonly pieces: readonly Piece[];
  readonly index: number;
  readonly finishReason: 'stop' | 'length';
  /** Tokens that it has of the answer. */
  readonly tokens: number;
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

/** Completes the prompts of a request. @throws InputError or RequestFailure at a prompt that is none */
export async function complete(
  service: Service,
  request: CompletionRequest,
  asker: Asker,
): Promise<Completion> {
  const model = findModel(service, request.model);
  refuseUnmeant(request);
  const prompts = readPrompts(request.prompt, model.tokenizer);
  const stops = readStops(request.stop);
  // first of all: to be refused has to be cheap
  const leave = service.admission.enter(prompts.length, asker);
  try {
    const questions = prompts.map((prompt, i) =>
      naming(prompts.length > 1 ? `prompt[${i}]: ` : '', () =>
        readQuestion(model, prompt, request.width),
      ),
    );
    for (const { grid } of questions) checkCost(grid, questions.length);
    const wantsLogProbs = request.logprobs != null;
    const answers = await Promise.all(
      questions.map((question, i) => {
        const sampling = readSampling(request, i + 1);
        const rest = questions.length - 1 - i;
        return predictNext(service, { model, ...question, sampling, wantsLogProbs, rest }, asker);
      }),
    );
    const choices = answers.map((answer, i) => {
      const asked = { prompt: prompts[i]!, question: questions[i]!, stops };
      return writeChoice(model, request, asked, answer, i);
    });
    const sum = (counts: readonly number[]): number => counts.reduce((all, n) => all + n, 0);
    const promptTokens = sum(
      questions.map((question) => layoutOf(model, question).promptTokens + question.given.length),
    );
    const completionTokens = sum(choices.map(({ tokens }) => tokens));
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

/** Tells which prompt an InputError is about. */
function naming<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new RequestFailure(400, 'bad_input', `${place}${error.message}`, null, 'prompt');
  }
}

const layoutOf = ({ tokenizer }: Reader, { grid, rule }: PromptQuestion) =>
  layoutPrompt(tokenizer, grid.width, grid.height, formOfRule(rule));

/** The response of a request that wants it whole. */
export function formatCompletion({ id, created, model, choices, usage }: Completion): object {
  return {
    id,
    object: 'text_completion',
    created,
    model,
    choices: choices.map(({ pieces, index, finishReason }) => ({
      text: pieces.map(({ text }) => text).join(''),
      index,
      logprobs: joinLogProbs(pieces.map(({ logProbs }) => logProbs)),
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
    for (const [i, { text, logProbs }] of pieces.entries()) {
      const reason = i === pieces.length - 1 ? finishReason : null;
      const choice = { text, index, logprobs: logProbs, finish_reason: reason };
      yield event({ choices: [choice], ...none });
    }
  }
  if (includeUsage) yield event({ choices: [], usage });
  yield 'data: [DONE]\n\n';
}

/** A prompt, read. */
export type PromptQuestion = Pick<StateQuestion, 'grid' | 'rule' | 'topology'> & {
  readonly given: Int32Array;
};

/** What of a model reads a prompt. */
type Reader = Pick<ServedModel, 'tokenizer' | 'config'>;

/** A prompt and what stands behind it: the answer's first tokens, if any. @throws InputError when it is none */
export function readQuestion(
  model: Reader,
  text: string,
  width: number | undefined,
): PromptQuestion {
  const begins = text.indexOf(ANSWER_START);
  const end = begins < 0 ? text.length : begins + ANSWER_START.length;
  const board = readBoard(model, text.slice(0, end), width);
  const given = model.tokenizer.encode(text.slice(end));
  const { answerTokens } = layoutOf(model, { ...board, given });
  if (given.length > answerTokens) {
    const { width: columns, height } = board.grid;
    throw new InputError(
      `${given.length} tokens stand behind the prompt, but the answer for ${columns}x${height} cells has ${answerTokens}`,
    );
  }
  return { ...board, given };
}

/**
 * The board of a prompt, and what it is to be stepped with: as its header says, where it has one and the model reads it,
 * and else as the model was trained for.
 */
function readBoard(
  { tokenizer, config }: Reader,
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

/** What a choice answers. */
interface Asked {
  readonly prompt: string;
  readonly question: PromptQuestion;
  readonly stops: readonly string[];
}

/** Cuts an answer where the request says, and into the rows of a stream. */
function writeChoice(
  model: ServedModel,
  request: CompletionRequest,
  { prompt, question, stops }: Asked,
  { tokens, grid, logProbs }: ServedAnswer,
  index: number,
): Choice {
  const { given } = question;
  const { tokenizer } = model;
  const size = tokenizer.vocabulary.length;
  const most = given.length + (request.max_tokens ?? Infinity);
  const taken = tokens.subarray(given.length, Math.min(tokens.length, most));
  const whole = tokenizer.decode(taken);
  const ends = stops.map((stop) => whole.indexOf(stop)).filter((at) => at >= 0);
  const end = Math.min(whole.length, ...ends);
  const offsets = listOffsets(tokenizer.vocabulary, taken);
  const kept = offsets.filter((offset) => offset < end).length;
  const before = request.echo === true ? prompt.length : 0;

  const pieces: Piece[] = [];
  const add = (text: string, scored: ScoredTokens): void => {
    const isWanted = request.logprobs != null;
    const told = isWanted ? writeLogProbs(tokenizer, scored, request.logprobs!) : null;
    pieces.push({ text, logProbs: told });
  };
  if (request.echo === true) add(prompt, scorePrompt(model, question, prompt, logProbs));
  // a piece is a row of the board; an empty text is one empty piece
  for (let from = 0; from === 0 || from < kept; from += grid.width) {
    const to = Math.min(kept, from + grid.width);
    const text = whole.slice(offsets[from] ?? end, to === kept ? end : offsets[to]);
    const first = given.length + from;
    add(text, {
      tokens: taken.subarray(from, to),
      offsets: offsets.slice(from, to).map((offset) => before + offset),
      rows: logProbs?.subarray(first * size, (given.length + to) * size) ?? null,
    });
  }
  const isCut = given.length + taken.length < tokens.length && ends.length === 0;
  return { pieces, index, finishReason: isCut ? 'length' : 'stop', tokens: kept };
}

/**
 * What is told of a prompt that is repeated: nothing of its own tokens, which nobody predicts, and the probabilities of the
 * answer's tokens that stand behind it. A header's tokens are not its characters: they begin where the text does.
 */
function scorePrompt(
  model: ServedModel,
  question: PromptQuestion,
  prompt: string,
  logProbs: Float32Array | null,
): ScoredTokens {
  const { tokenizer } = model;
  const { grid, rule, topology, given } = question;
  const layout = layoutOf(model, question);
  const read = encodePrompts(layout, grid.cells, [{ rule, topology }]);
  const tokens = Int32Array.from([...read, ...given]);
  const size = tokenizer.vocabulary.length;
  const rows = new Float32Array(tokens.length * size).fill(NaN);
  if (logProbs !== null) rows.set(logProbs.subarray(0, given.length * size), read.length * size);
  const own = listOffsets(tokenizer.vocabulary, tokens);
  const shift = prompt.length - tokenizer.decode(tokens).length;
  return { tokens, offsets: own.map((offset) => Math.max(0, offset + shift)), rows };
}
