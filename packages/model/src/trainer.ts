/**
 * The training loop: draws examples, runs the train-step graph, and yields what happened. Files,
 * progress bars and interruptions are its caller's; the loop itself is data in, events out.
 */

import {
  createTokenizer,
  encodeExamples,
  encodePairExamples,
  layoutPair,
  layoutPrompt,
  openStream,
  topologyOfToken,
  type ExampleRequest,
  type ExampleSource,
  type PromptHeader,
  type PromptLayout,
  type RandomStream,
  type RuleLayout,
  type Tokenizer,
  type Topology,
} from '@lifegpt/core';
import { Tensor, type InferenceSession } from 'onnxruntime-common';
import {
  markFarKeys,
  markNeighbours,
  shareCases,
  shareNeighbourhood,
  sharePairNeighbourhood,
} from './far-keys.js';
import { encodeModel } from './graph/proto.js';
import { countHiddenTokens, NOISE, type GptConfig } from './config.js';
import { hashBytes } from './hash.js';
import { startAsRowsAndColumns } from './initial-positions.js';
import { positionIds, type TextLayout } from './positions.js';
import {
  drawBatchSize,
  learningRateAt,
  listTopologiesOf,
  stageAt,
  vocabularyOf,
  type BatchSize,
  type Recipe,
} from './recipe.js';
import type { Runtime } from './runtime.js';
import { initialiseState, nameParameters, type TrainState } from './train-state.js';
import { buildTrainStep } from './train-step.js';
import { drawTrainingRule } from './training-rules.js';

/** How many sizes of batches with errors are kept for replays. */
const REMEMBERED_SIZES = 64;

/** One finished training step. */
export interface StepEvent extends BatchSize {
  readonly kind: 'step';
  /** Number of the step, from 1. */
  readonly step: number;
  /** Mean cross-entropy over the answer's tokens, in nats. */
  readonly loss: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** Answer tokens of this fresh batch that the model, before the update, had wrong. */
  readonly wrongTokens: number;
  readonly answerTokens: number;
  /** Mean weight of attention on far keys; null where the recipe has no loss on it. */
  readonly farWeight: number | null;
  /** Mean sum of squared differences between the weights of neighbours; null without a loss on it. */
  readonly unevenWeight: number | null;
  /** Mean divergence of the heads' mean attention from the neighbourhood, in nats; null without a loss on it. */
  readonly missedWeight: number | null;
  readonly seconds: number;
}

/** A state worth keeping: every `checkpoint_every` steps, at the end, and when interrupted. */
export interface CheckpointEvent {
  readonly kind: 'checkpoint';
  readonly state: TrainState;
}

/** What `train` needs. */
export interface TrainOptions {
  readonly runtime: Runtime;
  readonly recipe: Recipe;
  readonly source: ExampleSource;
  /** Where to go on from; a fresh state when left out. */
  readonly state?: TrainState;
  /** Stops after the step in progress, with a last checkpoint. */
  readonly signal?: AbortSignal;
}

/** Trains until the recipe's last step or until aborted. */
export async function* train(options: TrainOptions): AsyncGenerator<StepEvent | CheckpointEvent> {
  const { runtime, recipe, source, signal } = options;
  const stepper = await createTrainStepper(runtime, recipe);
  const tokenizer = createTokenizer(vocabularyOf(recipe));
  let state = options.state ?? beginTraining(recipe, tokenizer);
  let saved = state.step;
  try {
    while (state.step < recipe.steps && !signal?.aborted) {
      const began = performance.now();
      const step = state.step + 1;
      const batch = drawBatch(recipe, state, source, tokenizer);
      const result = await stepper.run(state, batch, learningRateAt(recipe, step));
      state = { ...result.state, dataHash: await chainHash(state.dataHash, batch) };
      yield {
        kind: 'step',
        step,
        ...batch.size,
        loss: result.loss,
        gradientNorm: result.gradientNorm,
        wrongTokens: result.wrongTokens,
        farWeight: result.farWeight,
        unevenWeight: result.unevenWeight,
        missedWeight: result.missedWeight,
        answerTokens: batch.targets.length,
        learningRate: learningRateAt(recipe, step),
        seconds: (performance.now() - began) / 1000,
      };
      if (step % recipe.checkpoint_every === 0) {
        saved = step;
        yield { kind: 'checkpoint', state };
      }
    }
    if (saved !== state.step) yield { kind: 'checkpoint', state };
  } finally {
    await stepper.release();
  }
}

