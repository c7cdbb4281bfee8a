/** Trains a model whose tokens stand in a line: one graph a step. */

import { createTokenizer, type ExampleSource } from '@lifegpt/core';
import { Tensor, type InferenceSession } from 'onnxruntime-common';
import { chainHash } from '../folder/hash.js';
import { encodeModel } from '../graph/proto.js';
import type { GptConfig } from '../network/gpt-config.js';
import { positionIds } from '../network/positions.js';
import type { Runtime } from '../runtime.js';
import { adamOptions, learningRateAt, vocabularyOf, type Recipe } from './recipe.js';
import { drawLineBatch } from './line-batch.js';
import { buildTrainStep } from './train-step.js';
import type { Training } from './training.js';

/** Compiles the graph of a step. */
export async function openLineTraining(
  runtime: Runtime,
  recipe: Recipe & { readonly model: GptConfig },
  source: ExampleSource,
): Promise<Training> {
  const tokenizer = createTokenizer(vocabularyOf(recipe));
  const scoresKeys = (recipe.forgetful_masking ?? 0) > 0;
  const graph = buildTrainStep(recipe.model, { ...adamOptions(recipe), scoresKeys });
  const session: InferenceSession = await runtime.createSession(encodeModel(graph));
  return {
    async step(state) {
      const batch = drawLineBatch(recipe, state.step, source, tokenizer);
      const { layout, inputs, targets, boards, keyScores } = batch;
      const step = state.step + 1;
      const vector = (data: Float32Array): Tensor => new Tensor('float32', data, [data.length]);
      const scalar = (value: number): Tensor => new Tensor('float32', Float32Array.of(value), []);
      const { inputTokens, answerTokens } = layout;
      const outputs = await session.run({
        parameters: vector(state.parameters),
        first_moment: vector(state.firstMoment),
        second_moment: vector(state.secondMoment),
        learning_rate: scalar(learningRateAt(recipe, step)),
        step: scalar(step),
        input_ids: new Tensor('int32', inputs, [boards, inputTokens]),
        position_ids: new Tensor('int32', positionIds(recipe.model, layout), [inputTokens, 1]),
        num_logits_to_keep: new Tensor('int64', BigInt64Array.of(BigInt(answerTokens)), [1]),
        targets: new Tensor('int32', targets, [boards, answerTokens]),
        ...(keyScores === null
          ? {}
          : { key_scores: new Tensor('float32', keyScores, [boards, inputTokens]) }),
      });
      const floats = (name: string): Float32Array => outputs[name]!.data as Float32Array;
      return {
        state: {
          step,
          parameters: floats('next_parameters'),
          firstMoment: floats('next_first_moment'),
          secondMoment: floats('next_second_moment'),
          dataHash: await chainHash(state.dataHash, [inputs, targets]),
        },
        loss: floats('loss')[0]!,
        gradientNorm: floats('gradient_norm')[0]!,
        wrongTokens: floats('wrong_tokens')[0]!,
        answerTokens: targets.length,
        asked: null,
        boards,
      };
    },
    release: () => session.release(),
  };
}
