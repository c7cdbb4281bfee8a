/** Reads the values of options. */

import { InputError } from '@lifegpt/core';

/** Values of `--device`. */
export const DEVICES = ['auto', 'cpu', 'webgpu', 'cuda', 'wasm'] as const;
/** What stands for ten well-known boards where a data file is expected. */
export const TEN_BOARDS = 'ten-boards';

/**
 * Reads a whole number, written in decimal digits.
 * @param option How the option is called, for the message.
 * @throws InputError when it is anything else, or outside `minimum`..`maximum`.
 */
export function parseWholeNumber(
  option: string,
  text: string,
  minimum: number,
  maximum: number = Number.MAX_SAFE_INTEGER,
): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= minimum && value <= maximum)) {
    const range =
      maximum === Number.MAX_SAFE_INTEGER
        ? `a whole number from ${minimum}`
        : `a whole number from ${minimum} to ${maximum}`;
    throw new InputError(`${option} needs ${range}, not '${text}'`);
  }
  return value;
}

/**
 * Reads one of some names.
 * @throws InputError when it is none of them.
 */
export function parseChoice<T extends string>(
  option: string,
  text: string,
  choices: readonly T[],
): T {
  const chosen = choices.find((choice) => choice === text);
  if (chosen === undefined) {
    throw new InputError(`unknown ${option} '${text}'; choose one of ${choices.join(', ')}`);
  }
  return chosen;
}

/**
 * Reads numbers and ranges of numbers between commas: `0..1`, `0.5`, `0.1,0.3..0.4`.
 * @throws InputError at a part that is neither.
 */
export function parseRanges(option: string, text: string): [number, number][] {
  return text.split(',').map((part) => {
    const match = /^(\d*\.?\d+)(?:\.\.(\d*\.?\d+))?$/.exec(part.trim());
    const [low, high] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    if (match === null || Number.isNaN(low) || Number.isNaN(high)) {
      throw new InputError(
        `${option} needs numbers or ranges such as 0..1 or 0.1,0.5, not '${text}'`,
      );
    }
    return [low, high];
  });
}

/**
 * Reads the one range of `--density`.
 * @throws InputError when it is several, or not within 0..1.
 */
export function parseDensity(text: string): [number, number] {
  const [range, ...more] = parseRanges('--density', text);
  const [low, high] = range!;
  if (more.length > 0 || low > high || high > 1) {
    throw new InputError(`--density needs a value or one range within 0..1, not '${text}'`);
  }
  return [low, high];
}

/**
 * Reads numbers from 0 between commas.
 * @throws InputError at a part that is none.
 */
export function parseNumbers(option: string, text: string): number[] {
  const numbers = text.split(',').map((part) => {
    const value = /^\d*\.?\d+$/.test(part.trim()) ? Number(part) : Number.NaN;
    if (Number.isNaN(value)) {
      throw new InputError(`${option} needs numbers from 0, not '${part.trim()}'`);
    }
    return value;
  });
  refuseTwice(option, numbers);
  return numbers;
}

/** @throws InputError at a value that a list names twice */
export function refuseTwice(option: string, values: readonly (number | string)[]): void {
  const repeated = values.find((value, i) => values.indexOf(value) !== i);
  if (repeated !== undefined) throw new InputError(`${option} names '${repeated}' twice`);
}

/** An option as it is written, from its name in camel case. */
const nameOption = (name: string): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/**
 * Options that take no effect beside another are refused as well.
 * @param names those that were given in vain if `other` was given
 * @param reason what that one does instead, for the message
 * @throws InputError at the first of them
 */
export function refuseBeside<Flags extends object>(
  flags: Flags,
  names: readonly (keyof Flags & string)[],
  other: keyof Flags & string,
  reason: string,
): void {
  const idle =
    flags[other] === undefined ? undefined : names.find((name) => flags[name] !== undefined);
  if (idle === undefined) return;
  throw new InputError(
    `${nameOption(idle)} takes no effect beside ${nameOption(other)}, which ${reason}; leave one of them out`,
  );
}

/**
 * Options that could take no effect are refused: whoever gives one means it.
 * @param flags the options by their names in camel case, as they were given
 * @param names those that need something else beside them
 * @param isMissing whether that is missing
 * @param needed what it is, for the message
 * @throws InputError at the first of them that was given in vain
 */
export function refuseIdle<Flags extends object>(
  flags: Flags,
  names: readonly (keyof Flags & string)[],
  isMissing: boolean,
  needed: string,
): void {
  const idle = isMissing ? names.find((name) => flags[name] !== undefined) : undefined;
  if (idle === undefined) return;
  throw new InputError(
    `${nameOption(idle)} takes no effect without ${needed}; give that too, or leave it out`,
  );
}
