/** Reads what a model looks at while it writes an answer: its network with the attention weights as outputs. */

import {
  COORDINATES,
  encodeExamples,
  FORM_BITS,
  formOfRule,
  layoutPrompt,
  type Grid,
  type PromptHeader,
  type PromptLayout,
  type Tokenizer,
} from '@lifegpt/core';
import { encodeModel, GraphBuilder, type Value } from '@lifegpt/onnx-training';
import { Tensor, type InferenceSession } from 'onnxruntime-common';
import { decodeJacobi } from '../decode/jacobi.js';
import type { ModelFolder } from '../folder/model-folder.js';
import type { ModelConfig } from '../network/config.js';
import type { GptConfig } from '../network/gpt-config.js';
import { buildGpt, declareGptInputs } from '../network/gpt.js';
import type { LanguageModel } from '../network/language-model.js';
import { isLocationConfig, type LocationConfig } from '../network/location-config.js';
import { feedBoards, layOnBoard, readPrompt, takeQueries } from '../network/location-feeds.js';
import { declareBoardInputs, lookAtBoard, lookUpRule } from '../network/location-network.js';
import { positionIds } from '../network/positions.js';
import { openWeights } from '../network/weights.js';
import { predictBatch } from '../predict/predict-batch.js';
import type { Runtime } from '../runtime.js';
import { measureMargins, type AttentionWeights, type HeadAttention } from './attention-weights.js';

/** Reads a model's attention. */
export interface AttentionProbe {
  /**
   * The attention over one board.
   * @param state the given state
   * @param answer the state that the model wrote, whose cells it saw while it wrote the later ones
   * @param header rule and topology, for models that read them
   * @param written the cells whose writing is asked for; all when left out
   */
  read(
    state: Grid,
    answer: Grid,
    header: PromptHeader,
    written?: readonly number[],
  ): Promise<AttentionWeights>;
  /** Frees the runtime's memory. */
  release(): Promise<void>;
}

/** Compiles a model's network with its attention weights as outputs. */
export async function createAttentionProbe(
  { config, tensors, tokenizer }: ModelFolder,
  runtime: Runtime,
): Promise<AttentionProbe> {
  const probe = compileProbe(config, tokenizer, runtime, (graph) => openWeights(graph, tensors));
  return {
    read: async (...asked) => (await probe.read(...asked)).weights,
    release: probe.release,
  };
}

/** Lets a model answer, and reads its attention while it did. */
export async function probeAnswer(
  model: LanguageModel,
  folder: ModelFolder,
  runtime: Runtime,
  state: Grid,
  header: PromptHeader,
): Promise<AttentionWeights> {
  const options = { headers: [header], decode: decodeJacobi };
  const { answers } = await predictBatch(model, [state], options);
  const probe = await createAttentionProbe(folder, runtime);
  try {
    return await probe.read(state, answers[0]!.grid, header);
  } finally {
    await probe.release();
  }
}

/** A compiled network that tells its attention and its logits, `[written cells, vocabulary]`. */
export interface CompiledProbe {
  /** @param more inputs beside the text */
  read(
    state: Grid,
    answer: Grid,
    header: PromptHeader,
    written?: readonly number[],
    more?: Readonly<Record<string, Tensor>>,
  ): Promise<{ weights: AttentionWeights; logits: Float32Array }>;
  release(): Promise<void>;
}

/**
 * A network with its attention weights as outputs; it is compiled when it is first asked.
 * @param openParameters says where the graph has its parameters from
 */
export function compileProbe(
  config: ModelConfig,
  tokenizer: Tokenizer,
  runtime: Runtime,
  openParameters: (graph: GraphBuilder) => (name: string) => Value,
): CompiledProbe {
  return isLocationConfig(config)
    ? compileLocationProbe(config, tokenizer, runtime, openParameters)
    : compileGptProbe(config, tokenizer, runtime, openParameters);
}

/** The tokens of an answer as the model saw them, and of the prompt before it. */
function layOut(
  config: ModelConfig,
  tokenizer: Tokenizer,
  state: Grid,
  answer: Grid,
  header: PromptHeader,
): { layout: PromptLayout; tokens: Int32Array; positions: Int32Array } {
  const layout = layoutPrompt(tokenizer, state.width, state.height, formOfRule(header.rule));
  const { inputs: tokens } = encodeExamples(layout, state.cells, answer.cells, [header]);
  return { layout, tokens, positions: positionIds(config, layout) };
}

const allCells = ({ cells }: Grid): number[] => Array.from(cells, (_, cell) => cell);

