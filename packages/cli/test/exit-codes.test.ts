/**
 * How every command ends when something is wrong, and what it says: wrong usage and input that cannot be read end with
 * 2, a target that cannot be written with 1, each with one line on stderr and nothing written.
 */

import { Command } from 'commander';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createContext } from '../src/context.js';
import { loadCommands } from '../src/program.js';
import { ZOO } from '../src/shipped-folder.js';
import { runLifegpt } from './lifegpt.js';

let folder: string;
let before: string[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'codes-'));
  for (const name of ['dir', 'dir.csv', 'dir.rle', 'dir.gif', 'dir.json', 'dir.npz', 'dir.md'])
    mkdirSync(join(folder, name));
  const files: Record<string, string | Uint8Array> = {
    'x.txt': 'hello\n',
    'one.csv': 'State 1,State 2\n0000011001100000,0000011001100000\n',
    'header.csv': 'State 1,State 2\n',
    'cut.csv': 'State 1,State 2\n0000011001100000,00000110\n',
    'letters.csv': 'State 1\n01210121\n',
    'rubbish.rle': Uint8Array.of(1, 0, 2, 255, 0),
    'cut.rle': 'x = 3,',
    'gif.rle': 'GIF89a',
    'rubbish.parquet': Uint8Array.of(1, 0, 2, 255, 0),
    'rubbish.gif': 'GIF89a',
    'rubbish.jsonl': 'no\x1b[31m JSON\n',
    'rubbish.json': '{"a":\n',
    'null.json': 'null',
    'other.json': '{"a": 1}',
  };
  for (const kind of ['rle', 'cells', 'lif', 'mc', 'csv', 'jsonl', 'parquet', 'gif', 'json']) {
    files[`empty.${kind}`] = '';
  }
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  for (const damage of ['config.json', 'tokenizer.json', 'model.safetensors']) {
    const model = join(folder, `damaged-${damage}`);
    cpSync(join(ZOO, 'life'), model, { recursive: true });
    writeFileSync(join(model, damage), '{"a": 1}');
  }
  before = list();
});
afterAll(() => rmSync(folder, { recursive: true }));

const list = (): string[] => readdirSync(folder, { recursive: true }).map(String).sort();

/** Removes what a run left behind. @returns its names */
function takeAway(): string {
  const left = list().filter((name) => !before.includes(name));
  for (const name of left) rmSync(join(folder, name), { recursive: true, force: true });
  return left.join(' ');
}

/** What is wrong with how commands end, a line each. */
function findFaults(lines: readonly string[], code: number): string[] {
  return lines.flatMap((line) => {
    const given = line.split(' ').map((word) => word.replaceAll('~', ' ').replace('EMPTY', ''));
    const end = runLifegpt(folder, given);
    const said = end.stderr.replace(/\n+\(lifegpt --help and .*\)\n$/, '\n');
    const faults = [
      end.code === code ? '' : `ends with ${end.code}`,
      end.stdout === '' ? '' : 'prints to stdout',
      /^error: [^\n]+\n$/.test(said) ? '' : `says ${JSON.stringify(said)}`,
      // oxlint-disable-next-line no-control-regex -- what a terminal would obey
      /[\u0000-\u0009\u000b-\u001f]/.test(end.stderr) ? 'lets control characters through' : '',
      takeAway() === '' ? '' : 'leaves something behind',
    ].filter((fault) => fault !== '');
    return faults.length === 0 ? [] : [`${line}: ${faults.join(', ')}`];
  });
}

/** A run of each command that would do its work. */
const RUNS: Readonly<Record<string, string>> = {
  predict: 'glider',
  simulate: 'glider -n 2',
  'dataset generate': '--out new --rows 4 --size 4',
  'dataset inspect': 'one.csv',
  'dataset merge': 'new',
  train: '--out new',
  eval: 'one.csv',
  'eval-rules': '',
  'infer-rule': 'one.csv',
  certify: '',
  'compute add': '1 1',
  'compute turing': '',
  'compute primes': '',
  extract: '',
  ablate: 'positions --out new',
  merge: 'new',
  inspect: 'glider',
  'model list': '',
  'model show': '',
  'model export': 'life --out new',
  'model attention': 'glider --cell 1,1',
  serve: '',
  'queue submit dataset': 'job --out new --rows 4',
  'queue submit eval': 'job one.csv --out new',
  'queue submit ablate': 'job positions --out new',
  'queue worker': 'job',
  'queue status': 'job',
  'queue remove': 'job',
  bench: 'arar',
  completion: 'bash',
};

const stream = new PassThrough();
const program = new Command('lifegpt');
const signal = new AbortController().signal;
await loadCommands(
  program,
  createContext({ stdout: stream, stderr: stream, env: {}, signal }, () => {}),
);

