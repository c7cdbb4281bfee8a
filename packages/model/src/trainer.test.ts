import {
  CHARACTER_VOCABULARY,
  CONWAY,
  createGrid,
  createTokenizer,
  HEADER_VOCABULARY,
  layoutPrompt,
  PIECE_VOCABULARY,
  RULE_BITS,
  ruleOfBits,
  stepReference,
  TORUS,
  TOPOLOGY_TOKENS,
  topologyOfToken,
  type TopologyToken,
} from '@lifegpt/core';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { referenceSource } from '../test/example-source.js';
import { headerRecipe } from '../test/header-recipe.js';
import { cpu } from '../test/runtime.js';
import { tinyConfig } from '../test/tiny-model.js';
import { tinyRecipe } from '../test/tiny-recipe.js';
import { createAttentionProbe } from './attention-probe.js';
import { openHeldOut } from './held-out.js';
import { drawBatch, drawForgotten, type TrainBatch } from './batch.js';
import { checkRecipe } from './check-recipe.js';
import { continueFrom } from './continue-from.js';
import { readModelFolder } from './model-folder.js';
import { vocabularyOf, type Recipe } from './recipe.js';
import {
  decodeState,
  encodeState,
  initialiseState,
  learnedWeights,
  nameParameters,
  type TrainState,
} from './train-state.js';
import { createTrainStepper } from './train-stepper.js';
import { train, type StepEvent, type TrainOptions } from './trainer.js';
import { isHeldOutRule } from './training-rules.js';

async function run(
  options: Partial<TrainOptions> = {},
): Promise<{ steps: StepEvent[]; states: TrainState[] }> {
  const steps: StepEvent[] = [];
  const states: TrainState[] = [];
  for await (const event of train({
    runtime: cpu,
    recipe: tinyRecipe,
    source: referenceSource,
    ...options,
  })) {
    if (event.kind === 'step') steps.push(event);
    else states.push(event.state);
  }
  return { steps, states };
}

/**
 * Losses of this recipe, recorded on an x86-64 CPU. Whatever changes the forward pass, a gradient,
 * the optimizer, the data or the initial weights moves this curve.
 */
const GOLDEN_LOSSES = [
  1.570252, 1.539999, 1.466222, 1.381901, 1.346104, 1.291089, 1.337214, 1.329608, 1.279489,
  1.319048,
];

