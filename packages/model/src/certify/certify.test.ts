import {
  createTokenizer,
  layoutPrompt,
  openStream,
  PIECE_VOCABULARY,
  TORUS,
  type PromptLayout,
  type RandomStream,
} from '@lifegpt/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { referenceSource } from '../../test/example-source.js';
import { cpu } from '../../test/runtime.js';
import { randomTensors, tinyConfig } from '../../test/tiny-model.js';
import { tinyRecipe } from '../../test/tiny-recipe.js';
import { compileWholeSequence } from '../../test/whole-sequence.js';
import type { ModelFolder } from '../model-folder.js';
import { positionIds } from '../positions.js';
import { initialiseState, nameParameters } from '../train-state.js';
import { train } from '../trainer.js';
import { AttentionCase } from './attention-case.js';
import { boundAttention, findExtremes } from './attention-bound.js';
import { listAnswerTasks, type AnswerTask } from './cases.js';
import {
  beginCertificate,
  checkBelongs,
  describeSize,
  formatCertificate,
  parseCertificate,
} from './certificate.js';
import { openCertifier } from './certifier.js';
import { openChecker } from './check.js';
import { arrangeDirections } from './directions.js';
import { MarginBounder } from './margin-bound.js';
import { readOneLayer } from './one-layer.js';
import { tabulateTokens } from './token-table.js';

const tokenizer = createTokenizer(PIECE_VOCABULARY);
const LIFE = { birth: 1 << 3, survival: (1 << 2) | (1 << 3) };
const boundsOf = (height: number, width: number) => ({ topology: TORUS, width, height });

/** A model with random weights; `scale` below 1 makes its attention flat and its logits close. */
function randomFolder(seed: number, scale = 1): ModelFolder {
  const config = tinyConfig('border', 1);
  const tensors = randomTensors(config, seed).map((tensor) => ({
    ...tensor,
    data: tensor.data.map((value) => scale * value),
  }));
  return { name: 'random', config, tokenizer, tensors };
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
async function openModel(folder: ModelFolder, height: number, width: number) {
  const layout = layoutPrompt(tokenizer, width, height);
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
function drawTokens(layout: PromptLayout, random: RandomStream): Int32Array {
  const { firstCell, promptTokens, inputTokens, width, height, cellTokens } = layout;
  const tokens = new Int32Array(inputTokens);
  tokens.set(layout.headTokens);
  tokens.set(layout.middleTokens, firstCell + width * height);
  const draw = (): number => cellTokens[random.nextInt(2) as 0 | 1];
  for (let cell = 0; cell < width * height; cell++) {
    tokens[firstCell + cell] = draw();
    tokens[promptTokens + cell] = draw();
  }
  return tokens;
}

/** The bound of the case that a text is in. */
function openBounds(folder: ModelFolder, height: number, width: number) {
  const model = readOneLayer(folder);
  const layout = layoutPrompt(tokenizer, width, height);
  const tasks = listAnswerTasks(layout, boundsOf(height, width), LIFE);
  const directions = arrangeDirections(model, [0, 1, ...layout.endTokens]);
  const table = tabulateTokens(model, directions, layout);
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
    const { measure } = await openModel(folder, height, width);
    const { layout, tasks, bound } = openBounds(folder, height, width);
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
    const { measure } = await openModel(folder, 4, 4);
    const { layout, tasks, bound } = openBounds(folder, 4, 4);
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

  it('is tight where nothing is free: within rounding of what the runtime gives', async () => {
    const folder = randomFolder(9);
    const { measure } = await openModel(folder, 3, 3);
    const { layout, tasks, bound } = openBounds(folder, 3, 3);
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
    const { layout, measure } = await openModel(folder, 4, 4);
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
      [tinyConfig('border', 2), /has 2 layers; a certificate is for models of one layer/],
      [tinyConfig('rope', 1), /rotary positions/],
    ] as const) {
      const folder = { name: 'm', config, tokenizer, tensors: randomTensors(config, 1) };
      expect(() => openCertifier(folder, bounds)).toThrow(message);
    }
  });
});