/** Every command that does something, by its words. */
function listLeaves(command: Command, words: string): [string, Command][] {
  const below = command
    .createHelp()
    .visibleCommands(command)
    .filter((c) => c.name() !== 'help');
  if (below.length === 0) return [[words, command]];
  return below.flatMap((c) => listLeaves(c, `${words} ${c.name()}`.trim()));
}

describe('wrong usage ends with 2', () => {
  it.each(listLeaves(program, ''))('of %s', (words, command) => {
    const run = `${words} ${RUNS[words]}`.trim();
    const valued = command.options.filter((option) => option.required);
    const hasOne = command.options.some(({ mandatory }) => mandatory);
    const needsOne = hasOne || command.registeredArguments.some(({ required }) => required);
    const takesAny = command.registeredArguments.some(({ variadic }) => variadic);
    const lines = [
      `${run} --frobnicate`,
      `${run} --\x1b[31m`,
      ...(takesAny || words === 'inspect' ? [] : [`${run} and more`]),
      ...(needsOne ? [words] : []),
      ...valued.map(({ long }) => `${run} ${long}`),
      ...valued.map(({ long }) => `${run} ${long} EMPTY`),
      ...valued.filter(({ long }) => long === '--device').map(() => `${run} --device tpu`),
      ...valued.filter(({ long }) => long === '--shard').map(() => `${run} --out new --shard 3/2`),
    ];
    expect(findFaults(lines, 2)).toEqual([]);
  });
});

const PATTERNS =
  'nothing nothing.rle x.txt x.txt/y.rle dir dir.rle dir.csv empty.rle empty.cells empty.lif empty.mc empty.csv ' +
  'rubbish.rle cut.rle gif.rle header.csv letters.csv cut.csv \x1b[31m.rle xq4_!';
const DATA =
  'nothing.csv x.txt x.txt/y.csv dir dir.csv empty.csv empty.jsonl empty.parquet rubbish.parquet rubbish.jsonl cut.csv ' +
  'header.csv letters.csv gif.rle \x1b[31m.csv';
const STATES = `${DATA.replace('gif.rle ', '')} empty.gif rubbish.gif dir.gif one.csv/y.gif`;
const MODELS =
  'nothing x.txt x.txt/y dir life,flat32 damaged-config.json damaged-tokenizer.json damaged-model.safetensors \x1b[31m';
const JSONS =
  'nothing nothing.json x.txt x.txt/y.json dir dir.json empty.json rubbish.json null.json other.json \x1b[31m.json';

describe('input that cannot be read ends with 2', () => {
  it.each([
    ['predict', PATTERNS],
    ['simulate -n 1', PATTERNS],
    ['inspect', PATTERNS],
    ['inspect glider --patch logits --from', PATTERNS],
    ['model attention --cell 0,0', PATTERNS],
    ['eval', DATA],
    ['dataset inspect', DATA],
    ['bench arar --data', DATA],
    ['infer-rule', STATES],
    ['predict glider --model', MODELS],
    ['eval one.csv --model', MODELS.replace('life,flat32', 'life,life')],
    ['eval-rules --model', MODELS],
    ['infer-rule one.csv --rule-model', MODELS],
    ['infer-rule one.csv --forecast 1 --model', MODELS],
    ['certify --model', MODELS],
    ['extract --model', MODELS],
    ['compute add 1 1 --model', MODELS],
    ['inspect glider --model', MODELS],
    ['model show', MODELS],
    ['model export --out new', MODELS],
    ['model attention glider --cell 1,1 --model', MODELS],
    ['serve --port 0 --model', MODELS.replace('life,flat32', 'life,life')],
    ['train --out new --from', MODELS],
    ['bench exactness --model', MODELS],
    ['train --out new --steps 2', JSONS],
    ['ablate --out new', JSONS],
    ['queue submit ablate job --out new', JSONS],
    ['dataset generate --out new --held-out', JSONS],
    ['certify --check', JSONS],
    ['merge', 'nothing x.txt x.txt/y dir damaged-config.json damaged-tokenizer.json'],
    ['dataset merge new', 'nothing x.txt x.txt/y dir damaged-tokenizer.json'],
    ['compute turing --out new --patterns', 'nothing x.txt x.txt/y dir'],
    ['completion', 'tcsh \x1b[31m'],
    ['bench', 'speed \x1b[31m'],
  ])('by %s', (command, inputs) => {
    const lines = inputs.split(' ').map((input) => `${command} ${input}`);
    expect(findFaults(lines, 2)).toEqual([]);
  });
});

const LONG = 'a'.repeat(300);
const FOLDERS = ['x.txt', 'x.txt/y', '/dev/null', '/dev/null/y', '/proc/new', LONG];

