/**
 * The examples of every command, as its help shows them: each is run in a folder that holds what it names, and ends with 0 or
 * is at its work when its time is over. Those of a queue end where they look for Redis.
 */

import { Command } from 'commander';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examplesOf } from '../src/command-examples.js';
import { createContext } from '../src/context.js';
import { loadCommands } from '../src/program.js';
import { ZOO } from '../src/shipped-folder.js';
import { runBriefly, runLifegpt } from './lifegpt.js';
import { TINY_RECIPE } from './tiny-recipe.js';

/** After so long a command that goes on is taken to work. */
const MILLISECONDS = 150;
/** What has seconds of work before it hears an interruption: `npm run test:slow` runs these too. */
const SLOW = /^(inspect|certify|extract|compute|ablate|bench|dataset generate .*--held-out)/;
const isSlowRun = process.env['LIFEGPT_SLOW_TESTS'] !== undefined;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'examples-'));
  const prepare = (line: string): void => {
    expect(runLifegpt(folder, line.split(' '))).toMatchObject({ code: 0 });
  };
  prepare('simulate glider -n 0 --rule B3/S23:T24,20 --out pattern.rle');
  prepare('simulate r-pentomino -n 3 --rule B3/S23:T32,32 --gif run.gif');
  prepare('dataset generate --out boards --rows 12 --size 8 --states 3 --format csv');
  cpSync(join(folder, 'boards/data/train-00000-of-00001.csv'), join(folder, 'states.csv'));
  mkdirSync(join(folder, 'frames'));
  for (const n of [0, 1, 2]) {
    prepare(`simulate r-pentomino -n ${n} --rule B3/S23:P64,64 --out frames/${n}.rle`);
  }
  for (const part of [0, 1]) {
    const rows = '--rows 8 --size 6 --rows-per-file 4';
    prepare(`dataset generate --out part-${part} ${rows} --shard ${part}/2`);
  }
  prepare('eval --fresh 4 --size 6 --out trial');
  writeFileSync(join(folder, 'recipe.json'), JSON.stringify({ ...TINY_RECIPE, steps: 100_000 }));
  // on a busy machine it takes its time until there is something to resume
  for (let wait = 500; !existsSync(join(folder, 'begun/state.safetensors')); wait *= 2) {
    rmSync(join(folder, 'begun'), { recursive: true, force: true });
    runBriefly(folder, 'train recipe.json --out begun'.split(' '), wait);
  }
  cpSync(join(ZOO, 'life'), join(folder, 'runs/mine'), { recursive: true });
  const names = ['config.json', 'tokenizer.json', 'model.safetensors'];
  const hash = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(folder, 'runs/mine', name)))
      .digest('hex');
  const files = Object.fromEntries(names.map((name) => [name, hash(name)]));
  writeFileSync(join(folder, 'certificate.json'), JSON.stringify({ files }));
});
afterAll(() => rmSync(folder, { recursive: true }));

const stream = new PassThrough();
const program = new Command('lifegpt');
const { signal } = new AbortController();
await loadCommands(
  program,
  createContext({ stdout: stream, stderr: stream, env: {}, signal }, () => {}),
);

/** The examples of a command and of those below it, up to where a shell hands them on. */
function listExamples(command: Command, words: string): string[] {
  const own = examplesOf(command).map(([given]) =>
    `${words} ${given.replace(/ [|>].*/, '')}`.trim(),
  );
  return [
    ...own,
    ...command.commands.flatMap((c) => listExamples(c, `${words} ${c.name()}`.trim())),
  ];
}

/** What has to be otherwise where an example stands for itself: new folders, a port that is free, no Redis. */
function change(line: string): string {
  if (line.startsWith('serve')) return `${line} --port 0 --token a-token-for-the-examples`;
  if (line.startsWith('queue')) return `${line} --redis redis://127.0.0.1:1`;
  if (line.includes('--resume')) return line.replace('runs/mine', 'begun');
  const isNew = /^(dataset generate|train)|--shard/.test(line);
  if (isNew) return `${line.replace(/ --out \S+/, '')} --out new`;
  return line;
}

describe('the example', () => {
  const lines = listExamples(program, '').filter((line) => !line.startsWith('predict -'));

  it.each(lines.filter((line) => isSlowRun || !SLOW.test(line)))('lifegpt %s works', (line) => {
    rmSync(join(folder, 'new'), { recursive: true, force: true });
    const given = change(line).split(' ');
    const isQueue = line.startsWith('queue');
    const { code, stderr } = isQueue
      ? runLifegpt(folder, given)
      : runBriefly(folder, given, MILLISECONDS);
    const end = isQueue ? stderr.replace(/.*(there is no Redis)[^]*/, '$1') : code;
    const ends: (string | number)[] = isQueue ? ['there is no Redis'] : [0, 130];
    expect({ end, stderr }).toEqual({ end: expect.toBeOneOf(ends), stderr });
  });
});