describe('train', () => {
  it('follows the golden loss curve', async () => {
    const { steps } = await run();
    steps.forEach(({ loss }, i) => expect(loss).toBeCloseTo(GOLDEN_LOSSES[i]!, 4));
    expect(steps).toHaveLength(GOLDEN_LOSSES.length);
  });

  it('yields a checkpoint every so many steps and at the end', async () => {
    const { states } = await run();
    expect(states.map(({ step }) => step)).toEqual([4, 8, 10]);
  });

  it('goes on from a stored checkpoint along the same curve', async () => {
    const whole = await run();
    const bytes = await encodeState(whole.states[0]!, 'hash');
    const state = await decodeState(bytes, 'state', tinyRecipe.model, 'hash');
    const resumed = await run({ state });
    expect(resumed.steps.map(({ step, loss }) => [step, loss])).toEqual(
      whole.steps.slice(4).map(({ step, loss }) => [step, loss]),
    );
    expect(resumed.states.at(-1)!.parameters).toEqual(whole.states.at(-1)!.parameters);
    expect(resumed.states.at(-1)!.dataHash).toBe(whole.states.at(-1)!.dataHash);
  });

  it('averages weights where the recipe asks for it, over an interruption, too', async () => {
    const recipe = { ...tinyRecipe, average_weights: { from: 0.5, every: 2 } };
    const plain = await run({ recipe: { ...tinyRecipe, checkpoint_every: 1 } });
    const at = (step: number): Float32Array => plain.states[step - 1]!.parameters;
    const whole = await run({ recipe });
    const last = whole.states.at(-1)!;
    expect(last.parameters).toEqual(at(10));
    learnedWeights(last).forEach((weight, i) => {
      expect(weight).toBeCloseTo((at(6)[i]! + at(8)[i]! + at(10)[i]!) / 3, 6);
    });
    expect(learnedWeights(whole.states[0]!)).toEqual(at(4));
    const bytes = await encodeState(whole.states[1]!, 'hash');
    const state = await decodeState(bytes, 'state', recipe.model, 'hash');
    const resumed = await run({ recipe, state });
    expect(learnedWeights(resumed.states.at(-1)!)).toEqual(learnedWeights(last));
  });

  it('keeps a hash of the data that it saw', async () => {
    const hashOf = async (seed: number): Promise<string> =>
      (await run({ recipe: { ...tinyRecipe, seed } })).states.at(-1)!.dataHash;
    const hash = await hashOf(tinyRecipe.seed);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(await hashOf(tinyRecipe.seed + 1)).not.toBe(hash);
  });

  it('stops when aborted, with a checkpoint of what was reached', async () => {
    const controller = new AbortController();
    const kinds: string[] = [];
    for await (const event of train({
      runtime: cpu,
      recipe: tinyRecipe,
      source: referenceSource,
      signal: controller.signal,
    })) {
      if (event.kind === 'step' && event.step === 2) controller.abort();
      kinds.push(event.kind === 'step' ? `step ${event.step}` : `checkpoint ${event.state.step}`);
    }
    expect(kinds).toEqual(['step 1', 'step 2', 'checkpoint 2']);
  });

  it('learns: a fixed task of 4x4 boards gets well below its first loss', async () => {
    const { steps } = await run({ recipe: { ...tinyRecipe, steps: 150, learning_rate: 1e-2 } });
    expect(steps.at(-1)!.loss).toBeLessThan(0.62 * steps[0]!.loss);
  });
});

describe('training on windows of large boards', () => {
  const stages = [
    {
      until: 1,
      cells_per_batch: 256,
      window_cells: 100,
      sizes: [{ weight: 1, height: [30, 32], width: [20, 32] }],
    },
  ] as const;

  it.each([
    ['torus32', 0],
    ['surfaces64', 0],
  ])(
    '%s, which knows large boards, is told the places of the whole board, and that keys stand for several',
    async (name, wrongShare) => {
      const folder = await readModelFolder(name, (file) =>
        readFile(new URL(`../zoo/${name}/${file}`, import.meta.url)),
      );
      const penalty = { weight: 1, scale: 1 };
      const recipe: Recipe = {
        ...tinyRecipe,
        model: folder.config,
        vocabulary: folder.config.header === true ? 'header' : 'pieces',
        far_attention: penalty,
        stages,
      };
      const begin = continueFrom(folder, recipe);
      const stepper = await createTrainStepper(cpu, recipe);
      const [sums, alone] = [
        { wrong: 0, far: 0, tokens: 0 },
        { wrong: 0, far: 0, tokens: 0 },
      ];
      for (let step = 0; step < 5; step++) {
        const at = { ...begin, step };
        const batch = drawBatch(recipe, at, referenceSource, createTokenizer(vocabularyOf(recipe)));
        expect(batch.size.boards).toBe(3);
        expect(batch.inputs).toHaveLength(3 * batch.part.tokens.length);
        for (const [sum, keyScores] of [
          [sums, batch.keyScores],
          [alone, null],
        ] as const) {
          const { wrongTokens, farWeight } = await stepper.run(at, { ...batch, keyScores }, 0);
          sum.wrong += wrongTokens;
          sum.far += farWeight!;
          sum.tokens += batch.targets.length;
        }
      }
      await stepper.release();
      expect(sums.wrong / sums.tokens).toBeLessThanOrEqual(wrongShare);
      expect(sums.far / 5).toBeLessThan(0.3);
      expect(sums.far).toBeGreaterThan(1.1 * alone.far);
    },
  );
});

