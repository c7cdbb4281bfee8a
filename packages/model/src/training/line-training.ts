/** Trains a model whose tokens stand in a line: one graph a step. */

import { createTokenizer, type ExampleSource } from '@lifegpt/core';
import { encodeModel } from '@lifegpt/onnx-training';
import { Tensor, type InferenceSession } from 'onnxruntime-common';
import { chainHash } from '../folder/hash.js';
import type { GptConfig } from '../network/gpt-config.js';
import { positionIds } from '../network/positions.js';
import type { Runtime } from '../runtime.js';
import { adamOptions, vocabularyOf, type Recipe } from './recipe.js';
import { drawLineBatch } from './line-batch.js';
import { feedOptimizer, readOptimizer, vector } from './optimizer-state.js';
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
      const { inputTokens, answerTokens } = layout;
      const outputs = await session.run({
        parameters: vector(state.parameters),
        ...feedOptimizer(recipe, state),
        input_ids: new Tensor('int32', inputs, [boards, inputTokens]),
        position_ids: new Tensor('int32', positionIds(recipe.model, layout), [inputTokens, 1]),
        num_logits_to_keep: new Tensor('int64', BigInt64Array.of(BigInt(answerTokens)), [1]),
        targets: new Tensor('int32', targets, [boards, answerTokens]),
        ...(keyScores === null
          ? {}
          : { key_scores: new Tensor('float32', keyScores, [boards, inputTokens]) }),
      });
      const { gradientNorm, ...next } = readOptimizer(outputs);
      const numberOf = (name: string): number => (outputs[name]!.data as Float32Array)[0]!;
      return {
        state: { step, ...next, dataHash: await chainHash(state.dataHash, [inputs, targets]) },
        loss: numberOf('loss'),
        gradientNorm,
        wrongTokens: numberOf('wrong_tokens'),
        answerTokens: targets.length,
        asked: null,
        boards,
      };
    },
    release: () => session.release(),
  };
}
