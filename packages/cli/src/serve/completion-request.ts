/**
 * The body of OpenAI's `POST /v1/completions`: what is understood, what is ignored as OpenAI's own service would ignore it,
 * and what is refused because it would ask for something that the models do not do.
 */

import { InputError, showValue, type Tokenizer } from '@lifegpt/core';
import { RequestFailure } from './failure.js';
import { SAMPLING_SCHEMA, type SamplingRequest } from './service.js';

/** The body of a request. */
export interface CompletionRequest extends SamplingRequest {
  readonly model?: string;
  /** A text, or token ids, or several of either. */
  readonly prompt: unknown;
  /** Tokens of the answer; all of them when left out. */
  readonly max_tokens?: number | null;
  readonly stop?: unknown;
  readonly echo?: boolean | null;
  /** Tells each token's probability, and of so many of the most likely ones. */
  readonly logprobs?: number | null;
  readonly stream?: boolean | null;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
  readonly top_p?: number | null;
  readonly logit_bias?: object | null;
  /** Columns of boards that are no squares. */
  readonly width?: number;
}

/** Prompts of one request. */
const MOST_PROMPTS = 16;
const MOST_STOPS = 16;
/** Characters, or tokens, of a prompt. */
const LONGEST = 16_384;
/** Most tokens whose probabilities are told, as OpenAI has it. */
const MOST_LOGPROBS = 5;

/** Fields that OpenAI's clients may send, with the only values that mean what is done here. */
const ONLY_DEFAULTS = {
  n: { enum: [1, null] },
  best_of: { enum: [1, null] },
  suffix: { enum: ['', null] },
  frequency_penalty: { enum: [0, null] },
  presence_penalty: { enum: [0, null] },
} as const;

/** Fields that say something about the one who asks, and nothing about the answer. */
const IGNORED = {
  user: {},
  metadata: {},
  store: {},
  service_tier: {},
  safety_identifier: {},
  prompt_cache_key: {},
} as const;

/** The JSON schema of `CompletionRequest`; what has several forms is looked at afterwards, for messages that tell the cause. */
export const COMPLETION_SCHEMA = {
  type: 'object',
  required: ['prompt'],
  additionalProperties: false,
  properties: {
    ...ONLY_DEFAULTS,
    ...IGNORED,
    ...SAMPLING_SCHEMA,
    model: { type: 'string', maxLength: 256 },
    prompt: {},
    max_tokens: { type: ['integer', 'null'], minimum: 0 },
    stop: {},
    echo: { type: ['boolean', 'null'] },
    logprobs: { type: ['integer', 'null'], minimum: 0, maximum: MOST_LOGPROBS },
    stream: { type: ['boolean', 'null'] },
    stream_options: {
      type: ['object', 'null'],
      additionalProperties: false,
      properties: { include_usage: { type: 'boolean' }, include_obfuscation: { type: 'boolean' } },
    },
    top_p: { type: ['number', 'null'], minimum: 0, maximum: 1 },
    logit_bias: { type: ['object', 'null'] },
    width: { type: 'integer', minimum: 1, maximum: 1024 },
  },
} as const;

const refuse = (param: string, message: string): never => {
  throw new RequestFailure(400, 'bad_request', message, null, param);
};

/** @throws RequestFailure 400 at what the models do not do */
export function refuseUnmeant({ temperature, top_p: topP, logit_bias: bias }: CompletionRequest) {
  // at temperature 0 there is nothing to cut from
  if ((temperature ?? 0) > 0 && (topP ?? 1) < 1) {
    refuse(
      'top_p',
      `top_p is ${topP}, which samples here do not know; give top_k, or leave it out`,
    );
  }
  if (bias != null && Object.keys(bias).length > 0) {
    refuse('logit_bias', 'logit_bias changes no logit here; leave it out');
  }
}

/**
 * The texts of a request's prompts.
 * @throws RequestFailure 400 that names the one that is no text
 */
export function readPrompts(prompt: unknown, tokenizer: Tokenizer): string[] {
  const isList = Array.isArray(prompt);
  const isTokens = isList && typeof prompt[0] === 'number';
  const prompts: unknown[] = isList && !isTokens ? prompt : [prompt];
  if (prompts.length === 0 || prompts.length > MOST_PROMPTS) {
    refuse('prompt', `prompt has ${prompts.length} texts; give 1 to ${MOST_PROMPTS}`);
  }
  return prompts.map((value, i) => {
    const place = isList && !isTokens ? `prompt[${i}]` : 'prompt';
    const isText = typeof value === 'string';
    if (!isText && !Array.isArray(value)) {
      refuse('prompt', `${place} is ${showValue(value)}, neither a text nor a list of token ids`);
    }
    const { length } = value as string | unknown[];
    if (length > LONGEST)
      refuse(
        'prompt',
        `${place} has ${length} ${isText ? 'characters' : 'tokens'}; at most ${LONGEST}`,
      );
    return isText ? value : spellTokens(value as unknown[], tokenizer, place);
  });
}

function spellTokens(ids: readonly unknown[], tokenizer: Tokenizer, place: string): string {
  const wrong = ids.findIndex((id) => !Number.isInteger(id));
  if (wrong >= 0) refuse('prompt', `${place}[${wrong}] is ${showValue(ids[wrong])}, no token id`);
  try {
    return tokenizer.decode(ids as number[]);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return refuse('prompt', `${place}: ${error.message}`);
  }
}

/** The texts at which an answer ends. @throws RequestFailure 400 that names the one that is none */
export function readStops(stop: unknown): string[] {
  if (stop === undefined || stop === null) return [];
  const stops: unknown[] = Array.isArray(stop) ? stop : [stop];
  if (stops.length > MOST_STOPS) {
    refuse('stop', `stop has ${stops.length} texts; give at most ${MOST_STOPS}`);
  }
  return stops.map((value, i) => {
    const isText = typeof value === 'string' && value !== '' && value.length <= LONGEST;
    const place = Array.isArray(stop) ? `stop[${i}]` : 'stop';
    if (!isText) refuse('stop', `${place} is ${showValue(value)}, no text with a character in it`);
    return value as string;
  });
}
