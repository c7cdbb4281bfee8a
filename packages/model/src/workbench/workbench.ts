/**
 * A model on the workbench: everything that is inside it while it writes a state, with or without changes there. It tells
 * values; what they mean is what `interventions.ts` and `attribution.ts` ask.
 */

import {
  COORDINATES,
  createGrid,
  encodeExamples,
  FORM_BITS,
  formOfRule,
  InputError,
  layoutPrompt,
  type Grid,
  type PromptHeader,
  type PromptLayout,
} from '@lifegpt/core';
import { Tensor } from 'onnxruntime-common';
import type { ModelFolder } from '../folder/model-folder.js';
import { isLocationConfig } from '../network/location-config.js';
import { feedBoards, layOnBoard, readPrompt, takeQueries } from '../network/location-feeds.js';
import { positionIds } from '../network/positions.js';
import { openWeights } from '../network/weights.js';
import type { Runtime } from '../runtime.js';
import { joinRows, takeRows, type Activation } from './activation.js';
import {
  traceNetwork,
  type Edit,
  type NetworkFeeds,
  type NetworkSource,
} from './traced-network.js';

/** A text, and what of it is asked. */
export interface Question {
  readonly state: Grid;
  readonly header: PromptHeader;
  /** The state that stands behind it, whose cells are seen while later ones are written. */
  readonly answer: Grid;
  /** The cells whose writing is asked for; all when left out. */
  readonly cells?: readonly number[];
  /** Tokens that are put in the place of others, by their index in the text. */
  readonly tokens?: ReadonlyMap<number, number>;
  /** The places to tell; all when left out. Logits are told in any case. */
  readonly places?: readonly string[];
  /** What the graph has as inputs beside the text, where its numbers are not its own. */
  readonly inputs?: Readonly<Record<string, Tensor>>;
}

/** What was inside a network. */
export interface Trace {
  readonly layout: PromptLayout;
  /** The text that was read, all but its last token. */
  readonly tokens: Int32Array;
  /** The cells that were asked for. */
  readonly cells: readonly number[];
  readonly activations: ReadonlyMap<string, Activation>;
  /** Logits of these cells, `[cells, vocabulary]`. */
  readonly logits: Float32Array;
  /** The state that they come to; cells that were not asked for are as in the answer. */
  readonly board: Grid;
}

/** A network that reads texts, and can be looked at and changed meanwhile. */
export interface TextReader {
  /** The names of all places, in the order in which a text goes through them, and whether a value can be put there. */
  listPlaces(): readonly { readonly place: string; readonly isEditable: boolean }[];
  /**
   * Reads a text.
   * @throws InputError at a place that there is not, or where no value can be put, or a token outside the text
   */
  run(question: Question, edits?: readonly Edit[]): Promise<Trace>;
  /** Frees the runtime's memory. */
  release(): Promise<void>;
}

/** A model whose inside can be looked at and changed. */
export interface Workbench extends TextReader {
  readonly folder: ModelFolder;
}

/** Numbers of a layer's windows in one run: more of them go in pieces. */
const WINDOW_NUMBERS = 2 ** 25;

/** Puts a model on the workbench; its network is compiled when it is first asked. */
export function createWorkbench(folder: ModelFolder, runtime: Runtime): Workbench {
  const openParameters: NetworkSource['openParameters'] = (graph) =>
    openWeights(graph, folder.tensors);
  return { folder, ...createTextReader({ ...folder, openParameters }, runtime) };
}

