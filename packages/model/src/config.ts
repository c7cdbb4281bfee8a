/** The description of a model: GPT-2's names for its sizes, and what it was trained for. */

import { HEADER_TOKENS, InputError, PAIR_PARTS, RULE_BITS, type Task } from '@lifegpt/core';
import { checkModelBounds } from './model-bounds.js';
import { checkConfigFields } from './recipe-fields.js';
import { explainPairsTrainedFor, explainTrainedFor, type TrainedFor } from './trained-for.js';

/** How a token knows where it stands. */
export type PositionScheme =
  /** GPT-2: a learned vector for each index in the text. */
  | 'learned'
  /** The paper: rotary embedding of the index (Su et al. 2021, arXiv 2104.09864). */
  | 'rope'
  /** Four distances to the borders of the board, coupled between prompt and answer. */
  | 'border';

/** The contents of a model folder's `config.json`; sizes are named as in GPT-2. */
export interface GptConfig {
  readonly model_type: 'lifegpt';
  readonly n_layer: number;
  readonly n_head: number;
  /** Width of the residual stream. */
  readonly n_embd: number;
  /** Width inside the feed-forward layer. */
  readonly n_inner: number;
  readonly vocab_size: number;
  readonly position_scheme: PositionScheme;
  /** Longest input in tokens (`learned`), or the longest side in cells (`border`). */
  readonly n_positions: number;
  readonly layer_norm_epsilon: number;
  /** Size of a head (Llama's name); `n_embd / n_head` when left out. */
  readonly head_dim?: number;
  /** Whether the maps of attention have biases (Llama's name), as GPT-2's do; true when left out. */
  readonly attention_bias?: boolean;
  /** Whether normalisation has a bias beside its gain; true when left out. */
  readonly norm_bias?: boolean;
  /** Whether the output's matrix is the embedding's; true when left out, else it is `lm_head.weight`. */
  readonly tie_word_embeddings?: boolean;
  /**
   * Whether prompts have a header (core's `header.ts`); false when left out. Then attention in the first layer has
   * the header's keys alone, so that it makes of each token some function of header, place and cell; and the
   * layers behind it have all tokens but the header's, whose last one is their start of the text.
   */
  readonly header?: boolean;
  /**
   * Which layers see a header: `first`, as said above, when left out; `all`, as in any decoder, so that the last
   * layer can look up in it the bit of the rule that a cell's neighbourhood asks for.
   */
  readonly header_layers?: 'first' | 'all';
  /**
   * `infer-rule` where prompts hold a state and the next one and ask for the rule (core's `rule-prompt.ts`); the
   * next state when left out.
   */
  readonly task?: Task;
  /** What the weights were trained for, so that nobody asks them for anything else unknowingly. */
  readonly trained_for: TrainedFor;
}

/** `ones`, `zeros`, normal noise of a standard deviation, or a table of distances. */
export type InitialValues = 'ones' | 'zeros' | number | InitialWaves;

/**
 * A table of distances starts as noise plus waves of the distance (sine and cosine, as those of Vaswani
 * et al. 2017) in a part of the width. So neighbouring distances start out alike, and what is learned
 * at one helps at the others; nothing says which cells matter.
 */
export interface InitialWaves {
  readonly noise: number;
  readonly amplitude: number;
  /** The columns that have waves: the first, and how many. */
  readonly columns: readonly [first: number, count: number];
}

/** A parameter of the model, by its GPT-2 name. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** How training starts it. */
  readonly initial: InitialValues;
}

/** Size of an attention head. */
export function headSize({ head_dim: size, n_embd: width, n_head: heads }: GptConfig): number {
  return size ?? width / heads;
}

/** The tables of positions of the border scheme, a column of `positionIds` each, in the order of core's `borderCoordinates`. */
export const BORDER_TABLES = ['part', 'top', 'bottom', 'left', 'right'] as const;

/** Whether the first layer sees the header alone, and the others all but the header. */
export function readsHeaderFirst({
  header = false,
  header_layers: layers = 'first',
}: Pick<GptConfig, 'header' | 'header_layers'>): boolean {
  return header && layers === 'first';
}

