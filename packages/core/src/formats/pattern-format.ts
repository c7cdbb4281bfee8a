/** What a format of pattern files has to say of itself; each is a file beside this one, and a line in `pattern-file.ts`. */

import type { Pattern } from '../pattern.js';

/** A format of pattern files. */
export interface PatternFormat {
  /** As a list of formats names it: `Life 1.06`. */
  readonly name: string;
  /** With their dots, in lower case. Two formats may share one. */
  readonly extensions: readonly string[];
  /**
   * Whether a text is in this format, for files whose name does not say it: `surely` by a first line that no other
   * format has, `perhaps` by its looks.
   * @param start the text without a byte order mark and blanks before it
   */
  readonly recognise: (start: string) => 'surely' | 'perhaps' | 'no';
  /**
   * Reads a pattern.
   * @param source the file's name, for messages
   * @throws InputError, naming file and line, when the text is damaged
   */
  readonly parse: (text: string, source: string) => Pattern;
  /** Writes a pattern; left out where the format is only read. */
  readonly format?: (pattern: Pattern) => string;
  /** A glider, for tests and attacks. */
  readonly example: string;
}