/** The state before the first step of a training from random weights. */
function beginTraining(recipe: Recipe, tokenizer: Tokenizer): TrainState {
  const state = initialiseState(recipe.model, recipe.seed);
  if (recipe.initial_positions === 'rows-and-columns') {
    const [side] = recipe.model.trained_for.sides;
    const layout = layoutPrompt(tokenizer, side, side);
    const positions = nameParameters(recipe.model, state.parameters).find(
      ({ name }) => name === 'wpe.weight',
    )!;
    startAsRowsAndColumns(positions.data, layout, recipe.seed, NOISE);
  }
  return state;
}

/** A batch as the train-step graph takes it. */
export interface TrainBatch {
  readonly size: BatchSize;
  /** The topology of each board. */
  readonly topologies: readonly Topology[];
  readonly layout: TextLayout;
  /** `[boards, inputTokens]` */
  readonly inputs: Int32Array;
  /** `[boards, answerTokens]` */
  readonly targets: Int32Array;
  /** What forgetful masking adds to attention's scores, `[boards, inputTokens]`; null without it. */
  readonly forgotten: Float32Array | null;
}

/** The batch of the step after `state`: a pure function of recipe, step and hard sizes. */
export function drawBatch(
  recipe: Recipe,
  { step: done, hardSizes }: TrainState,
  source: ExampleSource,
  tokenizer: Tokenizer,
): TrainBatch {
  const step = done + 1;
  const random = openStream(recipe.seed, 'batch', step);
  const size = drawBatchSize(recipe, step, hardSizes, random);
  const densities = stageAt(recipe, step).densities ?? recipe.densities;
  const density = densities[random.nextInt(densities.length)]!;
  const headers = drawHeaders(recipe, step, size);
  const { boards, width, height } = size;
  const request = {
    seed: recipe.seed,
    index: step,
    boards,
    width,
    height,
    ...headers[0]!,
    density,
  };
  const pool = recipe.training_boards;
  const examples =
    pool === undefined
      ? drawExamples(source, request, headers)
      : drawFromPool(source, request, pool, random);
  const topologies = headers.map(({ topology }) => topology);
  const { states, nextStates } = examples;
  if (recipe.model.task === 'infer-rule') {
    const layout = layoutPair(tokenizer, width, height);
    const tokens = encodePairExamples(layout, states, nextStates, topologies[0]!);
    return { size, topologies, layout, ...tokens, forgotten: null };
  }
  const layout = layoutPrompt(tokenizer, width, height);
  const tokens = encodeExamples(layout, states, nextStates, headers);
  addAnswerNoise(recipe, step, layout, tokens.inputs);
  const forgotten = drawForgotten(recipe, step, size.boards, layout.inputTokens);
  return { size, topologies, layout, ...tokens, forgotten };
}

/** What each board of a batch is stepped with: the first one on the batch's topology, the others on any of its size. */
function drawHeaders(recipe: Recipe, step: number, size: BatchSize): PromptHeader[] {
  const random = openStream(recipe.seed, 'batch rules', step);
  const choices = listTopologiesOf(recipe, size);
  return Array.from({ length: size.boards }, (_, b) => ({
    rule: drawTrainingRule(recipe, step, random),
    topology: topologyOfToken(
      b === 0 ? (size.topology ?? 'T') : choices[random.nextInt(choices.length)]!,
    ),
  }));
}

/** A batch under one header, or board by board where they differ. */
function drawExamples(
  source: ExampleSource,
  request: ExampleRequest,
  headers: readonly PromptHeader[],
): { states: Uint8Array; nextStates: Uint8Array } {
  const [first] = headers as [PromptHeader];
  const isOne = headers.every(
    ({ rule, topology }) =>
      topology === first.topology &&
      rule.birth === first.rule.birth &&
      rule.survival === first.rule.survival,
  );
  if (isOne) return source.draw(request);
  const cells = request.width * request.height;
  const states = new Uint8Array(request.boards * cells);
  const nextStates = new Uint8Array(request.boards * cells);
  headers.forEach((header, b) => {
    const one = source.draw({ ...request, ...header, first: b, boards: 1 });
    states.set(one.states, b * cells);
    nextStates.set(one.nextStates, b * cells);
  });
  return { states, nextStates };
}

/** Boards at random out of the first `pool` boards of a stream that all steps share. */
function drawFromPool(
  source: ExampleSource,
  request: ExampleRequest,
  pool: number,
  random: RandomStream,
): { states: Uint8Array; nextStates: Uint8Array } {
  const cells = request.width * request.height;
  const states = new Uint8Array(request.boards * cells);
  const nextStates = new Uint8Array(request.boards * cells);
  for (let b = 0; b < request.boards; b++) {
    const one = source.draw({ ...request, index: 0, first: random.nextInt(pool), boards: 1 });
    states.set(one.states, b * cells);
    nextStates.set(one.nextStates, b * cells);
  }
  return { states, nextStates };
}

