import { InputError, openStream } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { lineRecipe, locationRecipe } from '../../test/tiny-recipe.js';
import { checkRecipe } from './check-recipe.js';
import { drawKind, largestArea, learningRateAt, sharpnessAt, stageAt } from './recipe.js';

describe('learningRateAt', () => {
  const recipe = {
    ...lineRecipe,
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

describe('sharpnessAt', () => {
  it('stays, rises geometrically, and stays', () => {
    const recipe = { ...locationRecipe, steps: 100 };
    const at = (step: number): number => sharpnessAt(recipe, step);
    expect([at(1), at(50)]).toEqual([1, 1]);
    expect(at(65)).toBeCloseTo(2);
    expect(at(80)).toBeCloseTo(4);
    expect(at(100)).toBe(4);
  });
});

describe('drawKind', () => {
  const { sizes } = lineRecipe.stages[0]!;

  it('keeps to the ranges and their largest area', () => {
    const drawn = new Set<string>();
    for (let n = 0; n < 2000; n++) {
      const { height, width, topology } = drawKind(lineRecipe, sizes, openStream(1, 'sizes', n));
      expect(height * width).toBeLessThanOrEqual(9);
      expect(topology).toBeUndefined();
      drawn.add(`${height}x${width}`);
    }
    expect([...drawn].sort()).toEqual(['2x2', '2x3', '2x4', '3x2', '3x3', '4x2']);
  });

  it('draws the one topology of a model that knows no other', () => {
    const trained_for = { ...locationRecipe.model.trained_for, topologies: ['K'] } as const;
    const recipe = { ...locationRecipe, model: { ...locationRecipe.model, trained_for } };
    expect(drawKind(recipe, sizes, openStream(1, 'sizes')).topology).toBe('K');
  });

  it('draws ranges by their weights', () => {
    const range = (weight: number, side: number) =>
      ({ weight, height: [side, side], width: [side, side] }) as const;
    const random = openStream(1, 'weights');
    const heights = Array.from(
      { length: 4000 },
      () => drawKind(lineRecipe, [range(3, 2), range(1, 4)], random).height,
    );
    expect(heights.filter((h) => h === 2).length / 4000).toBeCloseTo(0.75, 1);
  });

  it('says so where hardly a size is left', () => {
    const range = [3, 3] as const;
    const bands = [{ topology: 'T', height: range, width: range }] as const;
    const one = [{ weight: 1, height: range, width: range }];
    const held = { ...lineRecipe, held_out: { seed: 1, share: 0, bands } };
    expect(() => drawKind(held, one, openStream(1, 'none'))).toThrow(
      /hardly a size that is not held out on topology T/,
    );
  });
});

describe('stageAt', () => {
  it('finds the stage of a step, the last one for steps beyond', () => {
    const stages = [
      { ...lineRecipe.stages[0]!, densities: [[0.1, 0.2]] as const },
      lineRecipe.stages[1]!,
    ];
    const at = (step: number) => stageAt({ ...lineRecipe, stages }, step);
    expect([1, 5, 6, 11].map((step) => at(step) === stages[0])).toEqual([true, true, false, false]);
  });
});

describe('checkRecipe', () => {
  it('accepts a recipe', () => {
    expect(checkRecipe(structuredClone(lineRecipe), 'tiny.json')).toEqual(lineRecipe);
  });

  const broken: [string, object, RegExp][] = [
    [
      'a missing seed',
      { seed: undefined },
      /tiny.json: "seed" is missing; expected a number from 0/,
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
      'forgetting everything',
      { forgetful_masking: 1 },
      /"forgetful_masking" is 1; expected a share/,
    ],
    [
      'a misspelt field',
      { forgetful_maskin: 0.1 },
      /no field "forgetful_maskin"; did you mean "forgetful_masking"\?/,
    ],
    [
      'a field of earlier versions',
      { init_from: 'torus8' },
      /tiny.json: there is no field "init_fr/,
    ],
    ['replayed sizes', { replay: 0.5 }, /there is no field "replay"/],
    ['attention that is guided', { guided_attention: {} }, /there is no field "guided_attention"/],
    [
      'a misspelt field of the training by location',
      { location: { ...locationRecipe.location, shape: 3 } },
      /no field "location.shape"; did you mean "shapes"\?/,
    ],
    [
      'a misspelt field of the inverse task',
      {
        location: {
          ...locationRecipe.location,
          inverse: { ...locationRecipe.location.inverse, wieght: 1 },
        },
      },
      /no field "location.inverse.wieght"; did you mean "weight"\?/,
    ],
    [
      'a misspelt field of the model',
      { model: { ...lineRecipe.model, n_layers: 3 } },
      /no field "n_layers"; did you mean "n_layer"\?/,
    ],
    [
      'a misspelt field of what the model is trained for',
      { model: { ...lineRecipe.model, trained_for: { ...lineRecipe.model.trained_for, side: 3 } } },
      /no field "trained_for.side"; did you mean "sides"\?/,
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
      { stages: [{ ...lineRecipe.stages[0]!, until: 0.5 }] },
      /"stages\[0\].until" is 0.5; expected 1, since the last stage ends with the training/,
    ],
    [
      'a misspelt field of a stage',
      { stages: [{ ...lineRecipe.stages[0]!, until: 1, sizs: [] }] },
      /no field "stages\[0\].sizs"; did you mean "sizes"\?/,
    ],
    [
      'a model of too many layers',
      { model: { ...lineRecipe.model, n_layer: 2147483648 } },
      /"n_layer" is 2147483648; expected a whole number from 1 to 256/,
    ],
    [
      'a model that fills the memory',
      { model: { ...lineRecipe.model, n_layer: 256, n_embd: 65536, n_inner: 262144 } },
      /a model of these sizes has \d+ numbers; expected at most/,
    ],
    [
      'texts that are longer than the positions',
      { model: { ...lineRecipe.model, n_positions: 37 } },
      /"model.n_positions" is 37; expected at least \d+, the tokens of a text of \d+ cells/,
    ],
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
      'a head count that does not divide the width',
      { model: { ...lineRecipe.model, n_head: 3 } },
      /"n_head" is 3; expected a divisor/,
    ],
  ];
  it.each(broken)('refuses %s', (_name, change, message) => {
    expect(() => checkRecipe({ ...lineRecipe, ...change }, 'tiny.json')).toThrow(message);
    expect(() => checkRecipe({ ...lineRecipe, ...change }, 'tiny.json')).toThrow(InputError);
  });

  it('accepts one of attention by location, and what only that has', () => {
    expect(checkRecipe(structuredClone(locationRecipe), 'l.json')).toEqual(locationRecipe);
    const { location } = locationRecipe;
    const fails = (change: object) => () => checkRecipe({ ...locationRecipe, ...change }, 'l.json');
    const of = (change: object) => fails({ location: { ...location, ...change } });
    expect(fails({ location: undefined })).toThrow(
      /"location" is missing; expected what the training has/,
    );
    expect(fails({ vocabulary: 'characters' })).toThrow(
      /"vocabulary" is "characters"; expected nothing/,
    );
    expect(fails({ forgetful_masking: 0.1 })).toThrow(
      /"forgetful_masking" is 0.1; expected nothing/,
    );
    expect(of({ shapes: 0 })).toThrow(/"location.shapes" is 0; expected a whole number/);
    expect(of({ tables: 2 })).toThrow(/"location.tables" is 2; expected a share/);
    expect(of({ sharpness: [1, 5] })).toThrow(
      /expected the model’s "attention_sharpness" as the last one/,
    );
    expect(of({ sharpens: [0.8, 0.2] })).toThrow(/"location.sharpens"/);
    expect(of({ inverse: { ...location.inverse, sizes: [] } })).toThrow(/"location.inverse.sizes"/);
    expect(of({ inverse: { ...location.inverse, open_from: 0.1 } })).toThrow(
      /"location.inverse.open_from" is 0.1; expected at least the share of "from", 0.3, and 1 at most/,
    );
    expect(fails({ rules: { held_out: 2 ** 18 } })).toThrow(/"rules" is/);
    expect(() => checkRecipe({ ...lineRecipe, location }, 'x')).toThrow(
      /expected nothing for a model without it/,
    );
    expect(() => checkRecipe({ ...lineRecipe, vocabulary: undefined }, 'x')).toThrow(
      /"characters" or "bytes"/,
    );
  });
});

describe('largestArea', () => {
  it('is what the ranges of the last stage allow', () => {
    const area = (...sizes: object[]): number => {
      const stages = [lineRecipe.stages[0]!, { until: 1, cells_per_batch: 1, sizes }];
      return largestArea({ ...lineRecipe, stages } as typeof lineRecipe);
    };
    const wide = { weight: 1, height: [2, 3], width: [2, 8] };
    expect(area(wide)).toBe(24);
    expect(area({ ...wide, max_area: 20 }, { weight: 1, height: [2, 4], width: [2, 4] })).toBe(20);
    expect(area({ ...wide, max_area: 99 })).toBe(24);
  });
});
