/**
 * What data from outside has to look like: types, bounds, and the fields that it may have. Whatever a file or a network
 * names is held against a shape before anything is done with it, and what does not fit is told in one line.
 */

import { InputError } from './input-error.js';

/** Where a value stands: the file or job that it is from, and the fields that lead to it. */
export interface ShapePlace {
  readonly source: string;
  readonly path: string;
}

/**
 * Says whether a value fits, and gives it back as what it is.
 * @throws InputError naming source, field, value and what was expected.
 */
export type Shape<T> = (value: unknown, place: ShapePlace) => T;

/**
 * Holds a value against a shape.
 * @param source the file or job that it is from, for messages
 * @throws InputError naming the first field that does not fit.
 */
export function checkShape<T>(shape: Shape<T>, value: unknown, source: string): T {
  return shape(value, { source, path: '' });
}

/** @throws InputError saying that the value at a place is not what was expected */
export function failShape(value: unknown, { source, path }: ShapePlace, expected: string): never {
  const field = path === '' ? 'it' : `"${path}"`;
  throw new InputError(`${source}: ${field} is ${showValue(value)}; expected ${expected}`);
}

/** A number from `low` to `high`. */
export function number(low: number, high: number): Shape<number> {
  return (value, place) => {
    if (typeof value === 'number' && value >= low && value <= high) return value;
    return failShape(value, place, `a number from ${low} to ${high}`);
  };
}

/** A number above `low`, at most `high`. */
export function above(low: number, high: number): Shape<number> {
  return (value, place) => {
    if (typeof value === 'number' && value > low && value <= high) return value;
    return failShape(value, place, `a number above ${low}, at most ${high}`);
  };
}

/** A whole number from `low` to `high`. */
export function wholeNumber(low: number, high: number = Number.MAX_SAFE_INTEGER): Shape<number> {
  const bounds = high === Number.MAX_SAFE_INTEGER ? `from ${low}` : `from ${low} to ${high}`;
  return (value, place) => {
    if (Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high) {
      return value as number;
    }
    return failShape(value, place, `a whole number ${bounds}`);
  };
}

/** True or false. */
export const truth: Shape<boolean> = (value, place) =>
  typeof value === 'boolean' ? value : failShape(value, place, 'true or false');

/** A text of at most so many characters. @param pattern what it has to match, told as `expected` */
export function text(most: number, pattern?: RegExp, expected?: string): Shape<string> {
  return (value, place) => {
    if (typeof value === 'string' && value.length <= most && (pattern?.test(value) ?? true)) {
      return value;
    }
    return failShape(value, place, expected ?? `a text of at most ${most} characters`);
  };
}

/** One of some values. */
export function oneOf<const T extends string | number | boolean | null>(
  ...choices: readonly T[]
): Shape<T> {
  const expected = choices.map((choice) => JSON.stringify(choice)).join(' or ');
  return (value, place) =>
    choices.includes(value as T) ? (value as T) : failShape(value, place, expected);
}

/** A list of values of one shape. */
export function list<T>(shape: Shape<T>, least: number, most: number): Shape<T[]> {
  return (value, { source, path }) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) {
      return failShape(value, { source, path }, `a list of ${least} to ${most}`);
    }
    value.forEach((entry, i) => shape(entry, { source, path: `${path}[${i}]` }));
    return value as T[];
  };
}

/** A list of values each of its own shape. */
export function tuple<const T extends readonly unknown[]>(
  ...shapes: { readonly [K in keyof T]: Shape<T[K]> }
): Shape<T> {
  return (value, { source, path }) => {
    if (!Array.isArray(value) || value.length !== shapes.length) {
      return failShape(value, { source, path }, `a list of ${shapes.length}`);
    }
    shapes.forEach((shape, i) => shape(value[i], { source, path: `${path}[${i}]` }));
    return value as unknown as T;
  };
}

/** Two values in order, the lower one first. */
export function range(shape: Shape<number>): Shape<readonly [number, number]> {
  const pair = tuple<readonly [number, number]>(shape, shape);
  return (value, place) => {
    const [low, high] = pair(value, place);
    return low <= high ? [low, high] : failShape(value, place, 'its lower end first');
  };
}

/** A value that may be null. */
export function orNull<T>(shape: Shape<T>): Shape<T | null> {
  return (value, place) => (value === null ? null : shape(value, place));
}

/** A field that may be left out. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value, place) => (value === undefined ? undefined : shape(value, place));
}

/** The fields of an object, each with its shape. */
export type Fields<T> = { readonly [K in keyof T]-?: Shape<T[K] | undefined> };

/** An object with these fields and no others; one that is unknown is told with the nearest one's name. */
export function record<T extends object>(fields: Fields<T>): Shape<T> {
  return (value, { source, path }) => {
    const own = checkFields(value, Object.keys(fields), { source, path });
    for (const [name, shape] of Object.entries<Shape<unknown>>(fields)) {
      const found = Object.hasOwn(own, name) ? own[name] : undefined;
      shape(found, { source, path: joinPath(path, name) });
    }
    return own as T;
  };
}

/** An object whose fields are names of any kind with values of one shape. */
export function table<T>(
  shape: Shape<T>,
  most: number,
  names: RegExp = /^[^\0]{1,256}$/,
): Shape<Readonly<Record<string, T>>> {
  return (value, { source, path }) => {
    const own = asObject(value, { source, path });
    const entries = Object.entries(own);
    if (entries.length > most) {
      failShape(value, { source, path }, `an object of at most ${most} fields`);
    }
    for (const [name, entry] of entries) {
      if (!names.test(name) || name === '__proto__') {
        failShape(name, { source, path }, `names of fields like ${String(names)}`);
      }
      shape(entry, { source, path: joinPath(path, name) });
    }
    return own as Record<string, T>;
  };
}

/**
 * Checks that an object has no fields but these.
 * @returns the object
 * @throws InputError naming the unknown field, and the nearest of those that there are
 */
export function checkFields(
  value: unknown,
  known: readonly string[],
  place: ShapePlace,
): Readonly<Record<string, unknown>> {
  const own = asObject(value, place);
  for (const name of Object.keys(own)) {
    if (known.includes(name)) continue;
    const nearest = findNearest(name, known);
    throw new InputError(
      `${place.source}: there is no field ${showValue(joinPath(place.path, name))}; ` +
        (nearest === null ? `there are ${known.join(', ')}` : `did you mean "${nearest}"?`),
    );
  }
  return own;
}

function asObject(value: unknown, place: ShapePlace): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  return failShape(value, place, 'an object');
}

const joinPath = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/** Characters of a value that messages show. */
const SHOWN = 80;

/** A value as messages show it: short, in one line, without control characters. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value) && value.length > 8) return `a list of ${value.length}`;
  const shown = typeof value === 'string' ? value.slice(0, SHOWN) : value;
  const written = escapeControls(writeJson(shown));
  return written.length > SHOWN + 2 ? `${written.slice(0, SHOWN)}…` : written;
}

function writeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return 'something deeply nested'; // or with a loop
  }
}

/** What a terminal would obey, and what would turn the direction of a text. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A text whose control characters are written as `\u001b`; tabs and line ends stay. */
export function escapeControls(written: string): string {
  return written.replace(
    CONTROLS,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The nearest of some names, or null where none is near. */
export function findNearest(name: string, known: readonly string[]): string | null {
  if (name.length > SHOWN) return null;
  const ranked = known
    .map((other) => ({ other, distance: countEdits(name.toLowerCase(), other.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(2, Math.floor(name.length / 3))
    ? best.other
    : null;
}

/** Letters to insert, leave out or replace between two words (Levenshtein 1966). */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