function compileGptProbe(
  config: GptConfig,
  tokenizer: Tokenizer,
  runtime: Runtime,
  openParameters: (graph: GraphBuilder) => (name: string) => Value,
): CompiledProbe {
  const graph = new GraphBuilder('attention_probe');
  const parameter = openParameters(graph);
  const inputs = declareGptInputs(graph);
  const outputName = (layer: number): string => `attention.${layer}`;
  const observeAttention = (layer: number, weights: Value): void => {
    graph.output(outputName(layer), weights);
  };
  const output = buildGpt(graph, config, { ...inputs, parameter, observeAttention });
  graph.output('logits', output);
  let session: Promise<InferenceSession> | undefined;

  async function read(
    ...[state, answer, header, written = allCells(state), more = {}]: Parameters<
      CompiledProbe['read']
    >
  ): ReturnType<CompiledProbe['read']> {
    const { layout, tokens, positions } = layOut(config, tokenizer, state, answer, header);
    const { inputTokens, answerTokens, firstCell, promptTokens, width, height } = layout;
    session ??= runtime.createSession(encodeModel(graph));
    const outputs = await (
      await session
    ).run({
      input_ids: new Tensor('int32', tokens, [1, inputTokens]),
      position_ids: new Tensor('int32', positions, [inputTokens, 1]),
      num_logits_to_keep: new Tensor('int64', BigInt64Array.of(BigInt(answerTokens)), [1]),
      ...more,
    });
    function mapHeads(cell: number): HeadAttention[] {
      return Array.from({ length: config.n_layer }, (_, layer) => {
        // all layers but the last have rows for the prompt as well
        const { data, dims } = outputs[outputName(layer)]!;
        const rows = dims[2]!;
        return Array.from({ length: config.n_head }, (__, head): HeadAttention => {
          const from = (head * rows + rows - answerTokens + cell) * inputTokens;
          const row = (data as Float32Array).subarray(from, from + inputTokens);
          const cells = row.slice(firstCell, firstCell + width * height);
          const answered = sum(row.subarray(promptTokens, promptTokens + width * height));
          return { layer, head, cells, answer: answered, rest: sum(row) - sum(cells) - answered };
        });
      }).flat();
    }
    const size = config.vocab_size;
    const all = outputs['logits']!.data as Float32Array;
    const logits = new Float32Array(written.length * size);
    written.forEach((cell, i) =>
      logits.set(all.subarray(cell * size, (cell + 1) * size), i * size),
    );
    const margins = measureMargins(logits, size);
    return { weights: { layout, written, mapHeads, margins }, logits };
  }

  return { read, release: async () => (await session)?.release() };
}

/** The probe of the layer that looks at the board; the others read the header. */
function compileLocationProbe(
  config: LocationConfig,
  tokenizer: Tokenizer,
  runtime: Runtime,
  openParameters: (graph: GraphBuilder) => (name: string) => Value,
): CompiledProbe {
  const sessions = new Map<string, Promise<InferenceSession>>();

  function open(form: 'counts' | 'table'): Promise<InferenceSession> {
    const known = sessions.get(form);
    if (known !== undefined) return known;
    const graph = new GraphBuilder('attention_probe');
    const parameter = openParameters(graph);
    const sharpness = graph.input('sharpness', 'float', []);
    const parts = { graph, config, parameter, sharpness };
    const x = lookAtBoard(parts, declareBoardInputs(graph), (given, following) => {
      graph.output('given', given);
      graph.output('following', following);
    });
    const bitIds = graph.input('bit_ids', 'int32', ['batch_size', FORM_BITS[form]]);
    graph.output('logits', lookUpRule(parts, form, x, bitIds));
    const session = runtime.createSession(encodeModel(graph));
    sessions.set(form, session);
    return session;
  }

  async function read(
    ...[state, answer, header, written = allCells(state), more = {}]: Parameters<
      CompiledProbe['read']
    >
  ): ReturnType<CompiledProbe['read']> {
    const { layout, tokens, positions } = layOut(config, tokenizer, state, answer, header);
    const { promptTokens, form } = layout;
    const prompt = readPrompt(
      tokens.subarray(0, promptTokens),
      1,
      positions.subarray(0, promptTokens * COORDINATES),
    );
    const first = promptTokens - 1; // the token that predicts the first cell
    const answering = {
      ids: tokens.subarray(first),
      positions: positions.subarray(first * COORDINATES),
    };
    layOnBoard(prompt, answering.ids, answering.positions);
    const session = await open(form);
    const cells = state.cells.length;
    const given = new Map<number, Float32Array>();
    const answered = new Map<number, Float32Array>();
    const logits = new Float32Array(written.length * config.vocab_size);
    for (const [i, cell] of written.entries()) {
      const outputs = await session.run({
        ...feedBoards(prompt, takeQueries(answering, 1, cell, cell + 1)),
        bit_ids: new Tensor('int32', prompt.bitIds, [1, FORM_BITS[form]]),
        sharpness: new Tensor('float32', Float32Array.of(config.attention_sharpness), []),
        ...more,
      });
      const floats = (name: string): Float32Array => outputs[name]!.data as Float32Array;
      given.set(cell, floats('given'));
      answered.set(
        cell,
        Float32Array.from({ length: config.n_head }, (_, head) =>
          sum(floats('following').subarray(head * cells, (head + 1) * cells)),
        ),
      );
      logits.set(floats('logits'), i * config.vocab_size);
    }
    const mapHeads = (cell: number): HeadAttention[] =>
      Array.from({ length: config.n_head }, (_, head) => {
        const own = given.get(cell)!.slice(head * cells, (head + 1) * cells);
        const onAnswer = answered.get(cell)![head]!;
        return { layer: 1, head, cells: own, answer: onAnswer, rest: 1 - sum(own) - onAnswer };
      });
    const margins = measureMargins(logits, config.vocab_size);
    return { weights: { layout, written, mapHeads, margins }, logits };
  }

  return {
    read,
    release: async () => {
      for (const session of sessions.values()) await (await session).release();
    },
  };
}

const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0);
