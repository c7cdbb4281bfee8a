/** Checks of the fields of a parsed configuration. */

import { InputError } from '@lifegpt/core';

/** A parsed JSON object and where it comes from. */
export interface FieldCheck {
  readonly fields: Readonly<Record<string, unknown>>;
  /** @throws InputError naming the field, its value and what was expected. */
  fail(field: string, expected: string): never;
  /** Checks that fields are whole numbers within bounds, both included. */
  whole(names: readonly string[], low: number, high: number): void;
}

/** @throws InputError when the value is no object. */
export function openFieldCheck(value: unknown, source: string): FieldCheck {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError(`${source}: a model configuration is a JSON object`);
  }
  const fields = value as Record<string, unknown>;
  const fail = (field: string, expected: string): never => {
    throw new InputError(
      `${source}: "${field}" is ${JSON.stringify(fields[field])}; expected ${expected}`,
    );
  };
  return {
    fields,
    fail,
    whole(names, low, high) {
      for (const name of names) {
        const found = fields[name];
        if (!Number.isInteger(found) || (found as number) < low || (found as number) > high) {
          fail(name, `a whole number from ${low} to ${high}`);
        }
      }
    },
  };
}
