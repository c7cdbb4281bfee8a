/** A model of one layer as matrices of doubles, arranged for bounds on what it answers. */

import { InputError, type PromptLayout } from '@lifegpt/core';
import { BORDER_TABLES, headSize, type GptConfig } from '../config.js';
import type { ModelFolder } from '../model-folder.js';
import { positionIds } from '../positions.js';

/** A linear map: `weight[from * outputs + to]`, and what is added. */
export interface Linear {
  readonly inputs: number;
  readonly outputs: number;
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

/** Gain and bias of a normalisation. */
export interface Norm {
  readonly gain: Float64Array;
  readonly bias: Float64Array;
}

/** The weights. */
export interface OneLayer {
  readonly config: GptConfig;
  readonly width: number;
  readonly heads: number;
  /** Size of a head. */
  readonly size: number;
  readonly inner: number;
  readonly vocabulary: number;
  readonly epsilon: number;
  /** `[vocabulary, width]` */
  readonly embedding: Float64Array;
  readonly ln1: Norm;
  readonly attention: Linear;
  readonly project: Linear;
  readonly ln2: Norm;
  readonly expand: Linear;
  readonly contract: Linear;
  readonly lnf: Norm;
  /** `[vocabulary, width]` */
  readonly output: Float64Array;
  /** For each token of a layout, the rows of the tables of positions that are summed there. */
  readonly positionRows: (layout: PromptLayout) => Float64Array[][];
}

/**
 * Reads the weights.
 * @throws InputError when the model is none that a certificate can be given for.
 */
export function readOneLayer({ name, config, tensors }: ModelFolder): OneLayer {
  if (config.header === true) {
    throw new InputError(
      `model ${name} reads a header with its first layer; a certificate is for models of one layer without one`,
    );
  }
  if (config.n_layer !== 1) {
    throw new InputError(
      `model ${name} has ${config.n_layer} layers; a certificate is for models of one layer`,
    );
  }
  if (config.position_scheme === 'rope') {
    throw new InputError(
      `model ${name} has rotary positions; a certificate is for learned or border positions`,
    );
  }
  const width = config.n_embd;
  const size = headSize(config);
  const across = config.n_head * size;
  const find = (tensor: string): Float64Array | null => {
    const found = tensors.find((candidate) => candidate.name === tensor);
    return found === undefined ? null : Float64Array.from(found.data);
  };
  const norm = (path: string): Norm => ({
    gain: find(`${path}.weight`)!,
    bias: find(`${path}.bias`) ?? new Float64Array(width),
  });
  const linear = (path: string, inputs: number, outputs: number): Linear => ({
    inputs,
    outputs,
    weight: find(`h.0.${path}.weight`)!,
    bias: find(`h.0.${path}.bias`) ?? new Float64Array(outputs),
  });
  const embedding = find('wte.weight')!;
  const paths =
    config.position_scheme === 'learned' ? ['wpe'] : BORDER_TABLES.map((table) => `wpe.${table}`);
  const tables = paths.map((path) => find(`${path}.weight`)!);
  return {
    config,
    width,
    heads: config.n_head,
    size,
    inner: config.n_inner,
    vocabulary: config.vocab_size,
    epsilon: Math.fround(config.layer_norm_epsilon),
    embedding,
    ln1: norm('h.0.ln_1'),
    attention: linear('attn.c_attn', width, 3 * across),
    project: linear('attn.c_proj', across, width),
    ln2: norm('h.0.ln_2'),
    expand: linear('mlp.c_fc', width, config.n_inner),
    contract: linear('mlp.c_proj', config.n_inner, width),
    lnf: norm('ln_f'),
    output: find('lm_head.weight') ?? embedding,
    positionRows(layout) {
      const places = positionIds(config, layout);
      return Array.from({ length: layout.inputTokens }, (_, token) =>
        tables.map((table, column) => {
          const row = places[token * tables.length + column]!;
          return table.subarray(row * width, (row + 1) * width);
        }),
      );
    },
  };
}
