import {
  createTokenizer,
  encodePrompts,
  formOfRule,
  layoutPrompt,
  openStream,
  TOPOLOGY_TOKENS,
  type PromptHeader,
  type TopologyToken,
} from '@lifegpt/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { cpu } from '../../test/runtime.js';
import { readShippedFolder } from '../../test/shipped-model.js';
import {
  locationConfig,
  randomHeaders,
  randomTables,
  vocabularyFor,
} from '../../test/tiny-model.js';
import { createSampler } from '../decode/choose.js';
import { decodeJacobi } from '../decode/jacobi.js';
import { decodeNear } from '../decode/near.js';
import type { DecodeRequest } from '../decode/decoder.js';
import type { ModelFolder } from '../folder/model-folder.js';
import { listParameters } from './config.js';
import type { LanguageModel } from './language-model.js';
import type { LocationConfig } from './location-config.js';
import { createLocationModel, type LocationModelParts } from './location-model.js';
import { createNearPlanner, type NearPlan, type NearPlanner } from './near-plan.js';
import { layTexts, type NearModel } from './near-states.js';
import { eachCell } from './near-windows.js';
import { drawInitialWeights } from './parameter.js';

/** A model at the beginning of its training, whose windows are sharp: its heads look at few places. */
const sharp: LocationConfig = {
  ...locationConfig,
  n_head: 6,
  n_embd: 16,
  n_inner: 8,
  attention_sharpness: 12,
};
const tokenizer = createTokenizer(vocabularyFor(sharp));

function firstParts(config: LocationConfig, seed: number): LocationModelParts {
  const tensors = listParameters(config).map((spec) => ({
    name: spec.name,
    shape: spec.shape,
    data: drawInitialWeights(spec, seed),
  }));
  return { name: 'x', config, tokenizer, tensors, runtime: cpu };
}

/** A model whose weights are moved at random, by a share of how far each tensor's lie apart. */
function disturb(folder: ModelFolder, noise: number, seed: number): LocationModelParts {
  const tensors = folder.tensors.map((tensor) => {
    const random = openStream(seed, 'noise', tensor.name);
    const size = Math.sqrt(tensor.data.reduce((sum, x) => sum + x * x, 0) / tensor.data.length);
    const data = tensor.data.map((x) => x + noise * size * (2 * random.nextFloat() - 1));
    return { ...tensor, data };
  });
  return { ...folder, config: folder.config as LocationConfig, tensors, runtime: cpu };
}

const KINDS = TOPOLOGY_TOKENS.flatMap((kind) =>
  (['counts', 'table'] as const).map((form) => [kind, form] as const),
);

function drawHeaders(form: 'counts' | 'table', count: number, seed: number, kind: TopologyToken) {
  return form === 'counts' ? randomHeaders(count, seed, kind) : randomTables(count, seed, kind);
}

function drawRequest(
  model: LanguageModel,
  headers: readonly PromptHeader[],
  width: number,
  height: number,
  seed: number,
): DecodeRequest {
  const layout = layoutPrompt(model.tokenizer, width, height, formOfRule(headers[0]!.rule));
  const random = openStream(seed, 'boards', width, height);
  const density = random.nextFloat();
  const states = Uint8Array.from({ length: headers.length * width * height }, () =>
    Number(random.nextFloat() < density),
  );
  return { layout, prompts: encodePrompts(layout, states, headers) };
}

function sizesOf(kind: TopologyToken): (readonly [number, number])[] {
  return kind === 'S'
    ? [
        [3, 3],
        [9, 9],
      ]
    : [
        [1, 4],
        [9, 8],
      ];
}

