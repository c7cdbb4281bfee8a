import { CHARACTER_VOCABULARY, createTokenizer, layoutPrompt } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { referenceSource } from '../../test/example-source.js';
import { cpu } from '../../test/runtime.js';
import { lineConfig } from '../../test/tiny-model.js';
import { lineRecipe, locationRecipe } from '../../test/tiny-recipe.js';
import { checkRecipe } from './check-recipe.js';
import { drawForgotten, drawLineBatch } from './line-batch.js';
import type { Recipe } from './recipe.js';
import { decodeState, encodeState, initialiseState, type TrainState } from './train-state.js';
import { train, type StepEvent, type TrainOptions } from './trainer.js';

async function run(
  options: Partial<TrainOptions> = {},
): Promise<{ steps: StepEvent[]; states: TrainState[] }> {
  const steps: StepEvent[] = [];
  const states: TrainState[] = [];
  for await (const event of train({
    runtime: cpu,
    recipe: lineRecipe,
    source: referenceSource,
    ...options,
  })) {
    if (event.kind === 'step') steps.push(event);
    else states.push(event.state);
  }
  return { steps, states };
}

/**
 * Losses of these recipes, recorded on an x86-64 CPU. Whatever changes the forward pass, a gradient,
 * the optimizer, the data or the initial weights moves these curves.
 */
const GOLDEN_LOSSES: Record<string, readonly number[]> = {
  [lineRecipe.name]: [
    2.861113, 2.864559, 2.752288, 2.672549, 2.610836, 2.537458, 2.562421, 2.509612, 2.476853,
    2.525068,
  ],
  [locationRecipe.name]: [
    4.71876, 4.195615, 4.670687, 4.912284, 3.785584, 3.690372, 3.434144, 4.086046, 4.445911,
    3.75858,
  ],
};

describe.each<[string, Recipe]>([
  ['texts in a line', lineRecipe],
  ['attention by location', locationRecipe],
])('training with %s', (_name, recipe) => {
  it('follows the golden loss curve', async () => {
    const { steps } = await run({ recipe });
    const golden = GOLDEN_LOSSES[recipe.name]!;
    expect(steps).toHaveLength(golden.length);
    steps.forEach(({ loss }, i) => expect(loss).toBeCloseTo(golden[i]!, 4));
  });

  it('yields a checkpoint every so many steps and at the end', async () => {
    const { states } = await run({ recipe });
    expect(states.map(({ step }) => step)).toEqual([4, 8, 10]);
  });

  it('goes on from a stored checkpoint along the same curve', async () => {
    const whole = await run({ recipe });
    const bytes = await encodeState(whole.states[0]!, 'hash');
    const state = await decodeState(bytes, 'state', recipe.model, 'hash');
    const resumed = await run({ recipe, state });
    expect(resumed.steps.map(({ step, loss }) => [step, loss])).toEqual(
      whole.steps.slice(4).map(({ step, loss }) => [step, loss]),
    );
    expect(resumed.states.at(-1)!.parameters).toEqual(whole.states.at(-1)!.parameters);
    expect(resumed.states.at(-1)!.dataHash).toBe(whole.states.at(-1)!.dataHash);
  });

  it('keeps a hash of the data that it saw', async () => {
    const hashOf = async (seed: number): Promise<string> =>
      (await run({ recipe: { ...recipe, seed } })).states.at(-1)!.dataHash;
    const hash = await hashOf(recipe.seed);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(await hashOf(recipe.seed + 1)).not.toBe(hash);
  });

  it('stops when aborted, with a checkpoint of what was reached', async () => {
    const controller = new AbortController();
    const kinds: string[] = [];
    const options = { runtime: cpu, recipe, source: referenceSource, signal: controller.signal };
    for await (const event of train(options)) {
      if (event.kind === 'step' && event.step === 2) controller.abort();
      kinds.push(event.kind === 'step' ? `step ${event.step}` : `checkpoint ${event.state.step}`);
    }
    expect(kinds).toEqual(['step 1', 'step 2', 'checkpoint 2']);
  });

  it('learns: it gets well below its first loss', async () => {
    const { steps } = await run({ recipe: { ...recipe, steps: 120, learning_rate: 1e-2 } });
    const late = steps.slice(-20).reduce((sum, { loss }) => sum + loss / 20, 0);
    expect(late).toBeLessThan(0.7 * steps[0]!.loss);
  });
});

describe('training on both tasks', () => {
  it('asks for rules from its step on, and counts what it asks apart', async () => {
    const { steps } = await run({ recipe: locationRecipe });
    expect(steps.map(({ asked }) => asked !== null)).toEqual([
      ...Array<boolean>(3).fill(false),
      ...Array<boolean>(7).fill(true),
    ]);
    for (const { asked } of steps.slice(3)) expect(asked!.tokens).toBeGreaterThan(4);
    for (const { asked } of steps.slice(5)) {
      expect([4 * 19, 4 * 65]).toContain(asked!.tokens);
      expect(asked!.wrong).toBeLessThanOrEqual(asked!.tokens);
    }
  });

  it('moves every parameter, those of the inverse task among them', async () => {
    const { states } = await run({ recipe: { ...locationRecipe, checkpoint_every: 1 } });
    const first = initialiseState(locationRecipe.model, locationRecipe.seed).parameters;
    const last = states.at(-1)!.parameters;
    const moved = last.filter((value, i) => value !== first[i]).length;
    expect(moved / last.length).toBeGreaterThan(0.95);
  });
});

