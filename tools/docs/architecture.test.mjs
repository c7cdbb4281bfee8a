/** ARCHITECTURE.md names files that are there, and where it says how to add a thing, the list of such things is. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { nameTopology, EXAMPLE_BOUNDS, parseBounds, PATTERN_FORMATS } from '@lifegpt/core';
import { STRATEGY_NAMES } from '@lifegpt/model';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const read = (path) => readFileSync(join(root, path), 'utf8');
const text = read('ARCHITECTURE.md');
const SKIPPED = new Set(['node_modules', 'dist', 'build', '.git', '.nx', 'runs']);
/** Every file below a folder that was not made or installed. */
const walk = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : walk(join(folder, entry.name));
    return [`${folder}/${entry.name}`];
  });
const files = walk(root);
const listFiles = (part) =>
  [...part.matchAll(/`([\w./-]+\.(?:ts|mjs|js|json|py|html))`/g)].map(([, path]) => path);

/** What follows a heading, to the next. */
const section = (title) => text.split(`## ${title}\n`)[1].split('\n## ')[0];

describe('ARCHITECTURE.md', () => {
  it('names no file that is not there', () => {
    const named = listFiles(text);
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter((name) => !files.some((path) => path.endsWith(`/${name}`)))).toEqual([]);
  });

  it('says of five kinds of things in which list they stand, and each example stands in its list', () => {
    const kinds = section('Where to add').split(/\n- /).slice(1);
    expect(kinds.map((kind) => /\*\*(.*)\*\*/.exec(kind)[1])).toEqual([
      'A topology',
      'A file format',
      'A way to decode',
      'A figure of the report',
      'A command',
    ]);
    for (const kind of kinds) {
      const [example, list] = listFiles(kind);
      const own = example.split('/').at(-1).replace('.ts', '.js');
      expect([list, read(list).includes(`/${own}'`)]).toEqual([list, true]);
    }
  });

  it('says that docs/cli.md follows the lists, as it does', () => {
    const page = read('docs/cli.md');
    const commands = [...read('packages/cli/src/program.ts').matchAll(/commands\/([\w-]+)\.js/g)];
    expect(commands.length).toBeGreaterThan(15);
    const items = [
      ...PATTERN_FORMATS.map(({ name }) => `| ${name} `),
      ...EXAMPLE_BOUNDS.map((board) => `| ${nameTopology(parseBounds(board).topology)} `),
      ...STRATEGY_NAMES.map((name) => `${name} (`),
      ...commands.map(([, name]) => `\n## lifegpt ${name}`),
    ];
    expect(items.filter((item) => !page.includes(item))).toEqual([]);
  });
});
