/** README.md is short, fits a terminal, and everything that can be typed or looked up from it is there. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NEXT_STEPS } from '../bootstrap/tasks.mjs';

const root = resolve(import.meta.dirname, '../..');
const read = (path) => readFileSync(join(root, path), 'utf8');
const text = read('README.md');
const outline = JSON.parse(read('packages/cli/dist/outline.json'));
const { scripts } = JSON.parse(read('package.json'));

/** Commands that are shown, in blocks and in sentences, without what is said behind them. */
const shown = [...text.matchAll(/(?<=^ {4}|`)np[xm] [^`\n]+/gm)].map(([line]) =>
  line.split(/\s+# /)[0].trim(),
);

/** The command that some words name, and the words behind it. */
function findCommand(words) {
  let command = outline;
  let used = 0;
  for (const word of words) {
    const below = command.commands.find(({ name }) => name === word);
    if (below === undefined) break;
    command = below;
    used++;
  }
  return { command, given: words.slice(used) };
}

/** What there is not of a line: a script, a command, options. */
function explainUnknown(line) {
  const [program, ...words] = line.split(' ');
  if (program === 'npm') {
    const script = words[0] === 'run' ? words[1] : words[0];
    return Object.hasOwn(scripts, script) ? [] : [`${line}: there is no script ${script}`];
  }
  const { command, given } = findCommand(words.slice(1));
  if (words[0] !== 'lifegpt' || command === outline) return [`${line}: there is no such command`];
  const known = command.options.flatMap(({ flags }) => flags.match(/(?<![\w-])--?[\w-]+/g));
  return given
    .filter((word) => /^--?[a-z]/.test(word) && !known.includes(word))
    .map((option) => `${line}: there is no option ${option}`);
}

describe('README.md', () => {
  it('has at most 900 words, and no line over 100 columns', () => {
    expect(text.split(/\s+/).filter(Boolean).length).toBeLessThanOrEqual(900);
    const longest = text.split('\n').toSorted((a, b) => b.length - a.length)[0];
    expect({ longest, fits: longest.length <= 100 }).toEqual({ longest, fits: true });
  });

  it('shows commands and options that exist', () => {
    expect(shown.length).toBeGreaterThan(12);
    expect(shown.flatMap(explainUnknown)).toEqual([]);
  });

  it('is gone on from by what npm start says next: commands and pages that exist', () => {
    const said = NEXT_STEPS.join('\n');
    const commands = [...said.matchAll(/np[xm](?: [\w-]+)+/g)].map(([line]) => line.trim());
    expect(commands).toHaveLength(3);
    const named = commands.filter((line) => !line.endsWith(' --help'));
    expect(named.flatMap(explainUnknown)).toEqual([]);
    const pages = [...said.matchAll(/docs\/[\w-]+\.md/g)].map(([page]) => page);
    expect(pages.length).toBeGreaterThan(0);
    expect(pages.filter((page) => !existsSync(join(root, page)))).toEqual([]);
  });

  it('links to files that are there', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link]) => link);
    expect(links.length).toBeGreaterThan(8);
    expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
  });

  it('says of every folder what is in it', () => {
    const tree = text.split('## What is where\n')[1];
    const named = [...tree.matchAll(/^ {4}([\w/-]+) {2,}\S/gm)].map(([, path]) => path);
    // what else lies in the root may be somebody's models and runs
    const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`);
    const folders = [...packages, 'docs', 'examples', 'tools'];
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(named.toSorted()).toEqual(folders.toSorted());
  });

  it('names the sizes of the weights that ship', () => {
    for (const [, name, size] of text.matchAll(/^\| `(\w+)` .* (\d+) kB /gm)) {
      const { size: bytes } = statSync(join(root, `packages/model/zoo/${name}/model.safetensors`));
      expect([name, Math.round(bytes / 1000)]).toEqual([name, Number(size)]);
    }
    const { n_head: heads } = JSON.parse(read('packages/model/zoo/life/config.json'));
    expect(text).toContain(`${heads} heads look at the board`);
  });

  it('says the figures of docs/results.md', () => {
    const results = read('docs/results.md');
    const figures = ['98.5 %', '82 %', '81 %', '3,329 parameters', '20.8 ms', '0.41 ms', '0.11 s'];
    expect(figures.filter((figure) => !results.includes(figure))).toEqual([]);
    expect(figures.filter((figure) => !text.includes(figure))).toEqual([]);
  });
});

/** Words of the field, as README or the guide writes them. */
const TERMS = [
  'torus',
  'topology',
  'rule',
  'life-like',
  'table',
  'Catagolue',
  'Golly',
  'RLE',
  'token',
  'logit',
  'head',
  'seed',
  'loss',
  'recipe',
  'certificate',
  'engine',
  'exact',
  'proved',
  'by location',
  'in a line',
];

describe('docs/glossary.md', () => {
  const glossary = read('docs/glossary.md');
  const entries = glossary.split(/\n\n(?=\*\*)/).slice(1);

  it('has an entry for each word of the field that README and the guide use', () => {
    const used = `${text}\n${read('docs/guide.md')}`.toLowerCase();
    const explained = glossary
      .match(/\*\*[^*]+\*\*|\b_\w+_\b/g)
      .join('\n')
      .toLowerCase();
    const reads = (place, term) => place.replaceAll(/\s+/g, ' ').includes(term.toLowerCase());
    expect(TERMS.filter((term) => !reads(used, term))).toEqual([]);
    expect(TERMS.filter((term) => !reads(explained, term))).toEqual([]);
  });

  it('is in the order of the alphabet', () => {
    const names = entries.map((entry) => /^\*\*([^.,*]+)/.exec(entry)[1].toLowerCase());
    expect(names.length).toBeGreaterThan(30);
    expect(names).toEqual(names.toSorted((a, b) => a.localeCompare(b, 'en')));
  });
});
