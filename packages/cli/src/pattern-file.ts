/** Files of patterns that commands write; the extension says the format. */

import { formatCellsFile, formatLife106, formatRle, type Pattern } from '@lifegpt/core';
import { extname } from 'node:path';
import { checkOutputFile, writeOutputFile } from './output-file.js';

const FORMATS: Readonly<Record<string, (pattern: Pattern) => string>> = {
  '.rle': formatRle,
  '.cells': formatCellsFile,
  '.life': formatLife106,
  '.lif': formatLife106,
};

/** @throws InputError when the extension is none of a pattern's, or the folder is not there. */
export async function checkPatternFile(path: string): Promise<void> {
  await checkOutputFile(path, Object.keys(FORMATS));
}

/** Writes a pattern into a file that `checkPatternFile` has passed. */
export async function writePatternFile(
  path: string,
  pattern: Omit<Pattern, 'warnings'>,
): Promise<void> {
  const format = FORMATS[extname(path).toLowerCase()]!;
  await writeOutputFile(path, format({ ...pattern, warnings: [] }));
}