/** Puts random cells where the first boards of a batch have their answers as inputs. */
function addAnswerNoise(
  { seed, answer_noise: share = 0 }: Recipe,
  step: number,
  { promptTokens, inputTokens, width, height, cellTokens }: PromptLayout,
  inputs: Int32Array,
): void {
  if (share === 0) return;
  const random = openStream(seed, 'answer noise', step);
  const boards = Math.ceil(share * (inputs.length / inputTokens));
  for (let b = 0; b < boards; b++) {
    const from = b * inputTokens + promptTokens;
    for (let k = 0; k < width * height; k++) {
      inputs[from + k] = cellTokens[random.nextInt(2) as 0 | 1];
    }
  }
}

/**
 * Forgetful causal masking (Liu et al. 2022, arXiv 2210.13432), as the paper's library does it: of each
 * text the same share of keys, and never the first, is hidden from all queries of all layers.
 */
export function drawForgotten(
  { seed, forgetful_masking: share = 0 }: Recipe,
  step: number,
  boards: number,
  tokens: number,
): Float32Array | null {
  if (share === 0) return null;
  const random = openStream(seed, 'forgotten', step);
  const mask = new Float32Array(boards * tokens);
  const count = Math.min(Math.floor(share * tokens), tokens - 1);
  for (let b = 0; b < boards; b++) {
    // a shuffle that stops after `count` keys
    const keys = Int32Array.from({ length: tokens - 1 }, (_, i) => i + 1);
    for (let i = 0; i < count; i++) {
      const j = i + random.nextInt(keys.length - i);
      [keys[i], keys[j]] = [keys[j]!, keys[i]!];
      mask[b * tokens + keys[i]!] = -1e9;
    }
  }
  return mask;
}

/** The hash of all batches up to this one. */
async function chainHash(before: string, { inputs, targets }: TrainBatch): Promise<string> {
  const head = new TextEncoder().encode(before);
  const bytes = new Uint8Array(head.length + inputs.byteLength + targets.byteLength);
  bytes.set(head);
  bytes.set(new Uint8Array(inputs.buffer, inputs.byteOffset, inputs.byteLength), head.length);
  bytes.set(
    new Uint8Array(targets.buffer, targets.byteOffset, targets.byteLength),
    head.length + inputs.byteLength,
  );
  return hashBytes(bytes);
}

/** What came of one training step. */
export interface StepResult extends Pick<
  StepEvent,
  'loss' | 'gradientNorm' | 'wrongTokens' | 'farWeight' | 'unevenWeight' | 'missedWeight'
> {
  readonly state: TrainState;
}

/**
 * Marked keys without the tokens that the last layer has no keys of: `[boards, 1, answerTokens, keys]`, once for all
 * boards where they have one topology.
 */
function markKeys(
  mark: (layout: PromptLayout, topology: Topology) => Float32Array,
  config: GptConfig,
  topologies: readonly Topology[],
  layout: PromptLayout,
): Tensor {
  const { inputTokens, answerTokens } = layout;
  const hidden = countHiddenTokens(config);
  const keys = inputTokens - hidden;
  const marks = new Map([...new Set(topologies)].map((each) => [each, mark(layout, each)]));
  const rows = marks.size === 1 ? topologies.slice(0, 1) : topologies;
  const data = new Float32Array(rows.length * answerTokens * keys);
  rows.forEach((topology, b) => {
    const all = marks.get(topology)!;
    for (let row = 0; row < answerTokens; row++) {
      const own = all.subarray(row * inputTokens + hidden, (row + 1) * inputTokens);
      data.set(own, (b * answerTokens + row) * keys);
    }
  });
  return new Tensor('float32', data, [rows.length, 1, answerTokens, keys]);
}

/** Where the tokens of pairs shall look in the first layer, `[1, 1, inputTokens, inputTokens]`, the same for all pairs. */
function guidePairs(layout: RuleLayout, topology: Topology): Tensor {
  const { inputTokens } = layout;
  return new Tensor('float32', sharePairNeighbourhood(layout, topology), [
    1,
    1,
    inputTokens,
    inputTokens,
  ]);
}

/** Where the answers of pairs shall look in the last layer, `[pairs, 1, answerTokens, inputTokens]`. */
function guideAnswers(layout: RuleLayout, inputs: Int32Array, topology: Topology): Tensor {
  const { answerTokens, inputTokens } = layout;
  const shape = [inputs.length / inputTokens, 1, answerTokens, inputTokens];
  return new Tensor('float32', shareCases(layout, inputs, topology), shape);
}

