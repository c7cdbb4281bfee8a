/**
 * The batch of a step of a training with attention by location: some shapes, each a size, a topology and a form of rule with a
 * few boards of their own rules, and of each board the same few tokens of the answer. A pure function of recipe and step.
 */

import {
  ANSWER_END,
  ANSWER_START,
  COORDINATES,
  createGrid,
  determineBits,
  encodeRuleAnswers,
  encodeTopology,
  HEADER_END,
  layoutPairs,
  listFormBits,
  locateTokens,
  numberOfPart,
  openStream,
  RULE_START,
  TABLE_START,
  topologyOfToken,
  type Examples,
  type ExampleSource,
  type RandomStream,
  type RuleForm,
  type Tokenizer,
  type TopologyToken,
} from '@lifegpt/core';
import { NO_TARGET } from '@lifegpt/onnx-training';
import { locateCells, type BoardQueries, type BoardTexts } from '../network/location-feeds.js';
import { defaultHeader } from '../network/trained-for.js';
import { drawKind, stageAt, type BoardKind, type LocationTraining, type Recipe } from './recipe.js';
import { sample } from './sample.js';
import { drawTrainingRule } from './training-rules.js';

/** Some boards of one shape that ask for next states. */
export interface StateShape extends BoardKind {
  readonly task: 'next-state';
  readonly form: RuleForm;
  readonly boards: BoardTexts;
  readonly queries: BoardQueries;
  /** `[boards, bits]` */
  readonly bitIds: Int32Array;
  /** `[boards, queries]` */
  readonly targets: Int32Array;
}

/** Some texts of one shape that ask for rules, a pair of states each. */
export interface RuleShape extends BoardKind {
  readonly task: 'infer-rule';
  readonly form: RuleForm;
  readonly boards: BoardTexts;
  /** The cells of the next states. */
  readonly queries: BoardQueries;
  /** The tokens that ask for bits, and for the end. */
  readonly asked: BoardQueries;
  /** `[boards, asked]` */
  readonly targets: Int32Array;
}

/** One of both. */
export type LocationShape = StateShape | RuleShape;

/** The shapes of the step after `done` steps. */
export function drawShapes(
  recipe: Recipe & { readonly location: LocationTraining },
  done: number,
  source: ExampleSource,
  tokenizer: Tokenizer,
): LocationShape[] {
  const step = done + 1;
  const { shapes, inverse } = recipe.location;
  const drawn: LocationShape[] = Array.from({ length: shapes }, (_, shape) =>
    drawStateShape(recipe, step, shape, source, tokenizer),
  );
  if (inverse !== undefined && done >= inverse.from * recipe.steps) {
    for (let shape = 0; shape < inverse.shapes; shape++) {
      drawn.push(drawRuleShape(recipe, step, shapes + shape, source, tokenizer));
    }
  }
  return drawn;
}

type LocationRecipe = Recipe & { readonly location: LocationTraining };

function drawForm({ model }: LocationRecipe, tables: number, random: RandomStream): RuleForm {
  const share = model.trained_for.rules === 'all' ? tables : 0;
  return random.nextFloat() < share ? 'table' : 'counts';
}

/** Boards of a shape, each under a rule of its own. */
function drawBoards(
  recipe: LocationRecipe,
  kind: BoardKind,
  form: RuleForm,
  source: ExampleSource,
  random: RandomStream,
  [index, first]: readonly [step: number, shape: number],
): { readonly examples: Examples; readonly bits: number[][] } {
  const { height, width, topology = 'T' } = kind;
  const { texts } = recipe.location;
  const densities = stageAt(recipe, index).densities ?? recipe.densities;
  const density = densities[random.nextInt(densities.length)]!;
  const cells = height * width;
  const states = new Uint8Array(texts * cells);
  const nextStates = new Uint8Array(texts * cells);
  const bits: number[][] = [];
  for (let b = 0; b < texts; b++) {
    const rule =
      recipe.model.trained_for.rules === undefined
        ? defaultHeader(recipe.model.trained_for).rule
        : drawTrainingRule(recipe, form, random);
    const one = source.draw({
      seed: recipe.seed,
      index,
      first: first * texts + b,
      boards: 1,
      width,
      height,
      rule,
      topology: topologyOfToken(topology),
      density,
    });
    states.set(one.states, b * cells);
    nextStates.set(one.nextStates, b * cells);
    bits.push(Array.from(listFormBits(rule)));
  }
  return { examples: { boards: texts, width, height, states, nextStates }, bits };
}

