/** Changes of a recipe that a command line asks for: `--rule`, `--set learning_rate=0.002`, `--steps`, `--seed`. */

import { formatRule, InputError, isTableRule, parseRule, tokenOfTopology } from '@lifegpt/core';
import { parseWholeNumber } from './option-values.js';

/** The options as they are written. */
export interface RecipeFlags {
  /** A rule, and behind it perhaps the one board to train on: `HighLife:T10,10`. */
  readonly rule?: string;
  /** `field=value`; fields of objects and places of lists with dots: `location.noise=0.2`. */
  readonly set?: readonly string[];
  readonly steps?: string;
  readonly seed?: string;
}

type Fields = Record<string, unknown>;

/**
 * A recipe with its changes; what came out is for `checkRecipe` to judge.
 * @param recipe parsed JSON, which stays as it is
 * @throws InputError at a change that cannot be read, or of something that the recipe does not have
 */
export function changeRecipe(
  recipe: unknown,
  { rule, set = [], steps, seed }: RecipeFlags,
): unknown {
  if (typeof recipe !== 'object' || recipe === null || Array.isArray(recipe)) return recipe;
  const changed = structuredClone(recipe) as Fields;
  const twice = (['steps', 'seed'] as const).find(
    (name) =>
      ({ steps, seed })[name] !== undefined && set.some((change) => change.startsWith(`${name}=`)),
  );
  if (twice !== undefined) {
    throw new InputError(`--${twice} and --set ${twice}=… say the same; leave one of them out`);
  }
  if (rule !== undefined) setRule(changed, rule);
  for (const change of set) setField(changed, change);
  if (seed !== undefined) changed['seed'] = parseWholeNumber('--seed', seed, 0);
  if (steps !== undefined) {
    const count = parseWholeNumber('--steps', steps, 1, 1e9);
    changed['steps'] = count;
    // a shorter training has no room for a longer warm-up
    const { warmup_steps: warmup } = changed;
    if (typeof warmup === 'number' && warmup > count) changed['warmup_steps'] = count;
  }
  return changed;
}

/** What of a recipe says the rule and the boards, as far as it is one: `checkRecipe` comes later. */
interface Boards {
  readonly model?: { trained_for?: Fields };
  readonly stages?: { sizes: unknown }[];
  readonly location?: { inverse?: { sizes: unknown } };
}

/** Sets the rule that is meant when none is named, and where a board stands behind it, that board alone. */
function setRule(recipe: Fields, text: string): void {
  const { rule, bounds } = parseRule(text);
  const { model, stages, location } = recipe as Boards;
  const trained = model?.trained_for;
  if (trained === undefined || !Array.isArray(stages)) {
    throw new InputError(`--rule ${text}: the recipe does not say what it trains for`);
  }
  if (trained['rules'] === 'life-like' && isTableRule(rule)) {
    throw new InputError(
      `--rule ${text}: the recipe trains life-like rules, and this is none; life knows all of them, or begin with a recipe of all rules, such as life`,
    );
  }
  trained['rule'] = formatRule(rule);
  if (bounds === null) return;
  const { width, height, topology } = bounds;
  const token = tokenOfTopology(topology);
  if (token === null) {
    throw new InputError(
      `--rule ${text}: no model learns shifted borders; give a board such as :T10,10`,
    );
  }
  delete trained['topologies'];
  if (token !== 'T') trained['topologies'] = [token];
  trained['sides'] = [Math.min(width, height), Math.max(width, height)];
  const sizes = [{ weight: 1, height: [height, height], width: [width, width] }];
  for (const stage of stages) stage.sizes = sizes;
  if (location?.inverse !== undefined) location.inverse.sizes = sizes;
  delete recipe['held_out']; // the only size is not one to hold out
}

function setField(recipe: Fields, change: string): void {
  const [, path = '', text = ''] = /^([^=]*)=(.*)$/s.exec(change) ?? [];
  const names = path.split('.');
  if (path === '') {
    throw new InputError(
      `--set needs field=value, such as learning_rate=0.002 or location.noise=0.1, not '${change}'`,
    );
  }
  const last = names.pop()!;
  let place = recipe;
  for (const name of names) {
    const below = Object.hasOwn(place, name) ? place[name] : undefined;
    if (typeof below !== 'object' || below === null) {
      throw new InputError(`--set ${change}: the recipe has no '${name}' with fields of its own`);
    }
    place = below as Fields;
  }
  if (Array.isArray(place) && !Object.hasOwn(place, last)) {
    throw new InputError(`--set ${change}: the list has no place '${last}'; places count from 0`);
  }
  const deeper = names.length === 0 && !Object.hasOwn(place, last) ? findField(recipe, last) : null;
  if (deeper !== null && typeof readValue(text) !== 'object') {
    throw new InputError(`--set ${change}: that field is deeper down; write ${deeper}=${text}`);
  }
  if (last === '__proto__') throw new InputError(`--set ${change}: recipes have no such field`);
  place[last] = readValue(text);
}

/** The path of a field by its name, below the first fields; null where there is none. */
function findField(place: Fields, name: string): string | null {
  for (const [key, below] of Object.entries(place)) {
    if (typeof below !== 'object' || below === null) continue;
    const found = Object.hasOwn(below, name) ? name : findField(below as Fields, name);
    if (found !== null) return `${key}.${found}`;
  }
  return null;
}

/** A field in which two recipes differ. */
export interface RecipeDifference {
  /** With dots: `location.noise`. */
  readonly field: string;
  readonly values: readonly [unknown, unknown];
}

/** Where two recipes differ, in fields of fields too; lists are told as wholes. */
export function compareRecipes(first: unknown, second: unknown, path = ''): RecipeDifference[] {
  if (!isFields(first) || !isFields(second)) {
    const isSame = JSON.stringify(first) === JSON.stringify(second);
    return isSame ? [] : [{ field: path, values: [first, second] }];
  }
  const names = new Set([...Object.keys(first), ...Object.keys(second)]);
  return [...names].flatMap((name) =>
    compareRecipes(first[name], second[name], path === '' ? name : `${path}.${name}`),
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value is JSON; what is none is a text, so that names need no quotes. */
function readValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
