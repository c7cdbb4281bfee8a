/**
 * A model of one layer as matrices of doubles, arranged for bounds on what it answers. A first layer that sees a header
 * alone counts as part of the embedding: what it makes of a token depends on the token's place and content, and on
 * the header, which one certificate says of all boards.
 */

import { InputError, type PromptLayout } from '@lifegpt/core';
import {
  BORDER_TABLES,
  countHiddenTokens,
  headSize,
  readsHeaderFirst,
  type GptConfig,
} from '../config.js';
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

/** One decoder layer. */
export interface Layer {
  readonly ln1: Norm;
  readonly attention: Linear;
  readonly project: Linear;
  readonly ln2: Norm;
  readonly expand: Linear;
  readonly contract: Linear;
}

/** The weights; as a layer, the one that attends to the board. */
export interface OneLayer extends Layer {
  readonly config: GptConfig;
  /** The layer before it, which sees the header alone; null in models without one. */
  readonly header: Layer | null;
  /** How many of the first tokens the layer has no keys of. */
  readonly hiddenTokens: number;
  readonly width: number;
  readonly heads: number;
  /** Size of a head. */
  readonly size: number;
  readonly inner: number;
  readonly vocabulary: number;
  readonly epsilon: number;
  /** `[vocabulary, width]` */
  readonly embedding: Float64Array;
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
  const headerFirst = readsHeaderFirst(config);
  if (config.header === true && !headerFirst) {
    throw new InputError(
      `model ${name} reads its header with all layers; a certificate is for models of one layer, ` +
        `or of two of which the first one sees the header alone`,
    );
  }
  if (config.n_layer !== (headerFirst ? 2 : 1)) {
    throw new InputError(
      `model ${name} has ${config.n_layer} layers; a certificate is for models of one layer` +
        (headerFirst ? ' behind that of the header' : ''),
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
    weight: find(`${path}.weight`)!,
    bias: find(`${path}.bias`) ?? new Float64Array(outputs),
  });
  const layer = (index: number): Layer => ({
    ln1: norm(`h.${index}.ln_1`),
    attention: linear(`h.${index}.attn.c_attn`, width, 3 * across),
    project: linear(`h.${index}.attn.c_proj`, across, width),
    ln2: norm(`h.${index}.ln_2`),
    expand: linear(`h.${index}.mlp.c_fc`, width, config.n_inner),
    contract: linear(`h.${index}.mlp.c_proj`, config.n_inner, width),
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
    ...layer(config.n_layer - 1),
    header: headerFirst ? layer(0) : null,
    hiddenTokens: countHiddenTokens(config),
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
