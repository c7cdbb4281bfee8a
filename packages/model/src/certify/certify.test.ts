import {
  createTokenizer,
  HEADER_TOKENS,
  layoutPrompt,
  openStream,
  PIECE_VOCABULARY,
  TOPOLOGY_TOKENS,
  topologyOfToken,
  TORUS,
  type BoundedGrid,
  type PromptLayout,
  type RandomStream,
  type Topology,
} from '@lifegpt/core';
import type { InferenceSession } from 'onnxruntime-common';
import { beforeAll, describe, expect, it } from 'vitest';
import { referenceSource } from '../../test/example-source.js';
import { cpu } from '../../test/runtime.js';
import { headerConfig, randomTensors, tinyConfig, vocabularyFor } from '../../test/tiny-model.js';
import { tinyRecipe } from '../../test/tiny-recipe.js';
import { compileWholeSequence } from '../../test/whole-sequence.js';
import type { ModelFolder } from '../model-folder.js';
import type { Runtime } from '../runtime.js';
import { positionIds } from '../positions.js';
import { initialiseState, nameParameters } from '../train-state.js';
import { train } from '../trainer.js';
import { AttentionCase } from './attention-case.js';
import { boundAttention, findExtremes } from './attention-bound.js';
import { headOf, listAnswerTasks, type AnswerTask } from './cases.js';
import {
  beginCertificate,
  checkBelongs,
  describeSize,
  formatCertificate,
  parseCertificate,
} from './certificate.js';
import { openCertifier } from './certifier.js';
import { openChecker } from './check.js';
import { CheckHeader } from './check-header.js';
import { arrangeDirections } from './directions.js';
import { openHeaderLayer } from './header-layer.js';
import { MarginBounder } from './margin-bound.js';
import { measureFirstLayer } from './measure-first-layer.js';
import { readOneLayer } from './one-layer.js';
import { FIRST_LAYER_ERROR } from './rounding.js';
import { embed } from './steps.js';
import { tabulateTokens } from './token-table.js';

const tokenizer = createTokenizer(PIECE_VOCABULARY);
const LIFE = { birth: 1 << 3, survival: (1 << 2) | (1 << 3) };
const boundsOf = (height: number, width: number, topology: Topology = TORUS): BoundedGrid => ({
  topology,
  width,
  height,
});

/** A model with random weights; `scale` below 1 makes its attention flat and its logits close. */
function randomFolder(seed: number, scale = 1, config = tinyConfig('border', 1)): ModelFolder {
  const own = createTokenizer(vocabularyFor('border', config.header));
  const tensors = randomTensors(config, seed).map((tensor) => ({
    ...tensor,
    data: tensor.data.map((value) => scale * value),
  }));
  return { name: 'random', config, tokenizer: own, tensors };
}

/** A model of the rule under which everything dies: it is learned in a second, where the answer ends too. */
async function trainDeath(): Promise<ModelFolder> {
  const config = { ...tinyConfig('border', 1, 3), n_embd: 16, n_inner: 16 };
  const model = {
    ...config,
    trained_for: { ...config.trained_for, rule: 'B/S', sides: [3, 3] as const },
  };
  const recipe = {
    ...tinyRecipe,
    model,
    steps: 150,
    learning_rate: 1e-2,
    weight_decay: 0,
    replay: 0,
    answer_noise: 0.5,
    far_attention: { weight: 0.01, scale: 1e-3 },
    stages: [
      { until: 1, cells_per_batch: 144, sizes: [{ weight: 1, height: [3, 3], width: [3, 3] }] },
    ],
  } as const;
  let state = initialiseState(model, recipe.seed);
  for await (const event of train({ runtime: cpu, recipe, source: referenceSource })) {
    if (event.kind === 'checkpoint') state = event.state;
  }
  return {
    name: 'death',
    config: model,
    tokenizer,
    tensors: nameParameters(model, state.parameters),
  };
}

/** The margins that the runtime gives, where the contents of every cell token are ours to choose. */
async function openModel(folder: ModelFolder, { height, width }: BoundedGrid) {
  const layout = layoutPrompt(folder.tokenizer, width, height);
  const whole = await compileWholeSequence(folder.config, folder.tensors);
  const positions = positionIds(folder.config, layout);
  const { vocab_size: vocabulary } = folder.config;
  async function measure(tokens: Int32Array, answer: number, winner: number): Promise<number> {
    const logits = await whole(tokens, 1, positions, layout.answerTokens);
    const row = logits.slice(answer * vocabulary, (answer + 1) * vocabulary);
    const own = row[winner]!;
    row[winner] = -Infinity;
    return own - Math.max(...row);
  }
  return { layout, measure };
}