describe('a pass by the plan', () => {
  it.each(KINDS)(
    'is certain only of what the dense network chooses, on %s with %s, whatever the answer',
    async (kind, form) => {
      const folder = await readShippedFolder('life');
      let [certain, open] = [0, 0];
      for (const [number, [width, height]] of sizesOf(kind).entries()) {
        // weights on the way to what they become
        const noise = 0.4 - 0.25 * number;
        const model = await createLocationModel(disturb(folder, noise, number));
        const { near } = model;
        const random = openStream(1, kind, form, width, height);
        const cells = width * height;
        const draw = (length: number): Uint8Array =>
          Uint8Array.from({ length }, () => random.nextInt(2));
        const markerIds = [model.tokenizer.idOf(kind), model.tokenizer.idOf('}<')];
        const rules = draw(form === 'counts' ? 18 : 512);
        const boards = { width, height, form, markerIds, rules };
        const all = Int32Array.from({ length: cells }, (_, cell) => cell);
        for (let trial = 0; trial < 2; trial++) {
          const next = draw(cells);
          const texts = layTexts(draw(cells), next, cells);
          const logits = await near!.decide({ ...boards, texts }, next, all);
          const size = model.config.vocab_size;
          for (const known of ['none', 'all'] as const) {
            const excess: number[] = [];
            await near!.pick({ ...boards, texts }, all, known, (_, patch, margins) =>
              eachCell(patch, width, (cell, column) => {
                const margin = margins[column]!;
                if (margin === 0) return open++;
                certain++;
                const row = logits.subarray(cell * size, (cell + 1) * size);
                const chosen = margin > 0 ? 1 : 0;
                const others = [...row].filter((_value, id) => id !== chosen);
                excess.push(row[chosen]! - Math.max(...others) - Math.abs(margin));
              }),
            );
            expect(Math.min(...excess)).toBeGreaterThan(0);
          }
        }
        await model.release();
      }
      expect(certain).toBeGreaterThan(100);
      expect(open).toBeGreaterThan(0);
    },
  );

  it('leaves to the dense network what wide windows leave in doubt', async () => {
    const wide = { ...sharp, attention_sharpness: 0.3 };
    const model = await createLocationModel(firstParts(wide, 1));
    const request = drawRequest(model, randomHeaders(2, 3, 'K'), 9, 7, 5);
    const near = await decodeNear(model, request);
    expect(near.tokens).toEqual((await decodeJacobi(model, request)).tokens);
    expect(near.forwardPasses).toBeGreaterThan(1);
    await model.release();
  });
});