describe('training with headers', () => {
  const tokenizer = createTokenizer(HEADER_VOCABULARY);
  const begin = initialiseState(headerRecipe.model, 1);
  const draw = (step: number) =>
    drawBatch(headerRecipe, { ...begin, step: step - 1 }, referenceSource, tokenizer);

  it('shows what each board’s header says, and nothing that is held out', () => {
    const isHeldOut = openHeldOut(headerRecipe);
    const seen = new Set<string>();
    let mixed = 0;
    for (let step = 1; step <= 60; step++) {
      const { size, layout, inputs, targets } = draw(step);
      const { inputTokens, answerTokens, firstCell, width, height } = layout;
      expect(isHeldOut(size, size.topology!)).toBe(false);
      seen.add(size.topology!);
      for (let b = 0; b < size.boards; b++) {
        const text = inputs.subarray(b * inputTokens, (b + 1) * inputTokens);
        const header = tokenizer.decode(text.subarray(0, firstCell));
        const [, bits, letter] = /\{((?:[bBsS]\d){18})(.+)\}/.exec(header)!;
        expect(b > 0 || letter === size.topology).toBe(true);
        expect(isHeldOut(size, letter as TopologyToken)).toBe(false);
        if (letter !== size.topology) mixed++;
        const rule = ruleOfBits(bits!.match(/[A-Za-z]/g)!.map((bit) => Number(bit < 'a')));
        expect(isHeldOutRule(headerRecipe, rule)).toBe(false);
        const cells = Uint8Array.from(text.subarray(firstCell, firstCell + width * height));
        const topology = topologyOfToken(letter as TopologyToken);
        const next = stepReference(createGrid(width, height, cells), rule, topology);
        const answer = targets.subarray(b * answerTokens, b * answerTokens + width * height);
        expect([...answer]).toEqual([...next.cells]);
      }
    }
    expect([...seen].sort()).toEqual([...TOPOLOGY_TOKENS].sort());
    expect(mixed).toBeGreaterThan(60);
  });

  it('shows the same boards again where a recipe has a pool of them, each under its own header', () => {
    const rules = undefined;
    const pooled = { ...headerRecipe, rules, training_boards: 3 } as unknown as Recipe;
    const seen = new Set<string>();
    for (let step = 1; step <= 20; step++) {
      const batch = drawBatch(pooled, { ...begin, step }, referenceSource, tokenizer);
      const { inputTokens, answerTokens, firstCell, width, height } = batch.layout;
      batch.topologies.forEach((topology, b) => {
        const from = b * inputTokens + firstCell;
        const cells = Uint8Array.from(batch.inputs.subarray(from, from + width * height));
        const next = stepReference(createGrid(width, height, cells), CONWAY, topology);
        const answer = batch.targets.subarray(b * answerTokens, b * answerTokens + width * height);
        expect([...answer]).toEqual([...next.cells]);
        if (width === 4 && height === 5) seen.add(cells.join(''));
      });
    }
    expect(seen.size).toBeLessThanOrEqual(3);
  });

  it('looks at each board’s own neighbourhood for the losses on attention', async () => {
    const penalty = { weight: 1, scale: 1 };
    const recipe = {
      ...headerRecipe,
      far_attention: penalty,
      uneven_attention: penalty,
      guided_attention: penalty,
    };
    const stepper = await createTrainStepper(cpu, recipe);
    const batch = draw(8);
    const { boards } = batch.size;
    expect(new Set(batch.topologies).size).toBeGreaterThan(1);
    const amounts = async (of: TrainBatch): Promise<number[]> => {
      const { farWeight, unevenWeight, missedWeight } = await stepper.run(begin, of, 0);
      return [farWeight!, unevenWeight!, missedWeight!];
    };
    const together = await amounts(batch);
    const sums = [0, 0, 0];
    for (let b = 0; b < boards; b++) {
      const share = (all: Int32Array): Int32Array =>
        all.subarray((b * all.length) / boards, ((b + 1) * all.length) / boards);
      const alone = await amounts({
        ...batch,
        size: { ...batch.size, boards: 1 },
        topologies: [batch.topologies[b]!],
        inputs: share(batch.inputs),
        targets: share(batch.targets),
      });
      alone.forEach((amount, i) => (sums[i]! += amount / boards));
    }
    sums.forEach((sum, i) => expect(together[i]! / sum).toBeCloseTo(1, 4));
    await stepper.release();
  });

  it('is told the neighbourhood in the first layer and the rule’s bit in the last', async () => {
    const told = { weight: 4, scale: 1 };
    const recipe = checkRecipe(
      {
        ...headerRecipe,
        steps: 120,
        learning_rate: 0.01,
        model: { ...headerRecipe.model, header_layers: 'all' },
        guided_attention: told,
        guided_answer: told,
      },
      'told.json',
    );
    const { steps, states } = await run({ recipe });
    const meanMissed = (some: readonly StepEvent[]): number =>
      some.reduce((sum, { missedWeight }) => sum + missedWeight!, 0) / some.length;
    expect(meanMissed(steps.slice(-20))).toBeLessThan(0.6 * meanMissed(steps.slice(0, 10)));

    // where the last layer looks while it writes: on the board at random, on the rule once it was told to
    const state = createGrid(
      6,
      6,
      Uint8Array.from({ length: 36 }, (_, i) => (i * i) % 2),
    );
    const lookUp = async (parameters: Float32Array): Promise<number> => {
      const tensors = nameParameters(recipe.model, parameters);
      const folder = { name: 'told', config: recipe.model, tensors, tokenizer };
      const probe = await createAttentionProbe(folder, cpu);
      const { layers, layout } = await probe.read(state, state, { rule: CONWAY, topology: TORUS });
      await probe.release();
      const row = layers[1]!.subarray(0, layout.inputTokens);
      return row.slice(1, 1 + RULE_BITS).reduce((sum, weight) => sum + weight, 0);
    };
    const before = await lookUp(initialiseState(recipe.model, recipe.seed).parameters);
    expect(before).toBeLessThan(0.6);
    expect(await lookUp(states.at(-1)!.parameters)).toBeGreaterThan(0.9);
  });

  it('replays a size with its topology', async () => {
    const recipe = { ...headerRecipe, replay: 1 };
    const { steps, states } = await run({ recipe });
    const kinds = states.at(-1)!.hardSizes;
    expect(kinds.length).toBeGreaterThan(0);
    const first = steps[0]!;
    for (const kind of kinds) {
      const { height, width, topology } = first;
      expect(kind).toEqual({ height, width, topology });
    }
  });

  it('goes down the slope that it computes', async () => {
    const recipe = { ...headerRecipe, max_grad_norm: 1e9, weight_decay: 0 };
    const stepper = await createTrainStepper(cpu, recipe);
    const batch = draw(8);
    const one = await stepper.run(begin, batch, 0);
    const gradient = one.state.firstMoment.map((moment) => moment / (1 - recipe.adam_beta1));
    const length = Math.hypot(...gradient);
    expect(one.gradientNorm).toBeCloseTo(length, 4);
    // along it, and along the tokens of the header alone, which an answer depends on by the first layer
    const masked = gradient.slice();
    const header = HEADER_VOCABULARY.indexOf(TOPOLOGY_TOKENS[0]) * recipe.model.n_embd;
    for (const { name, data } of nameParameters(recipe.model, masked)) {
      data.fill(0, 0, name === 'wte.weight' ? header : data.length);
    }
    for (const direction of [gradient, masked]) {
      const size = Math.hypot(...direction);
      expect(size).toBeGreaterThan(1e-4);
      const lossAt = async (by: number): Promise<number> => {
        const parameters = begin.parameters.map((p, i) => p + (by * direction[i]!) / size);
        return (await stepper.run({ ...begin, parameters }, batch, 0)).loss;
      };
      const step = 0.02;
      const slope = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
      expect(slope / size).toBeCloseTo(1, 1);
    }
    await stepper.release();
  });

  it('is refused with a recipe that does not fit', () => {
    const fails = (change: object) => () => checkRecipe({ ...headerRecipe, ...change }, 'r.json');
    expect(fails({})).not.toThrow();
    expect(fails({ vocabulary: 'pieces' })).toThrow(/"vocabulary" is "pieces"; expected "header"/);
    expect(fails({ forgetful_masking: 0.1 })).toThrow(/"forgetful_masking" is 0.1/);
    expect(fails({ rules: undefined })).toThrow(/"rules" .* since the model knows all/);
    expect(fails({ rules: { count: 262_144, held_out: 1, grows: [0, 1] } })).toThrow(/"rules"/);
    const { held_out: heldOut } = headerRecipe;
    expect(fails({ held_out: { ...heldOut, share: 0.9 } })).toThrow(/"held_out"/);
    const narrow = {
      until: 1,
      cells_per_batch: 64,
      sizes: [{ weight: 1, height: [4, 4], width: [4, 4] }],
    };
    const stuck: Recipe = {
      ...headerRecipe,
      stages: [narrow] as unknown as Recipe['stages'],
      held_out: {
        seed: 1,
        share: 0,
        bands: TOPOLOGY_TOKENS.map((topology) => ({ topology, height: [4, 4], width: [4, 4] })),
      },
    };
    expect(() => drawBatch(stuck, begin, referenceSource, tokenizer)).toThrow(
      /held out on topology/,
    );
  });
});

