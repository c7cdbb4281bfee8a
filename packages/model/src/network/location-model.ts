/**
 * Trained weights with attention by location, compiled: the language model whose keys lie on a board. Passes over many tokens
 * go in pieces of queries, so that the windows of a piece, which all texts share, stay within `WINDOW_NUMBERS`.
 */

import { COORDINATES, FORM_BITS, InputError, RULE_AXES, type RuleForm } from '@lifegpt/core';
import { encodeModel, GraphBuilder, type Value } from '@lifegpt/onnx-training';
import { Tensor, type InferenceSession } from 'onnxruntime-common';
import type { NamedTensor } from '../folder/safetensors.js';
import type { KeyValueCache, LanguageModel } from './language-model.js';
import { lookUpWidth, type LocationConfig } from './location-config.js';
import {
  feedBoards,
  findPart,
  layOnBoard,
  layStates,
  locateCells,
  placeBits,
  readPrompt,
  takeQueries,
  type BoardQueries,
  type BoardTexts,
  type ReadPrompt,
} from './location-feeds.js';
import {
  declareBoardInputs,
  embed,
  findCases,
  lookAtBoard,
  lookForCases,
  lookUpRule,
  type LocationParts,
} from './location-network.js';
import { createNearPass, type NearParts } from './near-pass.js';
import type { NearModel } from './near-states.js';
import { openWeights } from './weights.js';

/** What such a model is made of. */
export interface LocationModelParts extends NearParts {
  /** Numbers that the windows of a piece may have; 4 million when left out. */
  readonly windowNumbers?: number;
}

/** Numbers of a piece's windows: 16 MB, which a processor's caches still help with. */
const WINDOW_NUMBERS = 1 << 22;
/** Tokens of all boards together that go through one pass: what they hold is small beside the windows. */
const TOKENS_A_PASS = 1 << 16;

/** Weights and the constant sharpness of a trained model on a fresh graph. */
export function openLocation(
  name: string,
  config: LocationConfig,
  tensors: readonly NamedTensor[],
): LocationParts {
  const graph = new GraphBuilder(name);
  const sharpness = graph.constant(config.attention_sharpness, 'float');
  return { graph, config, parameter: openWeights(graph, tensors), sharpness };
}

/** Tokens that predict cells: logits from both boards and the rule in the header. */
function buildNextState(parts: LocationParts, form: RuleForm): GraphBuilder {
  const { graph } = parts;
  const x = lookAtBoard(parts, declareBoardInputs(graph));
  const bitIds = graph.input('bit_ids', 'int32', ['batch_size', FORM_BITS[form]]);
  graph.output('logits', lookUpRule(parts, form, x, bitIds));
  return graph;
}

/** Cells of next states: where they lie on the rule's axes, and their values. */
function buildCases(parts: LocationParts): GraphBuilder {
  const { graph } = parts;
  const { places, values } = findCases(parts, lookAtBoard(parts, declareBoardInputs(graph)));
  graph.output('places', places);
  graph.output('values', values);
  return graph;
}

/** Tokens that predict bits: logits from the cases of all cells. */
function buildInferRule(parts: LocationParts, form: RuleForm): GraphBuilder {
  const { graph, config } = parts;
  const input = (name: string, size: number): Value =>
    graph.input(name, 'float', ['batch_size', 'cells', size]);
  const cases = {
    places: input('places', RULE_AXES.length),
    values: input('values', lookUpWidth(config)),
  };
  const ids = graph.input('query_ids', 'int32', ['batch_size', 'queries']);
  const positions = graph.input('query_positions', 'int32', ['queries', COORDINATES]);
  const asked = graph.input('query_places', 'float', ['queries', RULE_AXES.length]);
  graph.output('logits', lookForCases(parts, form, embed(parts, ids, positions), asked, cases));
  return graph;
}

