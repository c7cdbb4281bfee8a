/** docs/cli.md: every command with its arguments and options, from the outline that the build leaves. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  describeJoints,
  EXAMPLE_BOUNDS,
  nameTopology,
  parseBounds,
  PATTERN_FORMATS,
} from '@lifegpt/core';

/** The page. @param {string} root the workspace, built */
export function cliPage(root) {
  const outline = JSON.parse(readFileSync(join(root, 'packages/cli/dist/outline.json'), 'utf8'));
  const commands = listLeaves(outline, []);
  return [
    '# Commands',
    '',
    'Written by `npm run docs` from the commands themselves; `lifegpt <command> --help` says the same.',
    '',
    'stdout is data, stderr is talk. `--json` prints one object. `-` is stdin. `NO_COLOR` is honoured.',
    '',
    ...table(
      ['exit code', 'meaning'],
      [
        ['0', 'done'],
        ['1', 'failed: not exact where that was asked for, or a file cannot be written'],
        ['2', 'wrong usage, or input that cannot be read; nothing was written'],
        ['130', 'interrupted (Ctrl-C)'],
      ],
    ),
    '',
    'A pattern may be in a file, packed by gzip or not; `-` and names without an extension are told apart by what is in them:',
    '',
    ...table(
      ['format', 'extensions', ''],
      PATTERN_FORMATS.map(({ name, extensions, format }) => [
        name,
        extensions.map((extension) => `\`${extension}\``).join(' '),
        format === undefined ? 'read' : 'read and written',
      ]),
    ),
    '',
    'How the borders of a board are joined stands behind its rule, `B3/S23:T32,20` (columns, rows):',
    '',
    ...table(
      ['board', 'topology', ''],
      EXAMPLE_BOUNDS.map((text) => ({ text, ...parseBounds(text) }))
        .filter(({ width, height }) => Math.min(width, height) > 2)
        .map(({ text, topology }) => [
          `\`:${text}\``,
          nameTopology(topology),
          describeJoints(topology),
        ]),
    ),
    '',
    ...commands.flatMap(({ words, command }) => [...describe(words, command), '']),
  ].join('\n');
}

function listLeaves({ commands, ...command }, words) {
  if (commands.length === 0) return [{ words, command }];
  return commands.flatMap((below) => listLeaves(below, [...words, below.name]));
}

function describe(words, { description, arguments: places, options, examples }) {
  const given = places.map(({ term }) => ` ${term}`).join('');
  const rows = [
    ...places.map((place) => [place.term, place]),
    ...options.map((option) => [option.flags, option]),
  ].map(([term, about]) => [`\`${term}\``, explain(about)]);
  return [
    `## lifegpt ${words.join(' ')}`,
    '',
    `${sentence(description)}`,
    '',
    `    lifegpt ${words.join(' ')}${given}${options.length > 0 ? ' [options]' : ''}`,
    '',
    ...(rows.length > 0 ? [...table(['', ''], rows), ''] : []),
    ...examples.map(
      ([example, meaning]) =>
        `    ${`lifegpt ${words.join(' ')} ${example}`.trimEnd()}  # ${meaning}`,
    ),
  ];
}

function explain({ description, default: value, choices, isMandatory }) {
  return [
    description,
    ...(choices === undefined ? [] : [`(${choices.join(', ')})`]),
    ...(value === undefined || value === false ? [] : [`(default: \`${value}\`)`]),
    ...(isMandatory === true ? ['(needed)'] : []),
  ].join(' ');
}

const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}.`;

/** A table in Markdown, its columns as wide as their longest cell. */
export function table(head, rows) {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, i) => Math.max(3, ...cells.map((row) => row[i].length)));
  const line = (row) => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(cells[0]), rule, ...cells.slice(1).map(line)];
}
