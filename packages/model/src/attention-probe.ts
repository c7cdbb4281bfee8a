/**
 * What a trained model looks at: the attention weights of every layer and head while it writes an
 * answer, and how much of them falls on the 3x3 neighbourhood of the cell that is written.
 */

import {
  encodeExamples,
  layoutPrompt,
  type Grid,
  type PromptHeader,
  type PromptLayout,
  type Tokenizer,
  type Topology,
} from '@lifegpt/core';
import { Tensor } from 'onnxruntime-common';
import { openParts } from './cached-gpt.js';
import { countHiddenTokens, type GptConfig } from './config.js';
import { decodeJacobi } from './decode/jacobi.js';
import { buildGpt, declareGptInputs } from './gpt.js';
import { GraphBuilder, type Value } from './graph/builder.js';
import { encodeModel } from './graph/proto.js';
import type { LanguageModel } from './language-model.js';
import type { ModelFolder } from './model-folder.js';
import { listNeighbourhood } from './neighbourhood.js';
import { positionIds } from './positions.js';
import { predictBatch } from './predict-batch.js';
import type { Runtime } from './runtime.js';

/** Attention while one answer is written. */
export interface AttentionWeights {
  readonly layout: PromptLayout;
  readonly heads: number;
  /** For each layer, `[heads, answerTokens, inputTokens]`; the rows of an answer cell sum to 1. */
  readonly layers: readonly Float32Array[];
  /** For each answer token, how far the likeliest token's logit lies above the next one's, in nats. */
  readonly margins: Float32Array;
}

/** Reads a model's attention. */
export interface AttentionProbe {
  /**
   * The attention over one board.
   * @param state the given state
   * @param answer the state that the model wrote, whose cells it saw while it wrote the later ones
   * @param header rule and topology, for models that read them
   */
  read(state: Grid, answer: Grid, header: PromptHeader): Promise<AttentionWeights>;
  /** Frees the runtime's memory. */
  release(): Promise<void>;
}