/** Tokens of a text whose cells, given ones and answered ones, are random. */
function drawTokens(
  layout: PromptLayout,
  random: RandomStream,
  bounds = boundsOf(layout.height, layout.width),
): Int32Array {
  const { firstCell, promptTokens, inputTokens, width, height, cellTokens } = layout;
  const tokens = new Int32Array(inputTokens);
  tokens.set(headOf(layout, bounds, LIFE));
  tokens.set(layout.middleTokens, firstCell + width * height);
  const draw = (): number => cellTokens[random.nextInt(2) as 0 | 1];
  for (let cell = 0; cell < width * height; cell++) {
    tokens[firstCell + cell] = draw();
    tokens[promptTokens + cell] = draw();
  }
  return tokens;
}

/** The bound of the case that a text is in. */
function openBounds(folder: ModelFolder, bounds: BoundedGrid) {
  const model = readOneLayer(folder);
  const layout = layoutPrompt(folder.tokenizer, bounds.width, bounds.height);
  const tasks = listAnswerTasks(layout, bounds, LIFE);
  const directions = arrangeDirections(model, [0, 1, ...layout.endTokens]);
  const table = tabulateTokens(model, directions, layout, headOf(layout, bounds, LIFE));
  const extremes = findExtremes(model, table);
  const setting = { model, directions, table, extremes };
  const contentsIn = (tokens: Int32Array, { cells }: AnswerTask): number =>
    cells.reduce((bits, cell, i) => bits | (tokens[layout.firstCell + cell]! << i), 0);
  function bound(tokens: Int32Array, task: AnswerTask): { margin: number; winner: number } {
    const content = table.isFree[task.place] === 1 ? tokens[task.place]! : 0;
    const keys = task.cells.map((cell) => cell + layout.firstCell);
    const attention = boundAttention(model, table, extremes, 2 * task.place + content, keys);
    const contents = contentsIn(tokens, task);
    const winner = task.winner(contents);
    const bounder = new MarginBounder(setting, new AttentionCase(setting, attention));
    return { ...bounder.bound(contents, winner, Infinity), winner };
  }
  return { layout, tasks, bound };
}

describe('the bound on margins', () => {
  it.each([
    [3, 3, 0.5],
    [4, 3, 0.4],
    [2, 4, 0.4],
  ])('of a %ix%i torus holds for random boards and answers', async (height, width, scale) => {
    const folder = randomFolder(7, scale);
    const { measure } = await openModel(folder, boundsOf(height, width));
    const { layout, tasks, bound } = openBounds(folder, boundsOf(height, width));
    const random = openStream(1, 'boards');
    let finite = 0;
    for (let n = 0; n < 60; n++) {
      const tokens = drawTokens(layout, random);
      const task = tasks[random.nextInt(tasks.length)]!;
      const { margin, winner } = bound(tokens, task);
      expect(await measure(tokens, task.answer, winner)).toBeGreaterThanOrEqual(margin);
      if (Number.isFinite(margin)) finite++;
    }
    expect(finite).toBeGreaterThan(30);
  });

  it('holds against a search that flips what is free to lower the margin', async () => {
    const folder = randomFolder(8, 0.5);
    const { measure } = await openModel(folder, boundsOf(4, 4));
    const { layout, tasks, bound } = openBounds(folder, boundsOf(4, 4));
    const random = openStream(2, 'boards');
    for (let n = 0; n < 4; n++) {
      const task = tasks[5 + 3 * n]!;
      let tokens = drawTokens(layout, random);
      const { margin, winner } = bound(tokens, task);
      const own = new Set([task.place, ...task.cells.map((cell) => cell + layout.firstCell)]);
      const free = Array.from({ length: task.place }, (_, key) => key).filter(
        (key) => tokens[key]! <= 1 && !own.has(key),
      );
      const before = await measure(tokens, task.answer, winner);
      let least = before;
      for (const key of free) {
        const flipped = tokens.with(key, 1 - tokens[key]!);
        const found = await measure(flipped, task.answer, winner);
        if (found < least) [least, tokens] = [found, flipped];
      }
      expect(least).toBeLessThan(before);
      expect(least).toBeGreaterThanOrEqual(margin);
    }
  });

  it.each(TOPOLOGY_TOKENS)(
    'holds behind a first layer that reads the header, on topology %s',
    async (token) => {
      const folder = randomFolder(11, 0.5, headerConfig());
      const bounds = boundsOf(3, 3, topologyOfToken(token));
      const { measure } = await openModel(folder, bounds);
      const { layout, tasks, bound } = openBounds(folder, bounds);
      const checker = openChecker(folder, bounds);
      const checks = tasks.map(({ answer }) => checker.check(answer));
      const tight: number[] = [];
      const random = openStream(5, 'boards');
      const margins: number[] = [];
      for (let n = 0; n < 30; n++) {
        const tokens = drawTokens(layout, random, bounds);
        const task = tasks[n < 5 ? 0 : random.nextInt(tasks.length)]!;
        const { margin, winner } = bound(tokens, task);
        const found = await measure(tokens, task.answer, winner);
        expect(found).toBeGreaterThanOrEqual(margin);
        expect(found).toBeGreaterThanOrEqual(checks[task.answer]!);
        margins.push(margin);
        // on a torus every cell is in the neighbourhood of the first one
        tight.push(n < 5 && token === 'T' ? found - margin : 0);
      }
      expect(Math.max(...tight)).toBeLessThan(0.02);
      expect(margins.filter(Number.isFinite).length).toBeGreaterThan(15);
      const measured = await measureFirstLayer(folder, bounds, cpu);
      expect(measured).toBeGreaterThan(0);
      expect(measured).toBeLessThan(FIRST_LAYER_ERROR / 4);
    },
    60_000,
  );

  it('is tight where nothing is free: within rounding of what the runtime gives', async () => {
    const folder = randomFolder(9);
    const { measure } = await openModel(folder, boundsOf(3, 3));
    const { layout, tasks, bound } = openBounds(folder, boundsOf(3, 3));
    const random = openStream(3, 'boards');
    for (let n = 0; n < 10; n++) {
      const tokens = drawTokens(layout, random);
      const { margin, winner } = bound(tokens, tasks[0]!); // every cell is in its neighbourhood
      const found = await measure(tokens, 0, winner);
      expect(found).toBeGreaterThanOrEqual(margin);
      expect(found - margin).toBeLessThan(0.02);
    }
  });
});

