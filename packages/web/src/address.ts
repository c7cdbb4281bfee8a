/**
 * The page's state in the part of the address behind `#`: a link shows the same board. It is text that
 * anyone can change, so everything in it is checked.
 */

import {
  createGrid,
  formatBoundedRule,
  formatRle,
  InputError,
  parseRle,
  parseRule,
  type Grid,
  type RuleForm,
} from '@lifegpt/core';
import { listBoards, readPuzzle, SIDES, type Puzzle } from './guess/puzzle.js';
import {
  countEdits,
  formatSurgery,
  HEALTHY,
  MOST_EDITS,
  parseSurgery,
  type Surgery,
} from './look/surgery.js';
import type { Sampling } from './messages.js';
import { fitPattern } from './play/fit.js';
import { ENGINE_SIDES, FIRST_MODEL, type Setup } from './play/setup.js';
import { formatKnobs, parseKnobs, type TrainingKnobs } from './train/knobs.js';

/** The views of the page, by the ids of their panels. */
export const VIEWS = ['story', 'play', 'look', 'guess', 'break', 'train', 'device'] as const;
/** One of `VIEWS`. */
export type View = (typeof VIEWS)[number];

/** How two boards are shown. */
export const COMPARISONS = ['side', 'overlay', 'difference'] as const;
/** One of `COMPARISONS`. */
export type Comparison = (typeof COMPARISONS)[number];

/** Steps of the story. */
export const STORY_STEPS = 6;
/** Generations that a link may ask to be played. */
export const MAX_LINKED_GENERATIONS = 1000;
/** The highest temperature of a sample. */
const MAX_TEMPERATURE = 10;
/** The highest seed. */
const MAX_SEED = 2 ** 31;

/** What an address says, and what in it could not be read. */
export interface ReadAddress {
  readonly address: Address;
  /** A sentence for each field that is wrong; the others count all the same. */
  readonly problems: readonly string[];
}

/** What a link holds. */
export interface Address {
  readonly view: View;
  /** The step of the story that is shown, from 1; 0 elsewhere. */
  readonly step: number;
  readonly comparison: Comparison | null;
  /** What is changed inside the model; only the Look view changes anything. */
  readonly surgery: Surgery;
  /** Null where the link says nothing of a board. */
  readonly game: LinkedGame | null;
  /** The riddle of Guess my rule, null where the link has none. */
  readonly puzzle: Puzzle | null;
  /** What Train's recipe has, null where the link says nothing of it. */
  readonly recipe: TrainingKnobs | null;
}

/** The game of a link. */
export interface LinkedGame {
  readonly setup: Setup;
  /** The board that the run starts from. */
  readonly start: Grid;
  /** Generations to play from there. */
  readonly generation: number;
  readonly sampling: Sampling;
}

/** Writes an address, without the `#`. */
export function formatAddress({
  view,
  step,
  comparison,
  surgery,
  game,
  puzzle,
  recipe,
}: Address): string {
  const fields: [string, string][] = [];
  if (view !== 'play') fields.push(['view', view]);
  if (step > 0) fields.push(['step', String(step)]);
  if (comparison !== null) fields.push(['show', comparison]);
  const edits = countEdits(surgery);
  if (edits > 0 && edits <= MOST_EDITS) fields.push(['edits', formatSurgery(surgery)]);
  if (game !== null) {
    const { setup, start, generation, sampling } = game;
    fields.push(['player', setup.player]);
    fields.push(['rule', formatBoundedRule(setup.rule, setup)]);
    fields.push(['board', formatBoard(start)]);
    if (generation > 0) fields.push(['generation', String(generation)]);
    if (sampling.temperature > 0) {
      fields.push(['temperature', String(sampling.temperature)], ['seed', String(sampling.seed)]);
    }
  }
  if (puzzle !== null) {
    const { form, seed, side } = puzzle;
    if (form !== 'counts') fields.push(['form', form]);
    if (seed !== null) fields.push(['hidden', String(seed)]);
    fields.push(['side', String(side)], ['boards', listBoards(puzzle).map(formatBoard).join('')]);
  }
  if (recipe !== null) fields.push(['recipe', formatKnobs(recipe)]);
  // these stand for themselves in a fragment, and boards stay legible
  return fields
    .map(
      ([key, value]) =>
        `${key}=${encodeURIComponent(value).replace(/%(2F|3A|2C|24)/g, decodeURIComponent)}`,
    )
    .join('&');
}

