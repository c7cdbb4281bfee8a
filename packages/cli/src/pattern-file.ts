/** Patterns that commands write, to files or to stdout; the extension says the format, or `--format`. */

import { InputError, PATTERN_FORMATS, type Pattern } from '@lifegpt/core';
import { extname } from 'node:path';
import { checkOutputFile, writeOutputFile } from './output-file.js';

/** By extension, what writes a pattern. */
const WRITERS: ReadonlyMap<string, (pattern: Pattern) => string> = new Map(
  PATTERN_FORMATS.flatMap(({ extensions, format }) =>
    format === undefined ? [] : extensions.map((extension) => [extension, format] as const),
  ),
);

/** Extensions of the files that can be written. */
export const WRITTEN_EXTENSIONS: readonly string[] = [...WRITERS.keys()];
/** What `--format` takes. */
export const WRITTEN_FORMATS = WRITTEN_EXTENSIONS.map((extension) => extension.slice(1));
/** The path that means stdout. */
const STDOUT = '-';

/**
 * Checks before long work that a pattern can be written.
 * @param format one of `WRITTEN_FORMATS`, when it was given
 * @param inputs as `checkOutputFile`
 * @throws as `checkOutputFile`, and InputError when the format is none of a pattern's
 */
export async function checkPatternFile(
  path: string,
  format?: string,
  inputs: readonly string[] = [],
): Promise<void> {
  if (format !== undefined && !WRITTEN_FORMATS.includes(format)) {
    throw new InputError(
      `--format '${format}' is none of a pattern; choose one of ${WRITTEN_FORMATS.join(', ')}`,
    );
  }
  if (path === STDOUT) return;
  await checkOutputFile(
    path,
    format === undefined ? WRITTEN_EXTENSIONS : [extname(path).toLowerCase()],
    inputs,
  );
}

/**
 * Writes a pattern where `checkPatternFile` has let it pass.
 * @param print takes what goes to stdout
 * @returns what to say of it; null for stdout
 */
export async function writePatternFile(
  path: string,
  pattern: Omit<Pattern, 'warnings'>,
  format?: string,
  print?: (text: string) => void,
): Promise<string | null> {
  const extension = path === STDOUT ? '.rle' : extname(path).toLowerCase();
  const text = WRITERS.get(format === undefined ? extension : `.${format}`)!({
    ...pattern,
    warnings: [],
  });
  if (path === STDOUT && print !== undefined) {
    print(text.trimEnd());
    return null;
  }
  await writeOutputFile(path, text);
  return `wrote ${path}`;
}