function drawStateShape(
  recipe: LocationRecipe,
  step: number,
  shape: number,
  source: ExampleSource,
  tokenizer: Tokenizer,
): StateShape {
  const random = openStream(recipe.seed, 'shape', step, shape);
  const kind = drawKind(recipe, stageAt(recipe, step).sizes, random);
  const form = drawForm(recipe, recipe.location.tables, random);
  const { examples, bits } = drawBoards(recipe, kind, form, source, random, [step, shape]);
  const { width, height, states, nextStates } = examples;
  const cells = width * height;
  const texts = recipe.location.texts;
  const cellIds = [tokenizer.idOf('0'), tokenizer.idOf('1')];
  const [start, end] = [tokenizer.idOf(ANSWER_START), tokenizer.idOf(ANSWER_END)];
  const chosen = chooseCells(recipe.location, width, height, random);
  const count = chosen.length + 1; // and the token that predicts the end
  const ids = new Int32Array(texts * count);
  const targets = new Int32Array(texts * count);
  const following = new Int32Array(texts * cells);
  for (let b = 0; b < texts; b++) {
    const next = (cell: number): number => cellIds[nextStates[b * cells + cell]!]!;
    /** The token before the one that is predicted. */
    const before = (cell: number): number => (cell === 0 ? start : next(cell - 1));
    for (let cell = 0; cell < cells; cell++) following[b * cells + cell] = before(cell);
    chosen.forEach((cell, i) => {
      ids[b * count + i] = before(cell);
      targets[b * count + i] = next(cell);
    });
    ids[b * count + count - 1] = next(cells - 1);
    targets[b * count + count - 1] = end;
  }
  const positions = new Int32Array(count * COORDINATES);
  positions.set(locateCells('answer', chosen, width, height));
  positions.set([numberOfPart('end'), 1], chosen.length * COORDINATES);
  return {
    task: 'next-state',
    ...kind,
    form,
    boards: {
      texts,
      width,
      height,
      markerIds: markHeader(kind.topology, tokenizer),
      given: Int32Array.from(states, (state) => cellIds[state]!),
      following,
    },
    queries: { ids, positions },
    bitIds: Int32Array.from(bits.flat(), (bit) => cellIds[bit]!),
    targets,
  };
}