describe('the model that ships', () => {
  let folder: ModelFolder;
  beforeAll(async () => {
    folder = await readShippedFolder('life');
  });
  /** `life`, with another plan where one is given. */
  const open = (planner?: NearPlanner): Promise<LanguageModel> =>
    createLocationModel({
      ...folder,
      config: folder.config as LocationConfig,
      runtime: cpu,
      ...(planner === undefined ? {} : { planner }),
    });

  it('writes by the plan what it writes densely, on 200 boards', { timeout: 60_000 }, async () => {
    const model = await open();
    let passes = 0;
    for (let number = 0; number < 20; number++) {
      const [kind, form] = KINDS[number % KINDS.length]!;
      const random = openStream(number, 'sizes');
      const width = 1 + random.nextInt(9);
      const height = kind === 'S' ? width : 1 + random.nextInt(9);
      const request = drawRequest(
        model,
        drawHeaders(form, 10, number, kind),
        width,
        height,
        number,
      );
      const near = await decodeNear(model, request);
      const dense = await decodeJacobi(model, request);
      expect(near.tokens).toEqual(dense.tokens);
      expect(near.minMargin).toBeLessThan(dense.minMargin);
      expect(near.minMargin).toBeGreaterThan(0);
      passes += near.forwardPasses;
    }
    expect(passes).toBeLessThan(2 * 20);
    await model.release();
  });

  it(
    'draws by the plan the samples that the dense network draws',
    { timeout: 60_000 },
    async () => {
      let [drawnOtherwise, asked, tokens] = [0, 0, 0];
      for (const [number, temperature] of [0.5, 1, 2, 3].entries()) {
        // weights whose margins are small enough for samples to differ
        const model = await createLocationModel(disturb(folder, 0.05 * number, number));
        const { near } = model;
        const decide: NearModel['decide'] = (boards, next, cells, signal) => {
          asked += cells.length;
          return near!.decide(boards, next, cells, signal);
        };
        const watched = { ...model, near: { ...near!, decide } };
        const [kind, form] = KINDS[number]!;
        const request = drawRequest(model, drawHeaders(form, 12, number, kind), 9, 9, number);
        const choose = createSampler({ temperature, seed: number });
        const sample = await decodeNear(watched, { ...request, choose });
        expect(sample.tokens).toEqual((await decodeJacobi(model, { ...request, choose })).tokens);
        const best = await decodeNear(model, request);
        sample.tokens.forEach((token, k) => (drawnOtherwise += Number(token !== best.tokens[k])));
        tokens += sample.tokens.length;
        await model.release();
      }
      expect(drawnOtherwise).toBeGreaterThan(0);
      expect(asked).toBeGreaterThan(0);
      expect(asked).toBeLessThan(tokens / 4);
    },
  );

  it('leaves answers that the plan does not decide to the dense network, or to the caller', async () => {
    const model = await open();
    const dense = { count: 0 };
    const watched: LanguageModel = {
      ...model,
      prefill: (...prompt) => {
        dense.count += prompt[1];
        return model.prefill(...prompt);
      },
    };
    const boards = 40;
    const request = {
      ...drawRequest(model, drawHeaders('counts', boards, 3, 'T'), 9, 9, 3),
      choose: createSampler({ temperature: 3.5, seed: 2 }), // a token that is no cell now and then
    };
    const truth = await decodeJacobi(model, request);
    const size = truth.tokens.length / boards;
    const decided = await decodeNear(watched, request);
    expect(decided.tokens).toEqual(truth.tokens);
    expect(dense.count).toBeGreaterThan(0);
    expect(dense.count).toBeLessThan(boards / 2);
    const left = await decodeNear(model, { ...request, nearTies: 'leave' });
    const share = (whole: Int32Array | Float32Array, b: number): number[] => [
      ...whole.subarray(b * size, (b + 1) * size),
    ];
    const all = Array.from({ length: boards }, (_, b) => b);
    const settled = all.filter((b) => Math.min(...share(left.margins, b)) > 0);
    expect(settled).toHaveLength(boards - dense.count);
    const tokensOf = (answers: Int32Array): number[][] => settled.map((b) => share(answers, b));
    expect(tokensOf(left.tokens)).toEqual(tokensOf(truth.tokens));
    await model.release();
  });

  it('counts the marker before the first cell among what may lie where nothing is sure', () => {
    const start = tokenizer.idOf('> [');
    const errorsOf = (scale: number): Float32Array[] => {
      const tensors = folder.tensors.map((tensor) => {
        if (tensor.name !== 'wte.weight') return tensor;
        const width = tensor.shape[1]!;
        const data = tensor.data.map((x, at) => (Math.floor(at / width) === start ? scale * x : x));
        return { ...tensor, data };
      });
      const planner = createNearPlanner(folder.config as LocationConfig, tensors);
      const markerIds = [tokenizer.idOf('K'), tokenizer.idOf('}<')];
      const tokens = { dead: tokenizer.idOf('0'), alive: tokenizer.idOf('1'), start };
      const plan = planner.plan({ width: 20, height: 20 }, markerIds, tokens);
      return plan.classes.map(({ error }) => error);
    };
    const [near, far] = [errorsOf(1), errorsOf(1e6)];
    const grown = near.filter((error, i) => error.some((value, o) => far[i]![o]! > 1.5 * value));
    expect(grown).toHaveLength(near.length);
  });

  it('writes something else when a key is taken out of a window', async () => {
    const honest = createNearPlanner(folder.config as LocationConfig, folder.tensors);
    /** The plan without the place that adds most to where the look-up lands, in the class of most cells. */
    const steal = (plan: NearPlan): NearPlan => {
      const largest = plan.classes.reduce((a, b) => (a.cells.length >= b.cells.length ? a : b));
      const outputs = largest.base.length;
      const weightOf = (place: number): number =>
        Math.abs(largest.givenWeights[place * outputs + 1]!);
      const most = largest.given
        .map((_, place) => place)
        .reduce((a, b) => (weightOf(a) >= weightOf(b) ? a : b));
      const keeps = (place: number): boolean => place !== most;
      const robbed = {
        ...largest,
        given: largest.given.filter((_, place) => keeps(place)),
        givenWeights: largest.givenWeights.filter((_, at) => keeps(Math.floor(at / outputs))),
      };
      return { ...plan, classes: plan.classes.map((one) => (one === largest ? robbed : one)) };
    };
    const models = [
      honest,
      { ...honest, plan: (...a: Parameters<NearPlanner['plan']>) => steal(honest.plan(...a)) },
    ];
    const answers: Int32Array[] = [];
    for (const planner of models) {
      const model = await open(planner);
      const request = drawRequest(model, randomHeaders(4, 3, 'T'), 16, 16, 5);
      answers.push((await decodeNear(model, request)).tokens);
      if (planner === honest) answers.push((await decodeJacobi(model, request)).tokens);
      await model.release();
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[2]).not.toEqual(answers[1]);
  });
});
