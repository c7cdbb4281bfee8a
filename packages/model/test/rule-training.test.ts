/** A training to infer rules, from its batches to weights that read rules which it never saw. */

import {
  createTokenizer,
  listRuleBits,
  readRuleAnswer,
  toLifeRule,
  RULE_VOCABULARY,
  type ExampleRequest,
  type RuleLayout,
} from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { decodeJacobi } from '../src/decode/jacobi.js';
import { evaluateFreshPairs } from '../src/predict/evaluate-rules.js';
import { createLanguageModel } from '../src/network/language-model.js';
import type { Recipe } from '../src/training/recipe.js';
import { initialiseState, nameParameters, type TrainState } from '../src/training/train-state.js';
import { drawBatch } from '../src/training/batch.js';
import { train, type StepEvent } from '../src/training/trainer.js';
import { isHeldOutRule, listHeldOutRules } from '../src/training/training-rules.js';
import { referenceSource } from './example-source.js';
import { ruleRecipe } from './rule-recipe.js';
import { cpu } from './runtime.js';

const tokenizer = createTokenizer(RULE_VOCABULARY);

async function run(recipe: Recipe): Promise<{ steps: StepEvent[]; state: TrainState }> {
  const steps: StepEvent[] = [];
  let state = initialiseState(recipe.model, recipe.seed);
  for await (const event of train({ runtime: cpu, recipe, source: referenceSource })) {
    if (event.kind === 'step') steps.push(event);
    else state = event.state;
  }
  return { steps, state };
}

describe('the batches of a training to infer rules', () => {
  it('have a rule of its own for each pair, none that is held out, and answers that agree with it', () => {
    const asked: ExampleRequest[] = [];
    const source = {
      draw: (request: ExampleRequest) => {
        asked.push(request);
        return referenceSource.draw(request);
      },
    };
    const start = initialiseState(ruleRecipe.model, 1);
    let determined = 0;
    for (let step = 0; step < 20; step++) {
      asked.length = 0;
      const { layout, targets, inputs, size } = drawBatch(
        ruleRecipe,
        { ...start, step },
        source,
        tokenizer,
      );
      expect(inputs).toHaveLength(size.boards * layout.inputTokens);
      expect(asked).toHaveLength(size.boards);
      expect(new Set(asked.map(({ rule }) => JSON.stringify(rule))).size).toBe(size.boards);
      asked.forEach(({ rule: drawn, topology }, b) => {
        const rule = toLifeRule(drawn)!;
        expect(topology).toEqual({ kind: 'torus' });
        expect(isHeldOutRule(ruleRecipe, rule)).toBe(false);
        const own = targets.subarray(b * layout.answerTokens, (b + 1) * layout.answerTokens);
        const { bits } = readRuleAnswer(layout as RuleLayout, own);
        const truth = listRuleBits(rule);
        bits.forEach((bit, i) => {
          if (bit === null) return;
          determined++;
          expect(bit).toBe(truth[i]);
        });
      });
    }
    expect(determined).toBeGreaterThan(200);
  });

  it('are the same for the same seed and step', () => {
    const state = { ...initialiseState(ruleRecipe.model, 1), step: 3 };
    const draw = () => drawBatch(ruleRecipe, state, referenceSource, tokenizer);
    expect(draw()).toEqual(draw());
  });
});

/** Learns to read the rule off tori with sides 3 and 4, in part. */
const LEARNER: Recipe = {
  ...ruleRecipe,
  model: { ...ruleRecipe.model, n_embd: 64, n_inner: 128 },
  steps: 1000,
  learning_rate: 2e-3,
  warmup_steps: 20,
  checkpoint_every: 1000,
  replay: 0,
  guided_attention: { weight: 4, scale: 1 },
  guided_answer: { weight: 4, scale: 1 },
  stages: [
    { until: 1, cells_per_batch: 192, sizes: [{ weight: 1, height: [3, 4], width: [3, 4] }] },
  ],
};

describe('a small training to infer rules', () => {
  it('finds the neighbourhood that its first layer is told, and reads bits of unseen rules off the next state', async () => {
    const { state, steps } = await run(LEARNER);
    const meanMissed = (some: readonly StepEvent[]): number =>
      some.reduce((sum, { missedWeight }) => sum + missedWeight!, 0) / some.length;
    expect(meanMissed(steps.slice(-50))).toBeLessThan(0.3 * meanMissed(steps.slice(0, 10)));

    const model = await createLanguageModel({
      name: 'small',
      config: LEARNER.model,
      tokenizer,
      tensors: nameParameters(LEARNER.model, state.parameters),
      runtime: cpu,
    });
    const { rightBits, determinedBits, markedBits, openBits } = await evaluateFreshPairs(
      model,
      decodeJacobi,
      {
        source: referenceSource,
        seed: 5,
        sizes: 24,
        pairsPerSize: 8,
        density: [0.2, 0.8],
        rules: listHeldOutRules(LEARNER),
      },
    );
    await model.release();
    // the given state says which bits are determined; who does not see the next one gets half of them
    expect(rightBits / determinedBits).toBeGreaterThan(0.6);
    expect(markedBits / openBits).toBeGreaterThan(0.9);
  }, 600_000);
});