describe('a first layer that reads the header', () => {
  it('is the same in the certifier and in the check, and another one for each topology', () => {
    const folder = randomFolder(12, 1, headerConfig());
    const model = readOneLayer(folder);
    const layout = layoutPrompt(folder.tokenizer, 3, 3);
    const positions = model.positionRows(layout);
    const place = layout.firstCell + 4;
    const streams = TOPOLOGY_TOKENS.map((token) => {
      const head = headOf(layout, boundsOf(3, 3, topologyOfToken(token)), LIFE);
      const embedded = embed(model, 1, positions[place]!);
      const { x, error } = openHeaderLayer(model, head, positions)(embedded);
      const start = { x: Array.from(embedded.x), off: Array.from(embedded.error) };
      const checked = new CheckHeader(model, head, positions).read(start);
      x.forEach((value, d) => expect(checked.x[d]).toBeCloseTo(value, 9));
      expect(Math.min(...checked.off)).toBeGreaterThanOrEqual(error[0]!);
      return x.join();
    });
    expect(new Set(streams).size).toBe(TOPOLOGY_TOKENS.length);
  });
});

describe('the measure of the first layer', () => {
  it('refuses a runtime that is off by more than a certificate assumes, at any token', async () => {
    const folder = randomFolder(13, 1, headerConfig());
    const bounds = boundsOf(3, 4, topologyOfToken('C'));
    const width = folder.config.n_embd;
    const shifted = (place: number, by: number): Runtime => ({
      device: 'a shifted device',
      async createSession(bytes) {
        const session = await cpu.createSession(bytes);
        const run = async (feeds: InferenceSession.FeedsType) => {
          const outputs = await session.run(feeds);
          (outputs['stream']!.data as Float32Array)[place * width]! += by;
          return outputs;
        };
        return { run, release: () => session.release() } as unknown as InferenceSession;
      },
    });
    const { inputTokens } = layoutPrompt(folder.tokenizer, 4, 3);
    for (const place of [HEADER_TOKENS - 1, inputTokens - 1]) {
      await expect(measureFirstLayer(folder, bounds, shifted(place, 1e-3))).rejects.toThrow(
        /first layer is off by .* on a shifted device, more than the 7.63e-6/,
      );
    }
    // no one reads what becomes of the header's other tokens
    expect(await measureFirstLayer(folder, bounds, shifted(HEADER_TOKENS - 2, 1e-3))).toBeLessThan(
      FIRST_LAYER_ERROR,
    );
    expect(await measureFirstLayer(randomFolder(1), boundsOf(3, 3), cpu)).toBeNull();
  });
});