/** Runs single training steps. */
export interface TrainStepper {
  /** One step; the given state is not changed. */
  run(state: TrainState, batch: TrainBatch, learningRate: number): Promise<StepResult>;
  /** Frees the runtime's memory. */
  release(): Promise<void>;
}

/** Compiles the train-step graph of a recipe. */
export async function createTrainStepper(runtime: Runtime, recipe: Recipe): Promise<TrainStepper> {
  const {
    far_attention: farAttention,
    uneven_attention: unevenAttention,
    guided_attention: guidedAttention,
    guided_answer: guidedAnswer,
  } = recipe;
  const graph = buildTrainStep(recipe.model, {
    beta1: recipe.adam_beta1,
    beta2: recipe.adam_beta2,
    epsilon: recipe.adam_epsilon,
    weightDecay: recipe.weight_decay,
    clipNorm: recipe.max_grad_norm,
    forgets: (recipe.forgetful_masking ?? 0) > 0,
    ...(farAttention === undefined ? {} : { farAttention }),
    ...(unevenAttention === undefined ? {} : { unevenAttention }),
    ...(guidedAttention === undefined ? {} : { guidedAttention }),
    ...(guidedAnswer === undefined ? {} : { guidedAnswer }),
  });
  const session: InferenceSession = await runtime.createSession(encodeModel(graph));

  async function run(
    state: TrainState,
    batch: TrainBatch,
    learningRate: number,
  ): ReturnType<TrainStepper['run']> {
    const vector = (data: Float32Array): Tensor => new Tensor('float32', data, [data.length]);
    const scalar = (value: number): Tensor => new Tensor('float32', Float32Array.of(value), []);
    const { layout, topologies, inputs, targets, size, forgotten } = batch;
    const { inputTokens, answerTokens } = layout;
    const positions = positionIds(recipe.model, layout);
    const keys = (mark: typeof markFarKeys): Tensor =>
      markKeys(mark, recipe.model, topologies, layout as PromptLayout);
    const outputs = await session.run({
      parameters: vector(state.parameters),
      first_moment: vector(state.firstMoment),
      second_moment: vector(state.secondMoment),
      learning_rate: scalar(learningRate),
      step: scalar(state.step + 1),
      input_ids: new Tensor('int32', inputs, [size.boards, inputTokens]),
      position_ids: new Tensor('int32', positions, [inputTokens, positions.length / inputTokens]),
      num_logits_to_keep: new Tensor('int64', BigInt64Array.of(BigInt(answerTokens)), [1]),
      targets: new Tensor('int32', targets, [size.boards, answerTokens]),
      ...(forgotten === null
        ? {}
        : { forgotten: new Tensor('float32', forgotten, [size.boards, inputTokens]) }),
      ...(farAttention === undefined ? {} : { far_keys: keys(markFarKeys) }),
      ...(unevenAttention === undefined ? {} : { near_keys: keys(markNeighbours) }),
      ...(guidedAttention === undefined
        ? {}
        : {
            wanted_keys:
              layout.task === 'infer-rule'
                ? guidePairs(layout, topologies[0]!)
                : keys(shareNeighbourhood),
          }),
      ...(guidedAnswer === undefined
        ? {}
        : { case_keys: guideAnswers(layout as RuleLayout, inputs, topologies[0]!) }),
    });
    const floats = (name: string): Float32Array => outputs[name]!.data as Float32Array;
    const wrongTokens = floats('wrong_tokens')[0]!;
    const { height, width, topology } = size;
    const kind = { height, width, ...(topology === undefined ? {} : { topology }) };
    return {
      state: {
        ...state,
        step: state.step + 1,
        parameters: floats('next_parameters'),
        firstMoment: floats('next_first_moment'),
        secondMoment: floats('next_second_moment'),
        hardSizes:
          wrongTokens === 0
            ? state.hardSizes
            : [kind, ...state.hardSizes].slice(0, REMEMBERED_SIZES),
      },
      loss: floats('loss')[0]!,
      gradientNorm: floats('gradient_norm')[0]!,
      wrongTokens,
      farWeight: farAttention === undefined ? null : floats('far_weight')[0]!,
      unevenWeight: unevenAttention === undefined ? null : floats('uneven_weight')[0]!,
      missedWeight: guidedAttention === undefined ? null : floats('missed_weight')[0]!,
    };
  }

  return { run, release: () => session.release() };
}
