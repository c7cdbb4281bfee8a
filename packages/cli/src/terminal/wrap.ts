/** Texts in the columns of a terminal: the one place that breaks lines, at blanks and never in a word. */

/** What a terminal obeys instead of showing it. */
// oxlint-disable-next-line no-control-regex -- these are such sequences
const INVISIBLE = /\u001b\[[0-9;]*[A-Za-z]/g;

/** Columns that a text takes on a terminal. */
export const widthOf = (text: string): number => text.replace(INVISIBLE, '').length;

/** Breaks a text at blanks into lines of at most `width` columns, a longer word apart. */
export const wrapText = (text: string, width: number): string[] =>
  fillLines(text.split(' '), width, '', '');

/** Columns by which a line that goes on is indented more than its beginning. */
const HANGING = '  ';

/**
 * Lays lines out: those that fit stay as they are, others go on below, a little indented. Rows of a Markdown table stay whole.
 * @param columns of the terminal; Infinity where there is none
 * @param hanging what a line that goes on begins with, behind its indentation
 */
export function wrapLines(text: string, columns: number, hanging = HANGING): string {
  const wrap = (line: string): string => {
    if (widthOf(line) <= columns || line.startsWith('|')) return line;
    const [indent] = /^ */.exec(line)!;
    // a number stays with its percent sign
    const words = line.slice(indent.length).split(/ (?!%)/);
    return fillLines(words, columns, indent, indent + hanging).join('\n');
  };
  return columns === Infinity ? text : text.split('\n').map(wrap).join('\n');
}

/** A command over several lines as a shell takes them: each but the last ends with a backslash, and nothing in quotes is broken. */
export function wrapCommand(command: string, columns: number, indent = ''): string {
  const words = command.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  const end = ' \\';
  const isWhole = indent.length + command.length <= columns;
  const room = isWhole ? columns : columns - end.length;
  return fillLines(words, room, indent, `${indent}    `).join(`${end}\n`);
}

/** @param first what the first line begins with, and `more` the others */
function fillLines(
  words: readonly string[],
  columns: number,
  first: string,
  more: string,
): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line === undefined) lines.push(first + word);
    else if (widthOf(line) + 1 + widthOf(word) > columns) lines.push(more + word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

/** A word as a shell takes it. */
export function quoteWord(word: string): string {
  return /^[\w./:,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
