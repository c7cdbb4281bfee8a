/** Patterns that commands write, to files or to stdout; the extension says the format, or `--format`. */

import { formatCellsFile, formatLife106, formatRle, InputError, type Pattern } from '@lifegpt/core';
import { extname } from 'node:path';
import { checkOutputFile, writeOutputFile } from './output-file.js';

const FORMATS: Readonly<Record<string, (pattern: Pattern) => string>> = {
  '.rle': formatRle,
  '.cells': formatCellsFile,
  '.life': formatLife106,
  '.lif': formatLife106,
};

/** What `--format` takes. */
export const PATTERN_FORMATS = Object.keys(FORMATS).map((extension) => extension.slice(1));
/** The path that means stdout. */
const STDOUT = '-';

/**
 * Checks before long work that a pattern can be written.
 * @param format one of `PATTERN_FORMATS`, when it was given
 * @throws InputError when the extension or the format is none of a pattern's, or the folder is not there.
 */
export async function checkPatternFile(path: string, format?: string): Promise<void> {
  if (format !== undefined && !PATTERN_FORMATS.includes(format)) {
    throw new InputError(
      `--format '${format}' is none of a pattern; choose one of ${PATTERN_FORMATS.join(', ')}`,
    );
  }
  if (path === STDOUT) return;
  await checkOutputFile(
    path,
    format === undefined ? Object.keys(FORMATS) : [extname(path).toLowerCase()],
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
  const text = FORMATS[format === undefined ? extension : `.${format}`]!({
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