/** Lets a network read texts, wherever its numbers come from. @param source its name is for messages */
export function createTextReader(
  source: NetworkSource & Pick<ModelFolder, 'name' | 'tokenizer'>,
  runtime: Runtime,
): TextReader {
  const { name, config, tokenizer } = source;
  const network = traceNetwork(source, runtime);
  const places = network.listPlaces();

  function check(wanted: readonly string[], edits: readonly Edit[]): void {
    const known = new Map(places.map(({ place, isEditable }) => [place, isEditable]));
    const all = [...wanted, ...edits.map(({ place }) => place)];
    const missing = all.find((place) => !known.has(place));
    if (missing !== undefined) {
      throw new InputError(
        `model ${name} has no place '${missing}'; it has ${[...known.keys()].join(', ')}`,
      );
    }
    const fixed = edits.find(({ place }) => known.get(place) === false);
    if (fixed !== undefined) {
      throw new InputError(`${fixed.place} can be read only; put a value at a place behind it`);
    }
  }

  async function run(question: Question, edits: readonly Edit[] = []): Promise<Trace> {
    const { state, header, answer, cells = Array.from(state.cells, (_, cell) => cell) } = question;
    const wanted = [
      ...new Set([...(question.places ?? places.map(({ place }) => place)), 'logits']),
    ];
    check(wanted, edits);
    const layout = layoutPrompt(tokenizer, state.width, state.height, formOfRule(header.rule));
    const { inputs: tokens } = encodeExamples(layout, state.cells, answer.cells, [header]);
    for (const [at, id] of question.tokens ?? []) {
      if (at in tokens && id in tokenizer.vocabulary) tokens[at] = id;
      else
        throw new InputError(
          `there is no token ${at} in a text of ${tokens.length}, or no piece ${id} in a vocabulary of ${tokenizer.vocabulary.length}`,
        );
    }
    const asked = cells.map((cell) => layout.promptTokens - 1 + cell);
    const parts: ReadonlyMap<string, Activation>[] = [];
    for (const feeds of feed(layout, tokens, asked)) {
      const all = { ...feeds, feeds: { ...feeds.feeds, ...question.inputs } };
      parts.push(await network.run(all, wanted, edits));
    }
    const activations = new Map(
      wanted.map((place) => {
        const whole = joinRows(parts.map((part) => part.get(place)!));
        const isAll = question.cells === undefined || whole.rowAxis === null;
        return [place, isAll ? whole : takeRows(whole, asked)];
      }),
    );
    const { data: logits } = takeRows(activations.get('logits')!, asked);
    return {
      layout,
      tokens,
      cells,
      activations,
      logits,
      board: readBoard(layout, answer, cells, logits),
    };
  }

  function* feed(
    layout: PromptLayout,
    tokens: Int32Array,
    asked: readonly number[],
  ): Generator<NetworkFeeds> {
    const { promptTokens, inputTokens, answerTokens, form } = layout;
    const positions = positionIds(config, layout);
    if (!isLocationConfig(config)) {
      const all = Array.from(tokens, (_, at) => at);
      yield {
        form,
        feeds: {
          input_ids: new Tensor('int32', tokens, [1, inputTokens]),
          position_ids: new Tensor('int32', positions, [inputTokens, 1]),
          num_logits_to_keep: new Tensor('int64', BigInt64Array.of(BigInt(answerTokens)), [1]),
        },
        rows: { tokens: all, answer: all.slice(-answerTokens) },
      };
      return;
    }
    const prompt = readPrompt(
      tokens.subarray(0, promptTokens),
      1,
      positions.subarray(0, promptTokens * COORDINATES),
    );
    const first = promptTokens - 1; // the token that predicts the first cell
    const ids = tokens.subarray(first);
    const located = positions.subarray(first * COORDINATES);
    layOnBoard(prompt, ids, located);
    const size = Math.max(
      1,
      Math.floor(WINDOW_NUMBERS / (config.n_head * prompt.width * prompt.height)),
    );
    // runs of tokens that stand behind each other, none longer than a piece
    for (let from = 0; from < asked.length;) {
      let to = from + 1;
      while (to < asked.length && asked[to] === asked[to - 1]! + 1 && to - from < size) to++;
      const [start, end] = [asked[from]! - first, asked[to - 1]! + 1 - first];
      yield {
        form,
        feeds: {
          ...feedBoards(prompt, takeQueries({ ids, positions: located }, 1, start, end)),
          bit_ids: new Tensor('int32', prompt.bitIds, [1, FORM_BITS[form]]),
        },
        rows: { queries: asked.slice(from, to) },
      };
      from = to;
    }
  }

  return { listPlaces: () => places, run, release: network.release };
}

/** The likeliest of both cells, whatever other tokens are likelier still. */
function readBoard(
  { cellTokens }: PromptLayout,
  answer: Grid,
  cells: readonly number[],
  logits: Float32Array,
): Grid {
  const board = createGrid(answer.width, answer.height, answer.cells.slice());
  const size = logits.length / cells.length;
  cells.forEach((cell, i) => {
    const [dead, alive] = [0, 1].map((bit) => logits[i * size + cellTokens[bit]!]!);
    board.cells[cell] = alive! > dead! ? 1 : 0;
  });
  return board;
}
