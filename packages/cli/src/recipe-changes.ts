/** Changes of a recipe that a command line asks for: `--set learning_rate=0.002`, `--steps`, `--seed`. */

import { InputError } from '@lifegpt/core';
import { parseWholeNumber } from './option-values.js';

/** The options as they are written. */
export interface RecipeFlags {
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
export function changeRecipe(recipe: unknown, { set = [], steps, seed }: RecipeFlags): unknown {
  if (typeof recipe !== 'object' || recipe === null || Array.isArray(recipe)) return recipe;
  const changed = structuredClone(recipe) as Fields;
  const twice = (['steps', 'seed'] as const).find(
    (name) =>
      ({ steps, seed })[name] !== undefined && set.some((change) => change.startsWith(`${name}=`)),
  );
  if (twice !== undefined) {
    throw new InputError(`--${twice} and --set ${twice}=… say the same; leave one of them out`);
  }
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
  if (last === '__proto__') throw new InputError(`--set ${change}: recipes have no such field`);
  place[last] = readValue(text);
}

/** A value is JSON; what is none is a text, so that names need no quotes. */
function readValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