/** How many tokens of a text the layers behind the first one do not have: such a header but for its last. */
export function countHiddenTokens(config: Pick<GptConfig, 'header' | 'header_layers'>): number {
  return readsHeaderFirst(config) ? HEADER_TOKENS - 1 : 0;
}

/** Height of the waves that tables of distances start with. */
const WAVE_AMPLITUDE = 0.05;

/**
 * The same in models whose first layer reads a header, and whose trainings are long. Each distance's vector is also trained by itself, which
 * drowns small waves; what is learned of large ones holds for all distances, so that long sides come with short ones.
 */
const HEADER_WAVE_AMPLITUDE = 1;

/** Parts of the text that the border scheme tells apart: marker, given state, answer; of pairs also the next state. */
const countTextParts = ({ task }: GptConfig): number => (task === 'infer-rule' ? PAIR_PARTS : 3);

/**
 * The layer whose attention a training may be told (`guided_attention`), the one that looks at neighbourhoods: the first
 * where the last has a rule to read off the cells or to look up in the header, else the last.
 */
export function guidedLayer({ task, header_layers: header, n_layer: layers }: GptConfig): number {
  return task === 'infer-rule' || header === 'all' ? 0 : layers - 1;
}

/** Standard deviation of initial weights, as in GPT-2. */
export const NOISE = 0.02;

/**
 * The same for the tokens of models that are told the neighbourhood, where it has to outlast the vectors of places: while a training
 * looks for the neighbourhood these grow tenfold, and a cell's state beside them would be too faint to be found.
 */
const LASTING_TOKEN_NOISE = 0.1;

/**
 * All parameters of a model, in the order in which they are stored.
 * There is less noise on projections that add to the residual stream.
 */
export function listParameters(config: GptConfig): ParameterSpec[] {
  const { n_embd: width, n_inner: inner, n_layer: layers } = config;
  const noise = NOISE;
  const outlasts = config.header === true || config.task === 'infer-rule';
  const tokenNoise = outlasts ? LASTING_TOKEN_NOISE : noise;
  const residualNoise = noise / Math.sqrt(2 * layers);
  const list: ParameterSpec[] = [
    { name: 'wte.weight', shape: [config.vocab_size, width], initial: tokenNoise },
    ...listPositionTables(config, noise),
  ];
  const bias = (name: string, size: number): ParameterSpec => ({
    name: `${name}.bias`,
    shape: [size],
    initial: 'zeros',
  });
  const norm = (name: string): ParameterSpec[] => [
    { name: `${name}.weight`, shape: [width], initial: 'ones' },
    ...((config.norm_bias ?? true) ? [bias(name, width)] : []),
  ];
  const linear = (
    name: string,
    [from, to]: readonly [number, number],
    initial: number,
    hasBias = true,
  ): ParameterSpec[] => [
    { name: `${name}.weight`, shape: [from, to], initial },
    ...(hasBias ? [bias(name, to)] : []),
  ];
  const attentionWidth = config.n_head * headSize(config);
  const attentionBias = config.attention_bias ?? true;
  for (let i = 0; i < layers; i++) {
    list.push(
      ...norm(`h.${i}.ln_1`),
      ...linear(`h.${i}.attn.c_attn`, [width, 3 * attentionWidth], noise, attentionBias),
      ...linear(`h.${i}.attn.c_proj`, [attentionWidth, width], residualNoise, attentionBias),
      ...norm(`h.${i}.ln_2`),
      ...linear(`h.${i}.mlp.c_fc`, [width, inner], noise),
      ...linear(`h.${i}.mlp.c_proj`, [inner, width], residualNoise),
    );
  }
  list.push(...norm('ln_f'));
  if (!(config.tie_word_embeddings ?? true)) {
    list.push({ name: 'lm_head.weight', shape: [config.vocab_size, width], initial: noise });
  }
  return list;
}