describe('a stored train state', () => {
  const state: TrainState = {
    step: 3,
    parameters: new Float32Array(2),
    firstMoment: new Float32Array(2),
    secondMoment: new Float32Array(2),
    hardSizes: [{ height: 2, width: 3 }],
    dataHash: '',
  };

  const decode = (bytes: Uint8Array, recipe = 'one') =>
    decodeState(bytes, 'run/state', tinyRecipe.model, recipe);

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
  const recipe = { ...tinyRecipe, forgetful_masking: 0.15 };

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
    expect(drawForgotten(tinyRecipe, 1, 3, 40)).toBeNull();
  });

  it('is what the training step masks: another loss from the same data', async () => {
    const [plain, masked] = [await run(), await run({ recipe })];
    expect(masked.states.at(-1)!.dataHash).toBe(plain.states.at(-1)!.dataHash);
    expect(Math.abs(masked.steps[0]!.loss - plain.steps[0]!.loss)).toBeGreaterThan(1e-5);
  });
});

describe('training on a pool of boards', () => {
  it('draws no others, and all of them', () => {
    const stage = tinyRecipe.stages[1]!;
    const recipe = { ...tinyRecipe, training_boards: 5, stages: [stage] };
    const pooled = {
      ...recipe,
      stages: [{ ...stage, sizes: [{ weight: 1, height: [4, 4], width: [4, 4] }] }],
    } as const;
    const state = initialiseState(recipe.model, 1);
    const tokenizer = createTokenizer(PIECE_VOCABULARY);
    const seen = new Set<string>();
    for (let step = 0; step < 40; step++) {
      const { inputs, size } = drawBatch(pooled, { ...state, step }, referenceSource, tokenizer);
      const length = inputs.length / size.boards;
      for (let b = 0; b < size.boards; b++) {
        seen.add(inputs.subarray(b * length, (b + 1) * length).join(''));
      }
    }
    expect(seen.size).toBe(5);
  });
});

