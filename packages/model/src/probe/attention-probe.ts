/** Reads what a model looks at while it writes an answer. */

import type { Grid, PromptHeader } from '@lifegpt/core';
import { decodeJacobi } from '../decode/jacobi.js';
import type { ModelFolder } from '../folder/model-folder.js';
import type { ModelConfig } from '../network/config.js';
import type { LanguageModel } from '../network/language-model.js';
import { isLocationConfig } from '../network/location-config.js';
import { predictBatch } from '../predict/predict-batch.js';
import type { Runtime } from '../runtime.js';
import { attentionPlaces, readHeads } from '../workbench/head-attention.js';
import { createWorkbench, type Question, type TextReader } from '../workbench/workbench.js';
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

/** Opens the probe of a model; its network is compiled when it is first asked. */
export function createAttentionProbe(folder: ModelFolder, runtime: Runtime): AttentionProbe {
  const bench = createWorkbench(folder, runtime);
  return {
    async read(state, answer, header, written = Array.from(state.cells, (_, cell) => cell)) {
      const question = { state, answer, header, cells: written };
      return (await readAttention(bench, folder.config, question)).weights;
    },
    release: bench.release,
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
  const probe = createAttentionProbe(folder, runtime);
  try {
    return await probe.read(state, answers[0]!.grid, header);
  } finally {
    await probe.release();
  }
}

/** Numbers of heads' windows of cells that are read together: 4 MB. */
const WINDOW_NUMBERS = 2 ** 20;

/** The attention for some cells, and their logits, `[cells, vocabulary]`. */
export async function readAttention(
  texts: TextReader,
  config: ModelConfig,
  question: Question & { readonly cells: readonly number[] },
): Promise<{ weights: AttentionWeights; logits: Float32Array }> {
  const { cells: written, state } = question;
  const size = config.vocab_size;
  const places = attentionPlaces(config);
  // where tokens have places cells can be asked for one by one; in a line all are read in any case
  const piece = isLocationConfig(config)
    ? Math.max(1, Math.floor(WINDOW_NUMBERS / (config.n_head * state.cells.length)))
    : written.length;
  const logits = new Float32Array(written.length * size);
  const heads = new Map<number, readonly HeadAttention[]>();
  let layout: AttentionWeights['layout'];
  for (let from = 0; from < written.length; from += piece) {
    const cells = written.slice(from, from + piece);
    const trace = await texts.run({ ...question, cells, places });
    for (const cell of cells) heads.set(cell, readHeads(config, trace, cell));
    logits.set(trace.logits, from * size);
    layout = trace.layout;
  }
  const margins = measureMargins(logits, size);
  const mapHeads = (cell: number): readonly HeadAttention[] => heads.get(cell)!;
  return { weights: { layout: layout!, written, mapHeads, margins }, logits };
}