describe('a stored train state', () => {
  const state: TrainState = {
    step: 3,
    parameters: Float32Array.of(1, 2),
    firstMoment: new Float32Array(2),
    secondMoment: new Float32Array(2),
    dataHash: '',
  };

  const decode = (bytes: Uint8Array, recipe = 'one') =>
    decodeState(bytes, 'run/state', lineRecipe.model, recipe);

  it('is refused for another recipe', async () => {
    await expect(decode(await encodeState(state, 'one'), 'two')).rejects.toThrow(
      /run\/state belongs to another recipe \(one, not two\)/,
    );
  });

  it('is refused for a model of another size', async () => {
    await expect(decode(await encodeState(state, 'one'))).rejects.toThrow(
      /tensor parameters has 2 values; expected \d+/,
    );
  });

  it('is refused when a bit of it flipped, in its numbers or in what it says of itself', async () => {
    const bytes = await encodeState(state, 'one');
    const step = Buffer.from(bytes).indexOf('"step":"3"');
    for (const at of [bytes.length - 1, bytes.length - 9, step + 8]) {
      const damaged = bytes.slice();
      damaged[at]! ^= 1;
      await expect(decode(damaged)).rejects.toThrow(/run\/state is damaged: its SHA-256/);
    }
  });

  it('is refused without a checksum, and with a step that is none', async () => {
    const bytes = Buffer.from(await encodeState(state, 'one'));
    const renamed = Buffer.from(bytes);
    renamed.write('"xha256"', renamed.indexOf('"sha256"'));
    await expect(decode(renamed)).rejects.toThrow(/has no checksum/);
    const odd = await encodeState({ ...state, step: 'abc' as unknown as number }, 'one');
    await expect(decode(odd)).rejects.toThrow(/"step" is "abc"; expected a whole number/);
  });
});

describe('drawForgotten', () => {
  const recipe = { ...lineRecipe, forgetful_masking: 0.15 };

  it('hides the same share of every text, never its first token, other ones in other steps', () => {
    const masks = [1, 2].map((step) => drawForgotten(recipe, step, 3, 40)!);
    for (const mask of masks) {
      for (let b = 0; b < 3; b++) {
        const row = mask.subarray(b * 40, (b + 1) * 40);
        expect(row[0]).toBe(0);
        expect(row.filter((value) => value < 0)).toHaveLength(6);
      }
    }
    expect(masks[0]).not.toEqual(masks[1]);
    expect(drawForgotten(recipe, 1, 3, 40)).toEqual(masks[0]);
    expect(drawForgotten(lineRecipe, 1, 3, 40)).toBeNull();
  });

  it('is what the training step masks: another loss from the same data', async () => {
    const [plain, masked] = [await run(), await run({ recipe })];
    expect(masked.states.at(-1)!.dataHash).toBe(plain.states.at(-1)!.dataHash);
    expect(Math.abs(masked.steps[0]!.loss - plain.steps[0]!.loss)).toBeGreaterThan(1e-5);
  });
});

describe('a batch of texts in a line', () => {
  const tokenizer = createTokenizer(CHARACTER_VOCABULARY);

  it('holds as many boards of its size as come nearest to the recipe’s cells', () => {
    for (let step = 0; step < 5; step++) {
      const { boards, layout } = drawLineBatch(lineRecipe, step, referenceSource, tokenizer);
      const cells = layout.width * layout.height;
      expect(cells).toBeLessThanOrEqual(9);
      expect(boards).toBe(Math.round(64 / cells));
    }
  });

  it('is drawn from no other boards than those of a pool, and from all of them', () => {
    const pooled = {
      ...lineRecipe,
      training_boards: 5,
      stages: [
        { until: 1, cells_per_batch: 64, sizes: [{ weight: 1, height: [4, 4], width: [4, 4] }] },
      ],
    } as const;
    const seen = new Set<string>();
    for (let step = 0; step < 40; step++) {
      const { inputs, boards } = drawLineBatch(pooled, step, referenceSource, tokenizer);
      const length = inputs.length / boards;
      for (let b = 0; b < boards; b++) {
        seen.add(inputs.subarray(b * length, (b + 1) * length).join());
      }
    }
    expect(seen.size).toBe(5);
  });
});

describe('training from rows and columns', () => {
  const model = lineConfig('learned', 1, 4);
  const positions = layoutPrompt(createTokenizer(CHARACTER_VOCABULARY), 4, 4).inputTokens;
  const recipe = {
    ...lineRecipe,
    steps: 1,
    warmup_steps: 1,
    model: {
      ...model,
      n_positions: positions,
      trained_for: { ...model.trained_for, sides: [4, 4] },
    },
    stages: [
      { until: 1, cells_per_batch: 32, sizes: [{ weight: 1, height: [4, 4], width: [4, 4] }] },
    ],
  } as const;

  it('begins elsewhere than training from noise', async () => {
    const noise = await run({ recipe });
    const start = { ...recipe, initial_positions: 'rows-and-columns' } as const;
    const other = await run({ recipe: checkRecipe(start, 'start') });
    expect(other.states[0]!.dataHash).toBe(noise.states[0]!.dataHash);
    expect(other.steps[0]!.loss).not.toBe(noise.steps[0]!.loss);
    expect(() =>
      checkRecipe({ ...start, model: { ...start.model, n_positions: 60 } }, 'start'),
    ).toThrow(/"initial_positions" is "rows-and-columns"; expected learned positions, one size/);
  });
});
