/**
 * Trains a model with attention by location: a step adds up the gradients of its shapes, each with the graph of its task and
 * form, and moves the parameters once.
 */

import {
  COORDINATES,
  createTokenizer,
  openStream,
  RULE_AXES,
  type ExampleSource,
} from '@lifegpt/core';
import { encodeModel, type GraphBuilder, NO_TARGET } from '@lifegpt/onnx-training';
import { Tensor, type InferenceSession } from 'onnxruntime-common';
import { chainHash } from '../folder/hash.js';
import type { LocationConfig } from '../network/location-config.js';
import { feedBoards, placeBits } from '../network/location-feeds.js';
import type { Runtime } from '../runtime.js';
import { buildRuleGradient, buildStateGradient, buildUpdate } from './gradient-step.js';
import { drawShapes, type LocationShape } from './location-batch.js';
import { feedOptimizer, readOptimizer, scalar, vector } from './optimizer-state.js';
import {
  adamOptions,
  sharpnessAt,
  vocabularyOf,
  type LocationTraining,
  type Recipe,
} from './recipe.js';
import type { Training } from './training.js';

/** Compiles the update; the graph of a task and form when it is first needed. */
export async function openLocationTraining(
  runtime: Runtime,
  recipe: Recipe & { readonly model: LocationConfig; readonly location: LocationTraining },
  source: ExampleSource,
): Promise<Training> {
  const { model, location } = recipe;
  const tokenizer = createTokenizer(vocabularyOf(recipe));
  const compile = (graph: GraphBuilder): Promise<InferenceSession> =>
    runtime.createSession(encodeModel(graph));
  const update = await compile(buildUpdate(model, adamOptions(recipe)));
  const gradients = new Map<string, InferenceSession>();

  async function openGradient({ task, form }: LocationShape): Promise<InferenceSession> {
    const key = `${task} ${form}`;
    const known = gradients.get(key);
    if (known !== undefined) return known;
    const build = task === 'next-state' ? buildStateGradient : buildRuleGradient;
    const session = await compile(build(model, form));
    gradients.set(key, session);
    return session;
  }

  /** What a shape's loss counts: those of a task are averaged. */
  function weightOf({ task }: LocationShape): number {
    if (task === 'next-state') return 1 / location.shapes;
    return location.inverse!.weight / location.inverse!.shapes;
  }

  /** Noise on where the streams of a shape's queries lie on the axes, once λ rises. */
  function drawNoise(step: number, shape: number, size: number): Float32Array {
    const noise = new Float32Array(size);
    if (location.noise === 0 || step <= location.sharpens[0] * recipe.steps) return noise;
    const random = openStream(recipe.seed, 'noise', step, shape);
    return noise.map(() => location.noise * random.nextGaussian());
  }

  function feedShape(shape: LocationShape, step: number, number: number): Record<string, Tensor> {
    const { boards, queries, targets } = shape;
    const { texts } = boards;
    const asked = targets.length / texts;
    const feeds = {
      ...feedBoards(boards, queries),
      targets: new Tensor('int32', targets, [texts, asked]),
    };
    if (shape.task === 'next-state') {
      const noise = drawNoise(step, number, targets.length * RULE_AXES.length);
      return {
        ...feeds,
        bit_ids: new Tensor('int32', shape.bitIds, [texts, shape.bitIds.length / texts]),
        noise: new Tensor('float32', noise, [texts, asked, RULE_AXES.length]),
      };
    }
    const { ids, positions } = shape.asked;
    return {
      ...feeds,
      asked_ids: new Tensor('int32', ids, [texts, asked]),
      asked_positions: new Tensor('int32', positions, [asked, COORDINATES]),
      asked_places: new Tensor('float32', placeBits(positions, shape.form), [
        asked,
        RULE_AXES.length,
      ]),
    };
  }

  return {
    async step(state) {
      const step = state.step + 1;
      const shapes = drawShapes(recipe, state.step, source, tokenizer);
      const parameters = vector(state.parameters);
      const sharpness = scalar(sharpnessAt(recipe, step));
      let gradient = vector(new Float32Array(state.parameters.length));
      let [loss, wrongTokens, answerTokens, boards] = [0, 0, 0, 0];
      const asked = { tokens: 0, wrong: 0 };
      const hashed: Int32Array[] = [];
      for (const [number, shape] of shapes.entries()) {
        const weight = weightOf(shape);
        const session = await openGradient(shape);
        const outputs = await session.run({
          ...feedShape(shape, step, number),
          parameters,
          gradient,
          weight: scalar(weight),
          sharpness,
        });
        gradient = outputs['next_gradient'] as Tensor;
        const tokens = shape.targets.filter((target) => target !== NO_TARGET).length;
        const wrong = (outputs['wrong_tokens']!.data as Float32Array)[0]!;
        boards += shape.boards.texts;
        if (shape.task === 'infer-rule') {
          asked.tokens += tokens;
          asked.wrong += wrong;
        } else {
          loss += (outputs['loss']!.data as Float32Array)[0]! * tokens;
          wrongTokens += wrong;
          answerTokens += tokens;
        }
        hashed.push(shape.boards.given, shape.targets);
      }
      const outputs = await update.run({
        parameters,
        gradient,
        ...feedOptimizer(recipe, state),
      });
      const { gradientNorm, ...next } = readOptimizer(outputs);
      return {
        state: { step, ...next, dataHash: await chainHash(state.dataHash, hashed) },
        loss: loss / answerTokens,
        gradientNorm,
        wrongTokens,
        answerTokens,
        asked: asked.tokens > 0 ? asked : null,
        boards,
      };
    },
    async release() {
      await update.release();
      for (const session of gradients.values()) await session.release();
    },
  };
}