function drawRuleShape(
  recipe: LocationRecipe,
  step: number,
  shape: number,
  source: ExampleSource,
  tokenizer: Tokenizer,
): RuleShape {
  const random = openStream(recipe.seed, 'shape', step, shape);
  const { sizes, tables, open_from: openFrom } = recipe.location.inverse!;
  const kind = drawKind(recipe, sizes, random);
  const form = drawForm(recipe, tables, random);
  const { examples } = drawBoards(recipe, kind, form, source, random, [step, shape]);
  const { width, height, states, nextStates } = examples;
  const cells = width * height;
  const topology = topologyOfToken(kind.topology ?? 'T');
  const layout = layoutPairs(tokenizer, width, height, { form });
  const cut = (all: Uint8Array, b: number) =>
    createGrid(width, height, all.subarray(b * cells, (b + 1) * cells));
  const bits = Array.from({ length: recipe.location.texts }, (_, b) =>
    determineBits([[cut(states, b), cut(nextStates, b)]], form, topology),
  );
  const answers = encodeRuleAnswers(layout, bits);
  const asksForOpen = step > openFrom * recipe.steps;
  const chosen = chooseBits(bits, asksForOpen, random);
  const count = chosen.length;
  const ids = new Int32Array(bits.length * count);
  const targets = new Int32Array(bits.length * count);
  const asks = tokenizer.idOf(form === 'counts' ? RULE_START : TABLE_START);
  for (let b = 0; b < bits.length; b++) {
    const own = answers.subarray(b * layout.answerTokens, (b + 1) * layout.answerTokens);
    chosen.forEach((bit, i) => {
      // asked for by the token before it, the first one by the prompt's last
      ids[b * count + i] = bit === 0 ? asks : own[bit - 1]!;
      const isAsked = asksForOpen || bit === layout.answerTokens - 1 || bits[b]![bit] !== null;
      targets[b * count + i] = isAsked ? own[bit]! : NO_TARGET;
    });
  }
  const all = locateTokens(layout).subarray((layout.promptTokens - 1) * COORDINATES);
  const positions = new Int32Array(count * COORDINATES);
  chosen.forEach((bit, i) => {
    positions.set(all.subarray(bit * COORDINATES, (bit + 1) * COORDINATES), i * COORDINATES);
  });
  const cellIds = [tokenizer.idOf('0'), tokenizer.idOf('1')];
  const next = Int32Array.from(nextStates, (state) => cellIds[state]!);
  const everyCell = Int32Array.from({ length: cells }, (_, cell) => cell);
  return {
    task: 'infer-rule',
    ...kind,
    form,
    boards: {
      texts: bits.length,
      width,
      height,
      markerIds: markHeader(kind.topology, tokenizer),
      given: Int32Array.from(states, (state) => cellIds[state]!),
      following: next,
    },
    queries: { ids: next, positions: locateCells('answer', everyCell, width, height) },
    asked: { ids, positions },
    targets,
  };
}

/** Bits that a shape asks for, and the end: all of 18; of 512 those that some text determines, and as many others. */
const MOST_ASKED = 64;

function chooseBits(
  bits: readonly (readonly (0 | 1 | null)[])[],
  asksForOpen: boolean,
  random: RandomStream,
): number[] {
  const all = bits[0]!.map((_, bit) => bit);
  const end = all.length;
  if (all.length <= MOST_ASKED) return [...all, end];
  const determined = all.filter((bit) => bits.some((own) => own[bit] !== null));
  const known = sample(determined, MOST_ASKED / 2, random);
  const others = asksForOpen ? sample(all, MOST_ASKED - known.length, random) : [];
  return [...known, ...others, end];
}

/** The markers of a header behind its first one: the topology, and its end. */
function markHeader(topology: TopologyToken | undefined, tokenizer: Tokenizer): Int32Array {
  const named = encodeTopology(tokenizer, topologyOfToken(topology ?? 'T'));
  return Int32Array.of(named, tokenizer.idOf(HEADER_END));
}

/** Cells whose tokens a step asks for: all corners, many of the border, and some of the rest. */
function chooseCells(
  { queries, border_queries: share }: LocationTraining,
  width: number,
  height: number,
  random: RandomStream,
): number[] {
  const cells = width * height;
  if (cells <= queries) return Array.from({ length: cells }, (_, cell) => cell);
  const [border, corners]: [number[], number[]] = [[], []];
  for (let cell = 0; cell < cells; cell++) {
    const [row, column] = [Math.floor(cell / width), cell % width];
    const sides = [row === 0, row === height - 1, column === 0, column === width - 1];
    const touched = sides.filter(Boolean).length;
    if (touched === 1) border.push(cell);
    else if (touched > 1) corners.push(cell);
  }
  const chosen = sample(corners, queries, random);
  chosen.push(...sample(border, Math.floor(queries * share) - chosen.length, random));
  while (chosen.length < queries) chosen.push(random.nextInt(cells));
  return chosen;
}
