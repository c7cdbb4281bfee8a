/** What a stream can show: how wide it is, and whether in colour. */

import type { Writable } from 'node:stream';

/** An output stream; a terminal has `isTTY`, `columns` and `rows`. */
export type Output = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** How to draw on a stream. */
export interface Style {
  /** Columns of the terminal; Infinity for files and pipes. */
  readonly columns: number;
  readonly color: boolean;
  /** Rows of the terminal; left out for files and pipes. */
  readonly rows?: number;
}

/**
 * Looks at a stream and the environment. Colour is for terminals, unless NO_COLOR is set (see
 * https://no-color.org) or TERM is `dumb`.
 */
export function chooseStyle(
  stream: { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number },
  env: Readonly<Record<string, string | undefined>>,
): Style {
  const terminal = stream.isTTY === true;
  return {
    columns: terminal ? (stream.columns ?? 80) : Infinity,
    color: terminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
    ...(terminal && stream.rows !== undefined && env['TERM'] !== 'dumb'
      ? { rows: stream.rows }
      : {}),
  };
}
