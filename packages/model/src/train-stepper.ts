/** Runs the train-step graph: a state and a batch in, the next state and what the step came to out. */

import type { PromptLayout, RuleLayout, Topology } from '@lifegpt/core';
import { Tensor, type InferenceSession } from 'onnxruntime-common';
import type { TrainBatch } from './batch.js';
import { countHiddenTokens, guidedLayer, type GptConfig } from './config.js';
import {
  markFarKeys,
  markNeighbours,
  shareCases,
  shareNeighbourhood,
  sharePairNeighbourhood,
  shareRuleBits,
  splitNeighbourhood,
} from './far-keys.js';
import { encodeModel } from './graph/proto.js';
import { positionIds } from './positions.js';
import type { Recipe } from './recipe.js';
import type { Runtime } from './runtime.js';
import type { TrainState } from './train-state.js';
import { buildTrainStep } from './train-step.js';
import { takeTokens } from './windows.js';

/** How many sizes of batches with errors are kept for replays. */
const REMEMBERED_SIZES = 64;

/** What came of one training step. */
export interface StepResult {
  readonly state: TrainState;
  /** Mean cross-entropy over the answer's tokens, in nats. */
  readonly loss: number;
  readonly gradientNorm: number;
  /** Answer tokens of this fresh batch that the model, before the update, had wrong. */
  readonly wrongTokens: number;
  /** Mean weight of attention on far keys; null where the recipe has no loss on it. */
  readonly farWeight: number | null;
  /** Mean sum of squared differences between the weights of neighbours; null without a loss on it. */
  readonly unevenWeight: number | null;
  /** Mean divergence of the heads' mean attention from the neighbourhood, in nats; null without a loss on it. */
  readonly missedWeight: number | null;
}

/**
 * Marked keys without the tokens that the layer has no keys of: `[boards, heads, queries, keys]`, once for all boards where
 * they have one topology, and for all heads where the marks do not tell them apart. The last layer has the answer's queries; another one has all, and nothing is said of the
 * prompt's.
 */
function markKeys(
  mark: typeof markFarKeys,
  config: GptConfig,
  { topologies, layout, part }: TrainBatch,
): Tensor {
  const [inputTokens, answerTokens] = [part.tokens.length, part.answers.length];
  const hidden = countHiddenTokens(config);
  const keys = inputTokens - hidden;
  const isLast = guidedLayer(config) === config.n_layer - 1;
  const first = isLast ? 0 : inputTokens - answerTokens;
  const queries = first + answerTokens;
  const marks = new Map(
    [...new Set(topologies)].map((each) => [each, mark(layout as PromptLayout, each, part)]),
  );
  const rows = marks.size === 1 ? topologies.slice(0, 1) : topologies;
  const heads = marks.get(rows[0]!)!.length / (answerTokens * inputTokens);
  const data = new Float32Array(rows.length * heads * queries * keys);
  rows.forEach((topology, b) => {
    const all = marks.get(topology)!;
    for (let head = 0; head < heads; head++) {
      for (let answer = 0; answer < answerTokens; answer++) {
        const row = (head * answerTokens + answer) * inputTokens;
        const own = all.subarray(row + hidden, row + inputTokens);
        data.set(own, ((b * heads + head) * queries + first + answer) * keys);
      }
    }
  });
  return new Tensor('float32', data, [rows.length, heads, queries, keys]);
}

/** What is added to the scores of the keys that layers behind the header have, `[boards, keys]`; 0 where nothing is. */
function scoreKeys({ part, size, keyScores }: TrainBatch, hidden: number): Tensor {
  const [tokens, keys] = [part.tokens.length, part.tokens.length - hidden];
  const scores = new Float32Array(size.boards * keys);
  for (let b = 0; b < size.boards && keyScores !== null; b++) {
    scores.set(keyScores.subarray(b * tokens + hidden, (b + 1) * tokens), b * keys);
  }
  return new Tensor('float32', scores, [size.boards, keys]);
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

/** Where the answers shall look in the last layer for what they say, `[texts, 1, answerTokens, inputTokens]`. */
function guideAnswers({ layout, inputs, topologies, size }: TrainBatch): Tensor {
  const shares =
    layout.task === 'infer-rule'
      ? shareCases(layout, inputs, topologies[0]!)
      : shareRuleBits(layout, inputs, topologies);
  const { answerTokens, inputTokens } = layout;
  return new Tensor('float32', shares, [size.boards, 1, answerTokens, inputTokens]);
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
  const scoresKeys =
    (recipe.forgetful_masking ?? 0) > 0 ||
    recipe.stages.some((stage) => stage.window_cells !== undefined);
  const graph = buildTrainStep(recipe.model, {
    beta1: recipe.adam_beta1,
    beta2: recipe.adam_beta2,
    epsilon: recipe.adam_epsilon,
    weightDecay: recipe.weight_decay,
    clipNorm: recipe.max_grad_norm,
    scoresKeys,
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
    const { layout, topologies, part, inputs, targets, size } = batch;
    const [inputTokens, answerTokens] = [part.tokens.length, part.answers.length];
    const all = positionIds(recipe.model, layout);
    const columns = all.length / layout.inputTokens;
    const positions = takeTokens(all, layout.inputTokens, part.tokens, columns);
    const keys = (mark: typeof markFarKeys): Tensor => markKeys(mark, recipe.model, batch);
    const outputs = await session.run({
      parameters: vector(state.parameters),
      first_moment: vector(state.firstMoment),
      second_moment: vector(state.secondMoment),
      learning_rate: scalar(learningRate),
      step: scalar(state.step + 1),
      input_ids: new Tensor('int32', inputs, [size.boards, inputTokens]),
      position_ids: new Tensor('int32', positions, [inputTokens, columns]),
      num_logits_to_keep: new Tensor('int64', BigInt64Array.of(BigInt(answerTokens)), [1]),
      targets: new Tensor('int32', targets, [size.boards, answerTokens]),
      ...(scoresKeys ? { key_scores: scoreKeys(batch, countHiddenTokens(recipe.model)) } : {}),
      ...(farAttention === undefined ? {} : { far_keys: keys(markFarKeys) }),
      ...(unevenAttention === undefined ? {} : { near_keys: keys(markNeighbours) }),
      ...(guidedAttention === undefined
        ? {}
        : {
            wanted_keys:
              layout.task === 'infer-rule'
                ? guidePairs(layout, topologies[0]!)
                : keys(
                    guidedAttention.head_per_place === true
                      ? splitNeighbourhood
                      : shareNeighbourhood,
                  ),
          }),
      ...(guidedAnswer === undefined ? {} : { case_keys: guideAnswers(batch) }),
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
