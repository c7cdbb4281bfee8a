import { InputError, openStream } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { ruleRecipe } from '../test/rule-recipe.js';
import { tinyRecipe } from '../test/tiny-recipe.js';
import { checkRecipe } from './check-recipe.js';
import { drawBatchSize, largestArea, learningRateAt, stageAt } from './recipe.js';

describe('learningRateAt', () => {
  const recipe = {
    ...tinyRecipe,
    steps: 110,
    warmup_steps: 10,
    learning_rate: 1,
    final_learning_rate_ratio: 0.1,
  };

  it('rises linearly, then falls as a cosine to its final share', () => {
    expect(learningRateAt(recipe, 1)).toBeCloseTo(0.1);
    expect(learningRateAt(recipe, 10)).toBeCloseTo(1);
    expect(learningRateAt(recipe, 60)).toBeCloseTo(0.55);
    expect(learningRateAt(recipe, 35)).toBeCloseTo(0.1 + 0.9 * 0.5 * (1 + Math.SQRT1_2));
    expect(learningRateAt(recipe, 110)).toBeCloseTo(0.1);
  });
});

describe('drawBatchSize', () => {
  const draw = (step: number) => drawBatchSize(tinyRecipe, step, [], openStream(1, 'sizes', step));

  it('keeps to the stage of its step, its ranges and its largest area', () => {
    const early = new Set<string>();
    for (let step = 0; step < 2000; step++) {
      const { height, width, boards } = drawBatchSize(
        tinyRecipe,
        5,
        [],
        openStream(1, 'sizes', step),
      );
      expect(height * width).toBeLessThanOrEqual(9);
      expect(boards).toBe(Math.round(64 / (height * width)));
      early.add(`${height}x${width}`);
    }
    expect([...early].sort()).toEqual(['2x2', '2x3', '2x4', '3x2', '3x3', '4x2']);
    expect(draw(6)).toMatchObject({ width: 4 });
  });

  it('draws ranges by their weights', () => {
    const range = (weight: number, side: number) =>
      ({ weight, height: [side, side], width: [side, side] }) as const;
    const recipe = {
      ...tinyRecipe,
      stages: [{ until: 1, cells_per_batch: 64, sizes: [range(3, 2), range(1, 4)] }],
    };
    const random = openStream(1, 'weights');
    const small = Array.from(
      { length: 4000 },
      () => drawBatchSize(recipe, 1, [], random).height,
    ).filter((h) => h === 2);
    expect(small.length / 4000).toBeCloseTo(0.75, 1);
  });
});

describe('stageAt', () => {
  it('finds the stage of a step, the last one for steps beyond', () => {
    const stages = [
      { ...tinyRecipe.stages[0]!, densities: [[0.1, 0.2]] as const },
      tinyRecipe.stages[1]!,
    ];
    const at = (step: number) => stageAt({ ...tinyRecipe, stages }, step);
    expect([1, 5, 6, 11].map((step) => at(step) === stages[0])).toEqual([true, true, false, false]);
  });
});

describe('drawBatchSize with replays', () => {
  it('takes the size of an earlier mistake as often as the recipe says', () => {
    const recipe = { ...tinyRecipe, replay: 0.25 };
    const hard = [{ height: 1, width: 1 }];
    const random = openStream(1, 'replays');
    const sizes = Array.from({ length: 4000 }, () => drawBatchSize(recipe, 1, hard, random));
    const replayed = sizes.filter(({ height }) => height === 1);
    expect(replayed.length / 4000).toBeCloseTo(0.25, 1);
    expect(replayed[0]).toEqual({ boards: 64, height: 1, width: 1 });
  });
});