describe('a certificate', () => {
  let death: ModelFolder;
  const bounds = boundsOf(3, 3);
  beforeAll(async () => {
    death = await trainDeath();
  }, 60_000);

  function certify(folder: ModelFolder) {
    const certifier = openCertifier(folder, bounds);
    const all = Array.from({ length: certifier.answerTokens }, (_, k) => certifier.prove(k));
    const worst = all.reduce((least, found) => (found.margin < least.margin ? found : least));
    return describeSize(folder, bounds, worst, certifier.cases, 0);
  }

  it('is given to a model that has learned its rule, and the check agrees', () => {
    const size = certify(death);
    expect(size).toMatchObject({ certified: true, rule: 'B/S:T3,3', cases: 8706 });
    expect(size.rounding).toBeGreaterThan(0);
    const checker = openChecker(death, bounds);
    for (let answer = 0; answer < checker.answerTokens; answer++) {
      const margin = checker.check(answer);
      expect(margin).toBeGreaterThan(0);
      expect(margin).toBeLessThan(openCertifier(death, bounds).prove(answer).centre + 1e-9);
    }
  });

  it('is not given when a weight is damaged, and neither does the check agree', async () => {
    const tensors = death.tensors.map(({ name, shape, data }) => ({
      name,
      shape,
      data: name === 'wte.weight' ? data.map((value, i) => (i < 16 ? -value : value)) : data,
    }));
    const damaged = { ...death, tensors };
    const size = certify(damaged);
    expect(size.certified).toBe(false);
    expect(size.worst.row ?? 'end').not.toBeNull();
    const checker = openChecker(damaged, bounds);
    const margins = Array.from({ length: checker.answerTokens }, (_, k) => checker.check(k));
    expect(Math.min(...margins)).toBeLessThanOrEqual(0);
    await expect(checkBelongs(await beginCertificate(death), damaged, 'c.json')).rejects.toThrow(
      /c\.json is for other weights/,
    );
  });

  it('names a case of an untrained model from which a search finds a wrong board', async () => {
    const folder = randomFolder(5, 0.5);
    const certifier = openCertifier(folder, boundsOf(4, 4));
    const { answer, contents, cells, previous, margin } = certifier.prove(6);
    expect(margin).toBeLessThan(0);
    const { layout, measure } = await openModel(folder, boundsOf(4, 4));
    const [task] = listAnswerTasks(layout, boundsOf(4, 4), LIFE).slice(answer);
    const tokens = drawTokens(layout, openStream(4, 'boards'));
    cells.forEach((cell, i) => (tokens[layout.firstCell + cell] = (contents >> i) & 1));
    tokens[task!.place] = previous!;
    let least = Infinity;
    for (let key = 0; key < task!.place; key++) {
      if (tokens[key]! > 1 || cells.includes(key - layout.firstCell)) continue;
      const flipped = tokens.with(key, 1 - tokens[key]!);
      const found = await measure(flipped, answer, task!.winner(contents));
      if (found < least) {
        least = found;
        tokens.set(flipped);
      }
    }
    expect(least).toBeLessThan(0);
    expect(least).toBeGreaterThanOrEqual(margin);
  });

  it('is refused when its numbers were changed, or its assumptions', async () => {
    const certificate = { ...(await beginCertificate(death)), sizes: [certify(death)] };
    const text = formatCertificate(certificate);
    expect(parseCertificate(text, 'c.json')).toEqual(JSON.parse(text));
    const tampered: [string, RegExp][] = [
      [text.replace('"certified": true', '"certified": false'), /certified: false of 3x3/],
      [text.replace('"width": 3', '"width": 4'), /says B\/S:T3,3 of a board of 3x4/],
      [text.replace('"unit_roundoff": ', '"unit_roundoff": 0'), /other assumptions|not JSON/],
      [text.replace('lifegpt-certificate-1', 'other'), /its format is "other"/],
      ['{', /not JSON/],
    ];
    for (const [changed, message] of tampered) {
      expect(() => parseCertificate(changed, 'c.json')).toThrow(message);
    }
  });

  it('is for models of one layer with learned or border positions', () => {
    for (const [config, message] of [
      [tinyConfig('border', 2), /has 2 layers; a certificate is for models of one layer$/],
      [headerConfig(3), /has 3 layers; .* models of one layer behind that of the header/],
      [{ ...headerConfig(), header_layers: 'all' }, /reads its header with all layers/],
      [tinyConfig('rope', 1), /rotary positions/],
    ] as const) {
      const folder = { name: 'm', config, tokenizer, tensors: randomTensors(config, 1) };
      expect(() => openCertifier(folder, bounds)).toThrow(message);
    }
  });
});