/** The number of trained numbers. */
export function countParameters(config: GptConfig): number {
  return listParameters(config).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** The number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/**
 * Checks a parsed `config.json`.
 * @throws InputError naming the field, its value and what it should be.
 */
export function checkConfig(value: unknown, source: string): GptConfig {
  if (typeof value !== 'object' || value === null) {
    throw new InputError(`${source}: a model configuration is a JSON object`);
  }
  checkConfigFields(value, source);
  const config = value as Record<string, unknown>;
  const fail = (field: string, expected: string): never => {
    throw new InputError(
      `${source}: "${field}" is ${JSON.stringify(config[field])}; expected ${expected}`,
    );
  };
  if (config.model_type !== 'lifegpt') fail('model_type', '"lifegpt"');
  for (const field of ['n_layer', 'n_head', 'n_embd', 'n_inner', 'vocab_size', 'n_positions']) {
    const size = config[field];
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 1)
      fail(field, 'a whole number above 0');
  }
  checkModelBounds(value, source);
  const size = config.head_dim;
  if (size === undefined) {
    if ((config.n_embd as number) % (config.n_head as number) !== 0)
      fail('n_head', 'a divisor of n_embd, or "head_dim" beside it');
  } else if (!Number.isInteger(size) || (size as number) < 2) {
    fail('head_dim', 'a whole number above 1');
  }
  for (const field of ['attention_bias', 'norm_bias', 'tie_word_embeddings', 'header']) {
    if (config[field] !== undefined && typeof config[field] !== 'boolean')
      fail(field, 'true or false');
  }
  if (!['learned', 'rope', 'border'].includes(config.position_scheme as string)) {
    fail('position_scheme', '"learned", "rope" or "border"');
  }
  const epsilon = config.layer_norm_epsilon;
  if (typeof epsilon !== 'number' || !(epsilon > 0)) fail('layer_norm_epsilon', 'a number above 0');
  const hasHeader = config.header === true;
  if (hasHeader && config.position_scheme !== 'border')
    fail('header', 'false, or "position_scheme": "border" beside it');
  if (hasHeader && (config.n_layer as number) < 2)
    fail('n_layer', 'at least 2 with a header, which the first layer reads');
  const layers = config.header_layers;
  if (layers !== undefined && !(hasHeader && ['first', 'all'].includes(layers as string)))
    fail('header_layers', '"first" or "all", beside "header": true');
  if (![undefined, 'next-state', 'infer-rule'].includes(config.task as string | undefined))
    fail('task', '"next-state" or "infer-rule"');
  const infersRules = config.task === 'infer-rule';
  if (infersRules) checkRuleModel(config as unknown as GptConfig, fail);
  const expected = infersRules
    ? explainPairsTrainedFor(config.trained_for)
    : explainTrainedFor(config.trained_for, hasHeader);
  if (expected !== null) fail('trained_for', expected);
  const [, longest] = (config.trained_for as TrainedFor).sides;
  if (config.position_scheme === 'border' && (config.n_positions as number) < longest) {
    fail('n_positions', `at least the longest side, ${longest}`);
  }
  return value as GptConfig;
}

/** What a model needs to read rules: the bit that an answer's token predicts is told by a table of distances. */
function checkRuleModel(
  { header, position_scheme: scheme, n_layer: layers, n_positions: positions }: GptConfig,
  fail: (field: string, expected: string) => never,
): void {
  if (scheme !== 'border') fail('position_scheme', '"border" for a model that infers rules');
  if (header === true) fail('header', 'false for a model that infers rules, which asks for one');
  if (layers < 2) fail('n_layer', 'at least 2: one finds the cases, one reads the bits off them');
  if (positions < RULE_BITS)
    fail('n_positions', `at least ${RULE_BITS}, one for each bit that is asked for`);
}

function listPositionTables(config: GptConfig, noise: number): ParameterSpec[] {
  const { position_scheme: scheme, n_positions: positions, n_embd: width } = config;
  if (scheme === 'rope') return [];
  if (scheme === 'learned') {
    // no waves: over 1-D positions they keep the search for neighbours on its plateau
    return [{ name: 'wpe.weight', shape: [positions, width], initial: noise }];
  }
  // each distance has a quarter of the width for its waves
  const quarter = Math.floor(width / 4);
  const amplitude = readsHeaderFirst(config) ? HEADER_WAVE_AMPLITUDE : WAVE_AMPLITUDE;
  return BORDER_TABLES.map((table, i) => {
    const name = `wpe.${table}.weight`;
    return table === 'part'
      ? { name, shape: [countTextParts(config), width], initial: noise }
      : {
          name,
          shape: [positions + 1, width],
          initial: { noise, amplitude, columns: [(i - 1) * quarter, quarter] },
        };
  });
}