describe('training from rows and columns', () => {
  const model = { ...tinyConfig('learned', 1, 4), n_positions: 51 };
  const sized = {
    ...tinyRecipe,
    vocabulary: 'characters',
    steps: 1,
    warmup_steps: 1,
    model: { ...model, trained_for: { ...model.trained_for, sides: [4, 4] } },
    stages: [
      { until: 1, cells_per_batch: 32, sizes: [{ weight: 1, height: [4, 4], width: [4, 4] }] },
    ],
  } as const;

  it('begins elsewhere than training from noise', async () => {
    const positions = layoutPrompt(createTokenizer(CHARACTER_VOCABULARY), 4, 4).inputTokens;
    const recipe = { ...sized, model: { ...sized.model, n_positions: positions } };
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

describe('losses on attention', () => {
  const stages = [
    { until: 1, cells_per_batch: 64, sizes: [{ weight: 1, height: [4, 4], width: [4, 4] }] },
  ] as const;
  const recipe = { ...tinyRecipe, stages, steps: 60, learning_rate: 1e-2 };

  it('bring it back to the neighbourhood', async () => {
    const { steps } = await run({
      recipe: { ...recipe, far_attention: { weight: 0.1, scale: 1e-3 } },
    });
    expect(steps[0]!.farWeight).toBeGreaterThan(0.3);
    expect(steps.at(-1)!.farWeight).toBeLessThan(0.5 * steps[0]!.farWeight!);
    expect(steps[0]!.unevenWeight).toBeNull();
    const plain = await run({ recipe: { ...tinyRecipe, steps: 1 } });
    expect(plain.steps[0]!.farWeight).toBeNull();
  });

  it('find the neighbourhood', async () => {
    // the loss on far attention is here for its measure alone
    const far_attention = { weight: 1e-9, scale: 1 };
    const guided_attention = { weight: 3, scale: 10 };
    const { steps } = await run({
      recipe: { ...recipe, steps: 500, far_attention, guided_attention },
    });
    const far = steps.map(({ farWeight }) => farWeight!);
    // first to the board, of whose sixteen cells seven are far, then to the right nine
    expect(Math.max(...far)).toBeGreaterThan(0.4);
    expect(far.at(-1)).toBeLessThan(0.25);
    // with all of some 26 keys alike it is log(26 / 9) nats
    expect(steps[0]!.missedWeight).toBeGreaterThan(0.8);
    expect(steps.at(-1)!.missedWeight).toBeLessThan(0.5);
  });

  it('give each of nine heads a place of its own', async () => {
    const guided_attention = { weight: 1, scale: 1, head_per_place: true };
    const model = { ...recipe.model, n_head: 9, head_dim: 8 };
    const { steps } = await run({ recipe: { ...recipe, model, steps: 500, guided_attention } });
    // all of some 26 keys alike are log(26) nats off one of them, and the nine places alike log(9)
    expect(steps[0]!.missedWeight).toBeCloseTo(Math.log(26), 0);
    expect(steps.at(-1)!.missedWeight).toBeLessThan(0.5 * Math.log(9));
  });

  it('make the neighbours count alike', async () => {
    const uneven = { weight: 0.2, scale: 1e-5 };
    const tend = async (more: object) => {
      const { steps } = await run({ recipe: { ...recipe, ...more, uneven_attention: uneven } });
      // random weights look everywhere alike; a weight of 1/27 each would be 0.01 of squares
      expect(steps[0]!.unevenWeight).toBeLessThan(1e-3);
      return steps.at(-1)!.unevenWeight! / steps[0]!.unevenWeight!;
    };
    expect(await tend({})).toBeLessThan(0.3);
    expect(await tend({ far_attention: { weight: 0.1, scale: 1e-3 } })).toBeLessThan(0.3);
  });
});

describe('answer noise', () => {
  it('makes random cells of the earlier answers of some boards, and leaves prompts and targets', () => {
    const state = initialiseState(tinyRecipe.model, 1);
    const tokenizer = createTokenizer(PIECE_VOCABULARY);
    const draw = (recipe: typeof tinyRecipe) =>
      drawBatch(recipe, { ...state, step: 8 }, referenceSource, tokenizer);
    const plain = draw(tinyRecipe);
    const noisy = draw({ ...tinyRecipe, answer_noise: 0.5 });
    expect(noisy.targets).toEqual(plain.targets);
    const { promptTokens, inputTokens } = plain.layout;
    let changed = 0;
    for (let b = 0; b < plain.size.boards; b++) {
      const [from, to] = [b * inputTokens, (b + 1) * inputTokens];
      const answer = from + promptTokens;
      expect(noisy.inputs.subarray(from, answer)).toEqual(plain.inputs.subarray(from, answer));
      const [found, known] = [noisy.inputs, plain.inputs].map((all) => all.subarray(answer, to));
      if (found!.join() !== known!.join()) changed++;
      expect(found!.every((token) => token <= 1)).toBe(true);
    }
    expect(changed).toBeGreaterThan(0);
    expect(changed).toBeLessThanOrEqual(Math.ceil(plain.size.boards / 2));
  });
});