/** Reads an address: what is wrong is left out and told, and does not spoil the rest. */
export function parseAddress(text: string): ReadAddress {
  const fields = new URLSearchParams(text.replace(/^#/, '').replaceAll('+', '%2B'));
  const problems: string[] = [];
  const attempt = <T>(read: () => T, otherwise: T): T => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(error.message);
      return otherwise;
    }
  };
  const choose = <T extends string>(key: string, choices: readonly T[]): T | null => {
    const value = fields.get(key);
    if (value !== null && !choices.includes(value as T)) fail(key, value, choices.join(', '));
    return value as T | null;
  };
  const view = attempt(() => choose('view', VIEWS), null) ?? 'play';
  const comparison = attempt(() => choose('show', COMPARISONS), null);
  const board = attempt(() => parseBoard(fields), null);
  const number = (key: string, most: number, isWhole: boolean): number =>
    attempt(() => readNumber(fields, key, most, isWhole), 0);
  const game = board && {
    ...board,
    generation: number('generation', MAX_LINKED_GENERATIONS, true),
    sampling: {
      temperature: number('temperature', MAX_TEMPERATURE, false),
      seed: number('seed', MAX_SEED, true),
    },
  };
  const step = number('step', STORY_STEPS, true);
  const edits = fields.get('edits');
  const surgery = attempt(() => (edits === null ? HEALTHY : parseSurgery(edits)), HEALTHY);
  const form = attempt(() => choose('form', FORMS), null) ?? 'counts';
  const puzzle = attempt(() => parsePuzzle(fields, form), null);
  const written = fields.get('recipe');
  const recipe = attempt(() => (written === null ? null : parseKnobs(written)), null);
  return { address: { view, step, comparison, surgery, game, puzzle, recipe }, problems };
}

const FORMS: readonly RuleForm[] = ['counts', 'table'];

function parsePuzzle(fields: URLSearchParams, form: RuleForm): Puzzle | null {
  const boards = fields.get('boards');
  if (boards === null) return null;
  const seed = fields.has('hidden') ? readNumber(fields, 'hidden', MAX_SEED, true) : null;
  const side = readNumber(fields, 'side', SIDES[1], true);
  if (side < SIDES[0]) fail('side', String(side), `a whole number from ${SIDES.join(' to ')}`);
  // every board ends with its own mark
  const grids = (boards.match(/[^!]*!/g) ?? []).map((board) =>
    explain('boards', () => parseRle(`x = ${side}, y = ${side}\n${board}`, 'link').grid),
  );
  return readPuzzle(form, seed, side, grids);
}

function parseBoard(fields: URLSearchParams): Pick<LinkedGame, 'setup' | 'start'> | null {
  const written = fields.get('rule');
  if (written === null) return null;
  const { rule, bounds } = explain('rule', () => parseRule(written));
  if (bounds === null) fail('rule', written, 'a rule with a board, such as B3/S23:T32,32');
  const { width, height } = bounds!;
  const [, longest] = ENGINE_SIDES;
  if (width > longest || height > longest) fail('rule', written, `sides up to ${longest}`);
  const board = fields.get('board');
  const start =
    board === null
      ? createGrid(width, height)
      : explain('board', () => {
          const { grid } = parseRle(`x = ${width}, y = ${height}\n${board}`, 'link');
          return fitPattern(grid, width, height);
        });
  return { setup: { player: fields.get('player') ?? FIRST_MODEL, rule, ...bounds! }, start };
}

function readNumber(fields: URLSearchParams, key: string, most: number, isWhole: boolean): number {
  const text = fields.get(key) ?? '0';
  const value = Number(text);
  const fits = text.trim() !== '' && value >= 0 && value <= most;
  if (!fits || (isWhole && !Number.isInteger(value))) {
    fail(key, text, `a ${isWhole ? 'whole ' : ''}number from 0 to ${most}`);
  }
  return value;
}

/** The cells as RLE in one line, without a header: the rule has the size. */
function formatBoard(grid: Grid): string {
  const [, ...lines] = formatRle({ grid, name: null, comments: [], rule: null, warnings: [] })
    .trim()
    .split('\n');
  return lines.join('');
}

function explain<T>(key: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const reason = error.message.replace(/^link:\d+: /, '');
    throw new InputError(`the link's ${key} cannot be read (${reason})`);
  }
}

function fail(key: string, value: string, expected: string): never {
  const shown = value.length > 30 ? `${value.slice(0, 30)}…` : value;
  throw new InputError(`the link's ${key} is '${shown}'; expected ${expected}`);
}
