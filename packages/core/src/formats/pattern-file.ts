/** Pattern files of every format: which one a file is in, by its name and then by its content. */

import { InputError } from '../input-error.js';
import type { Pattern } from '../pattern.js';
import { CELLS_FORMAT } from './cells.js';
import { LIFE_105_FORMAT } from './life-1-05.js';
import { LIFE_106_FORMAT } from './life-1-06.js';
import { MACROCELL_FORMAT } from './macrocell.js';
import type { PatternFormat } from './pattern-format.js';
import { RLE_FORMAT } from './rle.js';

/** All of them, as lists show them; a further one is a file and a line here. The first is what a text is that says nothing. */
export const PATTERN_FORMATS: readonly PatternFormat[] = [
  RLE_FORMAT,
  CELLS_FORMAT,
  MACROCELL_FORMAT,
  LIFE_106_FORMAT,
  LIFE_105_FORMAT,
];

/** What names of pattern files end in. */
export const PATTERN_EXTENSIONS: readonly string[] = [
  ...new Set(PATTERN_FORMATS.flatMap(({ extensions }) => extensions)),
];

/**
 * Reads a pattern file. An extension that one format alone has says the format, unless the first line says another; other
 * files, and names without an extension (such as `-` for stdin), are told apart by their content.
 * @throws InputError at an extension that no format has, and when the content is damaged.
 */
export function parsePattern(text: string, fileName: string): Pattern {
  const extension = /\.[^./\\]+$/.exec(fileName)?.[0].toLowerCase() ?? '';
  const named = PATTERN_FORMATS.filter(({ extensions }) => extensions.includes(extension));
  if (named.length === 0 && extension !== '') {
    throw new InputError(
      `${fileName}: '${extension}' is not a pattern file; give ${PATTERN_EXTENSIONS.join(', ')}`,
    );
  }
  const start = text.replace(/^\uFEFF/, '').trimStart();
  const find = (certainty: 'surely' | 'perhaps'): PatternFormat | undefined =>
    PATTERN_FORMATS.find(({ recognise }) => recognise(start) === certainty);
  const own = named.length === 1 ? named[0] : find('perhaps');
  return (find('surely') ?? own ?? PATTERN_FORMATS[0]!).parse(text, fileName);
}
