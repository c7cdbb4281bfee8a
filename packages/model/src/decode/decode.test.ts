import { encodePrompts, layoutPrompt, openStream } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { randomModel, tinyConfig } from '../../test/tiny-model.js';
import type { PositionScheme } from '../config.js';
import type { LanguageModel } from '../language-model.js';
import { NEAR_TIE_MARGIN, pickBest, type DecodeRequest } from './decoder.js';
import { decodeGreedy } from './greedy.js';
import { decodeJacobi } from './jacobi.js';

function drawRequest(
  model: LanguageModel,
  width: number,
  height: number,
  boards: number,
  seed: number,
): DecodeRequest {
  const random = openStream(seed, 'prompts');
  const layout = layoutPrompt(model.tokenizer, width, height);
  const states = Uint8Array.from({ length: boards * width * height }, () => random.nextInt(2));
  return { layout, prompts: encodePrompts(layout, states) };
}

describe.each<PositionScheme>(['learned', 'rope', 'border'])(
  'decoding with %s positions',
  (scheme) => {
    it('jacobi writes the tokens of greedy, with random weights, over many sizes', async () => {
      let passes = 0;
      let distinct = 0;
      for (const layers of [1, 2]) {
        for (let seed = 1; seed <= 3; seed++) {
          const model = await randomModel(tinyConfig(scheme, layers), seed);
          for (const [width, height] of [
            [1, 1],
            [3, 2],
            [5, 4],
            [6, 6],
          ] as const) {
            const request = drawRequest(model, width, height, 3, seed);
            const greedy = await decodeGreedy(model, request);
            const jacobi = await decodeJacobi(model, request);
            expect(jacobi.tokens).toEqual(greedy.tokens);
            expect(jacobi.minMargin).toBeCloseTo(greedy.minMargin, 3);
            passes = Math.max(passes, jacobi.forwardPasses);
            distinct = Math.max(distinct, new Set(greedy.tokens).size);
          }
          await model.release();
        }
      }
      // else the case would not be the hard one: answers that hang on earlier answers
      expect(distinct).toBeGreaterThan(2);
      expect(passes).toBeGreaterThan(3);
    });
  },
);

describe('decoding', () => {
  it('counts one pass a token in greedy and reports progress and its smallest margin', async () => {
    const model = await randomModel(tinyConfig('border'), 1);
    const request = drawRequest(model, 3, 3, 2, 1);
    const progress: [number, number][] = [];
    const result = await decodeGreedy(model, {
      ...request,
      onProgress: (done, total) => progress.push([done, total]),
    });
    expect(result.forwardPasses).toBe(10);
    expect(progress.at(-1)).toEqual([20, 20]);
    expect(result.minMargin).toBeGreaterThan(0);
  });

  it('leaves near-ties to the sequential reference', async () => {
    // a model whose two best tokens swap with the number of logits asked for, by less than the threshold
    const real = await randomModel(tinyConfig('border'), 1);
    const tied: LanguageModel = {
      ...real,
      async logits(inputIds, boards, positions, keep) {
        const logits = await real.logits(inputIds, boards, positions, keep);
        for (let row = 0; row < boards * keep; row++) {
          const at = row * real.config.vocab_size;
          logits.set(keep === 1 ? [100.0001, 100] : [100, 100.0001], at);
        }
        return logits;
      },
    };
    const request = drawRequest(tied, 3, 3, 1, 1);
    const greedy = await decodeGreedy(tied, request);
    const jacobi = await decodeJacobi(tied, request);
    expect(greedy.minMargin).toBeLessThan(NEAR_TIE_MARGIN);
    expect(jacobi.tokens).toEqual(greedy.tokens);
    expect(jacobi.forwardPasses).toBeGreaterThan(greedy.forwardPasses);
  });

  it('stops when aborted', async () => {
    const model = await randomModel(tinyConfig('border'), 1);
    const request = { ...drawRequest(model, 3, 3, 1, 1), signal: AbortSignal.abort() };
    await expect(decodeGreedy(model, request)).rejects.toThrow(/abort/i);
    await expect(decodeJacobi(model, request)).rejects.toThrow(/abort/i);
  });

  it('refuses prompts that do not fill whole boards', async () => {
    const model = await randomModel(tinyConfig('border'), 1);
    const request = drawRequest(model, 3, 3, 1, 1);
    const cut = { ...request, prompts: request.prompts.subarray(1) };
    await expect(decodeJacobi(model, cut)).rejects.toThrow(
      /prompts for 3x3 have 11 tokens each; 10 tokens/,
    );
  });
});

describe('pickBest', () => {
  it('takes the largest logit, the first of equals, and the smallest margin', () => {
    const { tokens, minMargin } = pickBest(Float32Array.of(1, 3, 2, 5, 5, 0), 3);
    expect([...tokens]).toEqual([1, 0]);
    expect(minMargin).toBe(0);
  });
});
