/** How help is laid out: as commander does, or below each other where the terminal is narrow. */

import type { Help } from 'commander';
import type { Output } from './style.js';
import { wrapText } from './wrap.js';

/** Columns below which a description stands under its option instead of beside it. */
const NARROW = 72;

/** Columns for help: those of the terminal, else what COLUMNS says, else 80. */
export function chooseHelpWidth(
  { isTTY, columns }: Pick<Output, 'isTTY' | 'columns'>,
  env: Readonly<Record<string, string | undefined>>,
): number {
  if (isTTY === true && columns !== undefined) return columns;
  const told = Number(env['COLUMNS']);
  return Number.isInteger(told) && told >= 20 ? told : 80;
}

/** The room that commander's word before the usage takes. */
const USAGE = ' '.repeat('Usage: '.length);

/** What commander's help does otherwise at a width; nothing where there is room. */
export function layOutHelp(width: number): Partial<Help> {
  if (width >= NARROW) return {};
  // commander itself leaves texts of fewer than 40 columns in one line
  const wrap = (text: string, room: number): string =>
    text
      .split('\n')
      .flatMap((line) => wrapText(line, room))
      .join('\n');
  return {
    styleUsage: (text) => wrapText(text, width - USAGE.length).join(`\n${USAGE}`),
    boxWrap: wrap,
    formatItem: (term, _termWidth, description) =>
      [
        ...wrapText(term, width - 2).map((line) => `  ${line}`),
        ...wrapText(description, width - 6).map((line) => `      ${line}`),
      ].join('\n'),
  };
}
