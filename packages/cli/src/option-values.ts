/** Reads the values of options. */

import { InputError } from '@lifegpt/core';

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