describe('a target that cannot be written ends with 1, before the work', () => {
  it.each([
    ['predict glider --gif', 'gif'],
    ['simulate glider -n 2 --gif', 'gif'],
    ['simulate glider -n 2 --out', 'rle'],
    ['infer-rule one.csv --forecast 1 --out', 'rle'],
    ['infer-rule one.csv --forecast 1 --gif', 'gif'],
    ['eval one.csv --checkpoint', 'json'],
    ['certify --out', 'json'],
    ['extract --out', 'md'],
    ['compute add 1 1 --gif', 'gif'],
    ['inspect glider --out', 'npz'],
  ])('of %s', (command, extension) => {
    const folders = ['nothing', 'x.txt', '/dev/null', '/proc', '/proc/1'];
    const targets = [...folders.map((path) => `${path}/new`), 'dir', LONG];
    const lines = targets.map((target) => `${command} ${target}.${extension}`);
    expect(findFaults(lines, 1)).toEqual([]);
    const wrong = ['new', '/dev/full', `\x1b[31m.${extension}`];
    expect(
      findFaults(
        wrong.map((target) => `${command} ${target}`),
        2,
      ),
    ).toEqual([]);
  });

  it.each([
    'dataset generate --rows 4 --size 4 --out',
    'train --steps 2 --out',
    'eval one.csv --report',
    'eval one.csv --out',
    'compute add 1 1 --out',
    'ablate positions --out',
    'model export life --out',
  ])('of %s', (command) => {
    expect(
      findFaults(
        FOLDERS.map((target) => `${command} ${target}`),
        1,
      ),
    ).toEqual([]);
    // what is somebody else's stays as it is
    expect(findFaults([`${command} damaged-config.json`], 2)).toEqual([]);
  });
});

describe('an option that can take no effect ends with 2', () => {
  it.each([
    'predict glider --density 0.5',
    'predict glider --seed 2',
    'predict glider --top-k 2',
    'predict glider --row 1',
    'predict glider --decode sample --temperature 0',
    'predict glider --all --json',
    'predict glider --all --quiet',
    'predict --prompt x -n 2',
    'predict --prompt x --decode speculative',
    'predict --prompt x --json',
    'simulate glider -n 1 --format rle',
    'simulate glider -n 1 --seed 2',
    'simulate glider -n 1 --out - --json',
    'dataset inspect one.csv --boards 1 --json',
    'dataset generate --out new --entropy high --density 0.5',
    'dataset generate --out new --held-out life --rule B3/S23',
    'dataset generate --out new --rows-per-kind 2',
    'train --out new --steps 2 --set steps=3',
    'train --out new --seed 2 --set seed=3',
    'train --out new --steps 50 --set checkpoint_every=25 --keep-every 100',
    'eval one.csv --out new --shard 0/2 --require-exact',
    'train --out new --resume',
    'eval one.csv --size 8',
    'eval one.csv --density 0.5',
    'eval one.csv --board-seed 2',
    'eval one.csv --arar-temperature 1',
    'eval one.csv --seed 2',
    'eval one.csv --temperature 0,1,0',
    'eval one.csv --temperature 1 --seed 1,1',
    'eval --fresh 4 --limit 2',
    'eval one.csv --shard 0/2',
    'eval one.csv --report new --checkpoint new.json',
    'infer-rule one.csv --model life',
    'infer-rule one.csv --out new.rle',
    'infer-rule one.csv --alive dark',
    'infer-rule rubbish.gif --row 1',
    'certify --out new.json --check other.json',
    'inspect glider --from blinker',
    'bench life --model life',
    'bench exactness --data one.csv',
    'serve --page --model life',
    'serve --page --queue 3',
  ])('in %s, and the line names it', (line) => {
    expect(findFaults([line], 2)).toEqual([]);
    const option = line.split(' ').findLast((word) => /^--?[a-z]/.test(word))!;
    const { stderr } = runLifegpt(folder, line.split(' '));
    expect(stderr).toContain(option === '-n' ? '--generations' : option);
  });
});

describe('a file that is read', () => {
  it.each([
    'simulate one.rle -n 2 --out one.rle',
    'simulate one.rle -n 2 --out dir/../one.rle',
    'certify --model damaged-tokenizer.json --out damaged-tokenizer.json/config.json',
  ])('is not written over: %s', (line) => {
    const path = join(folder, 'one.rle');
    writeFileSync(path, 'x = 1, y = 1\no!\n');
    const { code, stderr } = runLifegpt(folder, line.split(' '));
    expect(stderr).toMatch(/it is read as well, and would be lost; name another file/);
    expect(code).toBe(2);
    rmSync(path);
  });
});