/** Compiles the network of `gpt.ts` with its attention weights as outputs. */
export async function createAttentionProbe(
  { config, tensors, tokenizer }: ModelFolder,
  runtime: Runtime,
): Promise<AttentionProbe> {
  const probe = await compileProbe(
    config,
    tokenizer,
    runtime,
    (graph) => openParts(graph, config, tensors).parameter,
  );
  return {
    read: async (state, answer, header) => (await probe.read(state, answer, header)).weights,
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

/** A compiled network that tells its attention and its logits, `[answerTokens, vocabulary]`. */
export interface CompiledProbe {
  /** @param more inputs beside the text */
  read(
    state: Grid,
    answer: Grid,
    header: PromptHeader,
    more?: Readonly<Record<string, Tensor>>,
  ): Promise<{ weights: AttentionWeights; logits: Float32Array }>;
  release(): Promise<void>;
}

/**
 * Compiles the network with its attention weights as outputs.
 * @param openParameters says where the graph has its parameters from
 */
export async function compileProbe(
  config: GptConfig,
  tokenizer: Tokenizer,
  runtime: Runtime,
  openParameters: (graph: GraphBuilder) => (name: string) => Value,
): Promise<CompiledProbe> {
  const graph = new GraphBuilder('attention_probe');
  const parameter = openParameters(graph);
  const inputs = declareGptInputs(graph, config);
  const outputName = (layer: number): string => `attention.${layer}`;
  const observeAttention = (layer: number, weights: Value): void => {
    graph.output(outputName(layer), weights);
  };
  const output = buildGpt(graph, config, { ...inputs, parameter, observeAttention });
  graph.output('logits', output);
  const session = await runtime.createSession(encodeModel(graph));

  async function read(
    state: Grid,
    answer: Grid,
    header: PromptHeader,
    more: Readonly<Record<string, Tensor>> = {},
  ): ReturnType<CompiledProbe['read']> {
    const layout = layoutPrompt(tokenizer, state.width, state.height);
    const { inputTokens, answerTokens } = layout;
    const positions = positionIds(config, layout);
    const { inputs: tokens } = encodeExamples(layout, state.cells, answer.cells, [header]);
    const outputs = await session.run({
      input_ids: new Tensor('int32', tokens, [1, inputTokens]),
      position_ids: new Tensor('int32', positions, [inputTokens, positions.length / inputTokens]),
      num_logits_to_keep: new Tensor('int64', BigInt64Array.of(BigInt(answerTokens)), [1]),
      ...more,
    });
    const heads = config.n_head;
    const layers = Array.from({ length: config.n_layer }, (_, layer) =>
      spreadRows(outputs[outputName(layer)]!, firstKeyOf(config, layer), layout),
    );
    const logits = outputs['logits']!.data as Float32Array;
    const margins = measureMargins(logits, config.vocab_size);
    return { weights: { layout, heads, layers, margins }, logits };
  }

  return { read, release: () => session.release() };
}

function measureMargins(logits: Float32Array, vocabulary: number): Float32Array {
  return Float32Array.from({ length: logits.length / vocabulary }, (_, token) => {
    const row = logits.slice(token * vocabulary, (token + 1) * vocabulary).sort();
    return row.at(-1)! - row.at(-2)!;
  });
}

/** The token that a layer's first key belongs to: with a header the layers have different ones. */
function firstKeyOf(config: GptConfig, layer: number): number {
  return layer === 0 ? 0 : countHiddenTokens(config);
}

/**
 * The rows of the answer, with a column for each token of the text. All layers but the last have rows for the
 * prompt as well.
 */
function spreadRows(
  { data, dims }: Tensor,
  firstKey: number,
  { answerTokens, inputTokens }: PromptLayout,
): Float32Array {
  const [, heads, rows, keys] = dims as [number, number, number, number];
  const spread = new Float32Array(heads * answerTokens * inputTokens);
  for (let head = 0; head < heads; head++) {
    for (let answer = 0; answer < answerTokens; answer++) {
      const from = (head * rows + rows - answerTokens + answer) * keys;
      const row = (data as Float32Array).subarray(from, from + keys);
      spread.set(row, (head * answerTokens + answer) * inputTokens + firstKey);
    }
  }
  return spread;
}

/** Where the attention of one head goes while it writes one cell. */
export interface AttentionMap {
  /** On each cell of the given state, `[height * width]`. */
  readonly cells: Float32Array;
  /** On the cells of the answer so far. */
  readonly answer: number;
  /** On the text around them. */
  readonly markers: number;
}

/** The attention of one head for one cell. */
export function mapAttention(
  { layout, layers }: AttentionWeights,
  { layer, head, cell }: { readonly layer: number; readonly head: number; readonly cell: number },
): AttentionMap {
  const { width, height, firstCell, promptTokens, answerTokens, inputTokens } = layout;
  const from = (head * answerTokens + cell) * inputTokens;
  const row = layers[layer]!.subarray(from, from + inputTokens);
  const sum = (part: Float32Array): number => part.reduce((total, weight) => total + weight, 0);
  const cells = row.slice(firstCell, firstCell + width * height);
  const answer = sum(row.subarray(promptTokens, promptTokens + width * height));
  return { cells, answer, markers: sum(row) - sum(cells) - answer };
}

/** Where one of all heads looks. */
export interface HeadAttention extends AttentionMap {
  readonly layer: number;
  readonly head: number;
}

/** The attention of every layer and head for one cell. */
export function mapHeads(weights: AttentionWeights, cell: number): HeadAttention[] {
  return weights.layers.flatMap((_, layer) =>
    Array.from({ length: weights.heads }, (__, head) => ({
      layer,
      head,
      ...mapAttention(weights, { layer, head, cell }),
    })),
  );
}

/** Share of attention on cells, such as those of `listNeighbourhood`. */
export function sumAttention({ cells }: AttentionMap, keys: readonly number[]): number {
  return keys.reduce((sum, key) => sum + cells[key]!, 0);
}

/** Parts of a board by what their neighbourhoods cross: nothing, a border, or two. */
export const REGIONS = ['inside', 'edges', 'corners'] as const;
/** One of `REGIONS`. */
export type Region = (typeof REGIONS)[number];

/** How much of a head's attention falls on the neighbourhoods of the cells that it writes. */
export interface NeighbourhoodShare {
  readonly layer: number;
  readonly head: number;
  readonly region: Region;
  /** Cells in this region. */
  readonly cells: number;
  /** Mean and smallest share over them. */
  readonly mean: number;
  readonly least: number;
}

/** Sums attention over the cell itself and its eight neighbours, by layer, head and region. */
export function measureNeighbourhoods(
  weights: AttentionWeights,
  topology: Topology,
): NeighbourhoodShare[] {
  const { layout, heads, layers } = weights;
  const { width, height } = layout;
  const neighbourhoods = Array.from({ length: width * height }, (_, cell) =>
    listNeighbourhood({ topology, width, height }, cell),
  );
  const result: NeighbourhoodShare[] = [];
  for (let layer = 0; layer < layers.length; layer++) {
    for (let head = 0; head < heads; head++) {
      const shares = neighbourhoods.map((keys, cell) => {
        return sumAttention(mapAttention(weights, { layer, head, cell }), keys);
      });
      for (const region of REGIONS) {
        const found = shares.filter((_, cell) => regionOf(layout, cell) === region);
        if (found.length === 0) continue;
        const mean = found.reduce((sum, share) => sum + share, 0) / found.length;
        const least = Math.min(...found);
        result.push({ layer, head, region, cells: found.length, mean, least });
      }
    }
  }
  return result;
}

function regionOf({ width, height }: PromptLayout, cell: number): Region {
  const row = Math.floor(cell / width);
  const column = cell % width;
  const crossesRow = row === 0 || row === height - 1;
  const crossesColumn = column === 0 || column === width - 1;
  if (crossesRow && crossesColumn) return 'corners';
  return crossesRow || crossesColumn ? 'edges' : 'inside';
}