describe('checkRecipe', () => {
  it('accepts a recipe', () => {
    expect(checkRecipe(structuredClone(tinyRecipe), 'tiny.json')).toEqual(tinyRecipe);
  });

  const broken: [string, object, RegExp][] = [
    [
      'a missing seed',
      { seed: undefined },
      /tiny.json: "seed" is undefined; expected a number from 0/,
    ],
    ['a negative rate', { learning_rate: -1 }, /"learning_rate" is -1/],
    ['densities above 1', { densities: [[0, 2]] }, /"densities" is \[\[0,2\]\]/],
    ['no stages', { stages: [] }, /"stages" is \[\]; expected at least one stage/],
    [
      'sides that the model does not know',
      {
        stages: [
          { until: 1, cells_per_batch: 9, sizes: [{ weight: 1, height: [2, 9], width: [2, 4] }] },
        ],
      },
      /sides within 1..4/,
    ],
    [
      'an area that no board has',
      {
        stages: [
          {
            until: 1,
            cells_per_batch: 9,
            sizes: [{ weight: 1, height: [3, 4], width: [3, 4], max_area: 8 }],
          },
        ],
      },
      /"stages\[0\].sizes.max_area" is 8; expected at least 9/,
    ],
    [
      'a mean of no weights',
      { steps: 10, average_weights: { from: 0.9, every: 20 } },
      /"average_weights" is .*; expected a share of the steps/,
    ],
    [
      'a misspelt field',
      { guided_atention: {} },
      /no field "guided_atention"; did you mean "guided_attention"\?/,
    ],
    [
      'a name that leads elsewhere',
      { name: '../../run' },
      /"name" is "\.\.\/\.\.\/run"; expected a name that fits/,
    ],
    [
      'a training that warms up to its end and beyond',
      { warmup_steps: 1e6 },
      /"warmup_steps" is 1000000; expected at most "steps"/,
    ],
    [
      'stages that end half-way',
      { stages: [{ ...tinyRecipe.stages[0]!, until: 0.5 }] },
      /"stages\[0\].until" is 0.5; expected 1, since the last stage ends with the training/,
    ],
    [
      'a misspelt field of a stage',
      { stages: [{ ...tinyRecipe.stages[0]!, until: 1, sizs: [] }] },
      /no field "stages\[0\].sizs"; did you mean "sizes"\?/,
    ],
    [
      'a model of too many layers',
      { model: { ...tinyRecipe.model, n_layer: 2147483648 } },
      /"n_layer" is 2147483648; expected at most 256/,
    ],
    [
      'a model that fills the memory',
      { model: { ...tinyRecipe.model, n_layer: 256, n_embd: 65536, n_inner: 262144 } },
      /a model of these sizes has about \d+ numbers; expected at most/,
    ],
    [
      'windows of no cells',
      { stages: [{ ...tinyRecipe.stages[0]!, until: 1, window_cells: 0 }] },
      /"stages\[0\].window_cells" is 0; expected a whole number above 0/,
    ],
    [
      'windows beside forgetful masking',
      { forgetful_masking: 0.1, stages: [{ ...tinyRecipe.stages[0]!, until: 1, window_cells: 9 }] },
      /"stages\[0\].window_cells" is 9; expected none .* nor beside forgetful masking/,
    ],
    [
      'forgetting everything',
      { forgetful_masking: 1 },
      /"forgetful_masking" is 1; expected a share/,
    ],
    [
      'a loss on far attention without its scale',
      { far_attention: { weight: 0.1 } },
      /"far_attention" is {"weight":0.1}; expected a weight and a scale/,
    ],
    ['more noise than answers', { answer_noise: 2 }, /"answer_noise" is 2; expected a share/],
    [
      'a pool of boards of several kinds',
      {
        training_boards: 10,
        densities: [
          [0, 1],
          [0.5, 0.5],
        ],
      },
      /"training_boards" is 10; expected one range of densities/,
    ],
    [
      'four heads for nine places',
      { guided_attention: { weight: 1, scale: 1, head_per_place: true } },
      /"guided_attention.head_per_place" is true; expected false, or a model .* "n_head": 9/,
    ],
    [
      'a head count that does not divide the width',
      { model: { ...tinyRecipe.model, n_head: 3 } },
      /"n_head" is 3; expected a divisor/,
    ],
  ];
  it.each(broken)('refuses %s', (_name, change, message) => {
    expect(() => checkRecipe({ ...tinyRecipe, ...change }, 'tiny.json')).toThrow(message);
    expect(() => checkRecipe({ ...tinyRecipe, ...change }, 'tiny.json')).toThrow(InputError);
  });

  it('lets a model infer rules from the text that asks for them, with losses that fit it', () => {
    expect(checkRecipe(structuredClone(ruleRecipe), 'rule.json')).toEqual(ruleRecipe);
    const fails = (change: object) => () => checkRecipe({ ...ruleRecipe, ...change }, 'rule.json');
    expect(fails({ vocabulary: 'header' })).toThrow(/"vocabulary" is "header"/);
    expect(fails({ model: { ...ruleRecipe.model, task: undefined } })).toThrow(/rule.json/);
    expect(fails({ rules: undefined })).toThrow(/"rules" is undefined; expected rules/);
    expect(fails({ answer_noise: 0.5 })).toThrow(/"answer_noise" is 0.5; expected nothing/);
    expect(fails({ far_attention: { weight: 1, scale: 1 } })).toThrow(/"far_attention"/);
    expect(fails({ guided_answer: { weight: 1 } })).toThrow(/"guided_answer" is {"weight":1}/);
    const told = { ...tinyRecipe, guided_answer: { weight: 1, scale: 1 } };
    expect(() => checkRecipe(told, 'x')).toThrow(
      /expected nothing for a model that neither infers rules nor sees theirs in all layers/,
    );
    expect(() => checkRecipe({ ...tinyRecipe, vocabulary: 'infer-rule' }, 'x')).toThrow(
      /"vocabulary" is "infer-rule"; expected another one, or "task": "infer-rule"/,
    );
  });
});

describe('largestArea', () => {
  it('is what the ranges of the last stage allow', () => {
    const area = (...sizes: object[]): number => {
      const stages = [tinyRecipe.stages[0]!, { until: 1, cells_per_batch: 1, sizes }];
      return largestArea({ ...tinyRecipe, stages } as typeof tinyRecipe);
    };
    const wide = { weight: 1, height: [2, 3], width: [2, 8] };
    expect(area(wide)).toBe(24);
    expect(area({ ...wide, max_area: 20 }, { weight: 1, height: [2, 4], width: [2, 4] })).toBe(20);
    expect(area({ ...wide, max_area: 99 })).toBe(24);
  });
});
