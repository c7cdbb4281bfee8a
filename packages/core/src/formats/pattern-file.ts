/** Pattern files of every format: which one a file is in, by its name and then by its content. */

import { InputError } from '../input-error.js';
import type { Pattern } from '../pattern.js';
import { parseCellsFile } from './cells.js';
import { parseLife105 } from './life-1-05.js';
import { parseLife106 } from './life-1-06.js';
import { isMacrocell, parseMacrocell } from './macrocell.js';
import { parseRle } from './rle.js';
import { splitLines } from './text-lines.js';

/**
 * Reads a pattern file. `.rle`, `.cells` and `.mc` say their format; `.lif`, `.life` and names without an
 * extension (such as `-` for stdin) are told apart by their content.
 * @throws InputError at another extension, and when the content is damaged.
 */
export function parsePattern(text: string, fileName: string): Pattern {
  const extension = /\.[^./\\]+$/.exec(fileName)?.[0].toLowerCase() ?? '';
  switch (extension) {
    case '.rle':
      // some collections give every pattern this name
      return (isMacrocell(text) ? parseMacrocell : parseRle)(text, fileName);
    case '.cells':
      return parseCellsFile(text, fileName);
    case '.mc':
      return parseMacrocell(text, fileName);
    case '.lif':
    case '.life':
    case '':
      return detectParser(text)(text, fileName);
    default:
      throw new InputError(
        `${fileName}: '${extension}' is not a pattern file; give .rle, .cells, .mc, .lif or .life`,
      );
  }
}

function detectParser(text: string): (text: string, source: string) => Pattern {
  const start = text.replace(/^\uFEFF/, '').trimStart();
  if (/^#(Life 1\.0[45]|P)/i.test(start)) return parseLife105;
  if (/^#Life 1\.06/i.test(start)) return parseLife106;
  if (isMacrocell(start)) return parseMacrocell;
  const isCells = splitLines(start).every((line) => /^(!|[.O*o\s]*$)/.test(line));
  return isCells || /^[!.O*]/.test(start) ? parseCellsFile : parseRle;
}