/** Builds the inference graphs around the weights; each is compiled when it is first asked for. */
export async function createLocationModel(parts: LocationModelParts): Promise<LanguageModel> {
  const { name, config, tokenizer, tensors, runtime, windowNumbers = WINDOW_NUMBERS } = parts;
  const sessions = new Map<string, Promise<InferenceSession>>();
  function compile(
    key: string,
    build: (parts: LocationParts) => GraphBuilder,
  ): Promise<InferenceSession> {
    const known = sessions.get(key);
    if (known !== undefined) return known;
    const graph = build(openLocation(key, config, tensors));
    const session = runtime.createSession(encodeModel(graph));
    sessions.set(key, session);
    return session;
  }

  /** Whatever the runtime throws, out of memory above all, leaves the model as it was. */
  async function run(
    key: string,
    build: (parts: LocationParts) => GraphBuilder,
    feeds: Record<string, Tensor>,
  ): Promise<Readonly<Record<string, Tensor>>> {
    const session = await compile(key, build);
    try {
      return await session.run(feeds);
    } catch (error) {
      throw new Error(
        `model ${name} failed on ${runtime.device} (${(error as Error).message.split('\n')[0]}); ` +
          `try fewer boards at once, smaller ones, or another device`,
        { cause: error },
      );
    }
  }

  /** Rows of a result for the queries of one text after the other, piece by piece. */
  async function lookInPieces(
    boards: BoardTexts,
    queries: BoardQueries,
    look: (piece: Record<string, Tensor>) => Promise<Readonly<Record<string, Tensor>>>,
    signal: AbortSignal | undefined,
  ): Promise<Record<string, Float32Array>> {
    const { texts, width, height } = boards;
    const count = queries.positions.length / COORDINATES;
    const most = Math.max(1, Math.floor(windowNumbers / (config.n_head * width * height)));
    const whole: Record<string, Float32Array> = {};
    for (let from = 0; from < count; from += most) {
      signal?.throwIfAborted();
      const to = Math.min(count, from + most);
      const outputs = await look(feedBoards(boards, takeQueries(queries, texts, from, to)));
      for (const [key, { data, dims }] of Object.entries(outputs)) {
        const size = dims[2]!;
        const piece = (to - from) * size;
        whole[key] ??= new Float32Array(texts * count * size);
        for (let text = 0; text < texts; text++) {
          const rows = (data as Float32Array).subarray(text * piece, (text + 1) * piece);
          whole[key].set(rows, (text * count + from) * size);
        }
      }
    }
    return whole;
  }

  async function readPairs(
    prompt: ReadPrompt,
    signal: AbortSignal | undefined,
  ): Promise<KeyValueCache> {
    const { width, height, following } = prompt;
    const all = Int32Array.from({ length: width * height }, (_, cell) => cell);
    const queries = { ids: following, positions: locateCells('answer', all, width, height) };
    const { places, values } = await lookInPieces(
      prompt,
      queries,
      (piece) => run('cases', buildCases, piece),
      signal,
    );
    async function answer(inputIds: Int32Array, positions: Int32Array): Promise<Float32Array> {
      const asked = positions.length / COORDINATES;
      const texts = inputIds.length / asked;
      const form: RuleForm = findPart(positions, 'asked table bit').length > 0 ? 'table' : 'counts';
      const keys = (width * height * prompt.texts) / texts;
      const feeds = {
        query_ids: new Tensor('int32', inputIds, [texts, asked]),
        query_positions: new Tensor('int32', positions, [asked, COORDINATES]),
        query_places: new Tensor('float32', placeBits(positions, form), [asked, RULE_AXES.length]),
        places: new Tensor('float32', places!, [texts, keys, RULE_AXES.length]),
        values: new Tensor('float32', values!, [texts, keys, lookUpWidth(config)]),
      };
      const { logits } = await run(`infer-rule ${form}`, (on) => buildInferRule(on, form), feeds);
      return logits!.data as Float32Array;
    }
    return { answer, append: answer, release: () => undefined };
  }

  /** Logits of tokens that look at a given board and the answer behind it. */
  async function lookAtStates(
    prompt: BoardTexts & Pick<ReadPrompt, 'bitIds' | 'form'>,
    queries: BoardQueries,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array> {
    const { texts, width, height, bitIds, form } = prompt;
    const window = width * height * config.n_head;
    if (window > MOST_WINDOW) {
      throw new InputError(
        `a window of model ${name} on ${width}x${height} cells takes ${Math.ceil(window / 2 ** 18)} MiB, ` +
          `more than the ${MOST_WINDOW / 2 ** 18} MiB that a pass may have; choose a smaller board`,
      );
    }
    const bits = new Tensor('int32', bitIds, [texts, FORM_BITS[form]]);
    const { logits } = await lookInPieces(
      prompt,
      queries,
      (piece) =>
        run(`next-state ${form}`, (on) => buildNextState(on, form), { ...piece, bit_ids: bits }),
      signal,
    );
    return logits!;
  }

  function readState(prompt: ReadPrompt, signal: AbortSignal | undefined): KeyValueCache {
    async function append(inputIds: Int32Array, positions: Int32Array): Promise<Float32Array> {
      layOnBoard(prompt, inputIds, positions);
      return lookAtStates(prompt, { ids: inputIds, positions }, signal);
    }
    return { answer: append, append, release: () => undefined };
  }

  const pass = createNearPass(parts);
  const near: NearModel = {
    ...pass,
    answerIds: ['0', '1', ']$'].map(tokenizer.idOf) as [number, number, number],
    decide: (boards, next, cells, signal) => {
      const { texts, queries } = layStates(tokenizer, boards, next, cells);
      return lookAtStates(texts, queries, signal);
    },
  };

  return {
    name,
    near,
    config,
    tokenizer,
    device: runtime.device,
    tokensAPass: TOKENS_A_PASS,
    async prefill(inputIds, boards, positions, signal) {
      const prompt = readPrompt(inputIds, boards, positions);
      return prompt.asksForRule ? readPairs(prompt, signal) : readState(prompt, signal);
    },
    release: async () => {
      await pass.release();
      for (const session of sessions.values()) await (await session).release();
    },
  };
}

/** Numbers of one query's windows that a pass can hold: 1 GiB. */
const MOST_WINDOW = 2 ** 28;
