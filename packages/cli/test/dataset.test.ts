import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStateRows } from '../src/dataset/state-reader.js';
import { runLifegpt, startLifegpt, type Outcome } from './lifegpt.js';

const PAPER = resolve(
  import.meta.dirname,
  '../../../../shared/data/lifegpt-paper/test_states_32x32_10.csv',
);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dataset-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const lifegpt = (line: string): Outcome => runLifegpt(folder, line.split(' '));

/** SHA-256 of all files of a data set that has to be the same whatever happened on the way. */
function hashFolder(name: string): Record<string, string> {
  const files = readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' }).sort();
  const hashes: Record<string, string> = {};
  for (const file of files) {
    const path = join(folder, name, file);
    if (!/\.\w+$/.test(file)) continue;
    hashes[file] = createHash('sha256').update(readFileSync(path)).digest('hex');
  }
  return hashes;
}

async function readAll(name: string): Promise<string[]> {
  const rows: string[] = [];
  for await (const { states, rule } of readStateRows(join(folder, name))) {
    rows.push(`${rule} ${states.map(({ cells }) => cells.join('')).join(' ')}`);
  }
  return rows;
}

describe('lifegpt dataset generate', () => {
  it('writes the same rows in every format, and inspect verifies them', async () => {
    const options =
      '--rows 300 --test 40 --size 5..9,6x11 --rule random --topology T,K*,P,C --states 4';
    const rows: string[][] = [];
    for (const format of ['parquet', 'csv', 'jsonl']) {
      const { code } = lifegpt(`dataset generate --out ${format} --format ${format} ${options}`);
      expect(code).toBe(0);
      rows.push(await readAll(`${format}/data/train-00000-of-00001.${format}`));
      const inspected = lifegpt(`dataset inspect ${format} --json`);
      expect(inspected.code).toBe(0);
      const { warnings } = JSON.parse(inspected.stdout) as { warnings: string[] };
      expect(warnings.some((line) => line.includes('dtype=str'))).toBe(format === 'csv');
      expect(JSON.parse(inspected.stdout)).toMatchObject({
        rows: 340,
        pairs: 3 * 340,
        wrongPairs: 0,
        statesARow: { 4: 340 },
      });
    }
    // what it comes to stands before the details
    expect(lifegpt('dataset inspect csv').stdout).toMatch(
      /^all 1,020 pairs of 340 rows are as the engine steps them\n/,
    );
    expect(rows[0]).toHaveLength(300);
    expect(rows[1]).toEqual(rows[0]);
    expect(rows[2]).toEqual(rows[0]);
    expect(new Set(rows[0]!.map((row) => row.split(' ')[0])).size).toBeGreaterThan(290);
    const card = readFileSync(join(folder, 'parquet/README.md'), 'utf8');
    expect(card).toMatch(/split: test\n +path: data\/test-\*\.parquet/);
    expect(card).toMatch(/- name: State 4\n +dtype: string\n +- name: Rule\n +dtype: string\n/);
    expect(card).toMatch(/- name: test\n +num_bytes: \d+\n +num_examples: 40\n/);
  });

  it('writes the paper’s columns', () => {
    lifegpt('dataset generate --out paper --format csv --rows 5 --size 4 --entropy high');
    const [header, first] = readFileSync(
      join(folder, 'paper/data/train-00000-of-00001.csv'),
      'utf8',
    ).split('\n');
    expect(header).toBe('State 1,State 2,GridSize,Rule');
    expect(first).toMatch(/^[01]{16},[01]{16},4,"B3\/S23:T4,4"$/);
  });

  it('gives the same bytes at any number of threads and shards', () => {
    const options = '--rows 18000 --validation 50 --rows-per-file 2000 --size 5 --format jsonl';
    lifegpt(`dataset generate --out one --threads 1 ${options}`);
    lifegpt(`dataset generate --out three --threads 3 ${options}`);
    for (const shard of ['0/3', '1/3', '2/3']) {
      const { code, stdout } = lifegpt(`dataset generate --out shared --shard ${shard} ${options}`);
      expect(code).toBe(0);
      expect(stdout).toMatch(shard === '2/3' ? /shared is complete/ : /other shards are missing/);
    }
    expect(hashFolder('three')).toEqual(hashFolder('one'));
    expect(hashFolder('shared')).toEqual(hashFolder('one'));
    expect(Object.keys(hashFolder('one'))).toHaveLength(10 + 10 + 3);
    lifegpt(`dataset generate --out other --seed 2 ${options}`);
    expect(hashFolder('other')).not.toEqual(hashFolder('one'));
  });

  it('clears its progress before it says how it came out, on a terminal', async () => {
    const built = new URL('../dist/program.js', import.meta.url).href; // whose threads are files
    const { runProgram } = (await import(built)) as typeof import('../src/program.js');
    const screen = Object.assign(new PassThrough({ encoding: 'utf8' }), {
      isTTY: true,
      columns: 80,
    });
    const out = join(folder, 'shown');
    const line = `dataset generate --out ${out} --rows 30 --size 6 --format csv --threads 1`;
    const { signal } = new AbortController();
    const streams = { stdout: screen, stderr: screen, env: {}, signal };
    expect(await runProgram(line.split(' '), streams)).toBe(0);
    const shown = String(screen.read());
    expect(shown).toContain('generate 30 rows'); // there was progress to clear
    expect(shown.split('\r\x1b[2K').at(-1)).toMatch(/^30 rows in 1 file, \d+ kB; dropped /);
  });

  it('keeps the boards of the splits apart and drops duplicates', async () => {
    const { stdout } = lifegpt(
      'dataset generate --out tiny --format csv --rows 300 --validation 15 --test 15 --size 3 --json',
    );
    const result = JSON.parse(stdout) as { duplicates: number; otherSplits: number };
    expect(result.duplicates).toBeGreaterThan(100); // there are but 512 boards of 3x3
    expect(result.otherSplits).toBeGreaterThan(100);
    const boards = await Promise.all(
      ['train', 'validation', 'test'].map((split) =>
        readAll(`tiny/data/${split}-00000-of-00001.csv`),
      ),
    );
    expect(boards.map((rows) => rows.length)).toEqual([300, 15, 15]);
    expect(new Set(boards.flat()).size).toBe(330);
  });

  it('says so when there are not so many different boards', () => {
    const { code, stderr } = lifegpt('dataset generate --out all --rows 600 --size 3');
    expect(code).toBe(2);
    expect(stderr).toMatch(/after \d+ rows of 600 for 'train' no new boards turn up/);
    // the name is free for what is asked for next
    expect(existsSync(join(folder, 'all'))).toBe(false);
  });

  it('ends byte-identical after a kill -9 in the middle of 200,000 rows', async () => {
    const options = '--rows 200000 --size 6 --rows-per-file 10000 --format csv';
    const killed = startLifegpt(folder, `dataset generate --out broken ${options}`.split(' '));
    const data = join(folder, 'broken/data');
    while (!existsSync(data) || readdirSync(data).length < 6) await setTimeout(10);
    killed.kill('SIGKILL');
    await new Promise((end) => killed.once('exit', end));
    // what a kill at the worst moments leaves
    writeFileSync(join(folder, 'broken/manifest/.train-00000-of-00020.csv.json.host-1.tmp'), '');
    writeFileSync(join(data, '.train-00000-of-00020.csv.host-1.tmp'), '');
    const left = readdirSync(data);
    const finished = left.filter((name) => !name.startsWith('.')).length;
    expect(finished).toBeGreaterThan(0);
    expect(finished).toBeLessThan(20);
    const { stdout } = lifegpt(`dataset generate --out broken ${options} --json`);
    const { found, isWhole } = JSON.parse(stdout) as { found: number; isWhole: boolean };
    expect(isWhole).toBe(true);
    expect(found).toBeGreaterThan(0); // what was finished was not done again
    lifegpt(`dataset generate --out whole ${options}`);
    expect(hashFolder('broken')).toEqual(hashFolder('whole'));
    const again = lifegpt(`dataset generate --out whole ${options}`);
    expect(again.stdout).toMatch(/200,000 rows in 20 files.* there was nothing to do/);
  }, 240_000);

  it('refuses a folder of another data set or of other things, and changes nothing', () => {
    lifegpt('dataset generate --out set --rows 10 --size 5');
    const before = hashFolder('set');
    const other = lifegpt('dataset generate --out set --rows 11 --size 5');
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/set holds another data set \(config [0-9a-f]{12}, not /);
    expect(hashFolder('set')).toEqual(before);
    mkdirSync(join(folder, 'mine'));
    writeFileSync(join(folder, 'mine/notes.txt'), 'mine');
    const mine = lifegpt('dataset generate --out mine --rows 10');
    expect(mine.code).toBe(2);
    expect(mine.stderr).toMatch(/mine holds other things \(notes.txt\)/);
    expect(readdirSync(join(folder, 'mine'))).toEqual(['notes.txt']);
  });

  it.each([
    ['--size 0', /size '0' has a side of 0/],
    ['--size -4', /size '-4' is no size/],
    ['--rows -1', /--rows needs a whole number from 0/],
    ['--rows 0', /a data set needs a row/],
    ['--density 2', /the density 2..2 is not within 0..1/],
    ['--density x', /--density needs numbers or ranges/],
    ['--rule B9/S', /rule 'B9\/S'/],
    ['--rule B3/S23:T5', /names a board/],
    ['--topology X', /unknown topology 'X'/],
    ['--topology S --size 5x6', /is a sphere, which is square/],
    ['--format xml', /unknown --format 'xml'; choose one of parquet, csv, jsonl/],
    ['--shard 3/3', /--shard 3\/3 is no shard/],
    ['--states 1', /--states needs a whole number from 2/],
  ])('refuses %s and writes nothing', (options, message) => {
    const { code, stderr } = lifegpt(`dataset generate --out bad ${options}`);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves no half file where the disk takes no more, and goes on when it does', () => {
    // a limit on the size of files fails a write as a full disk does, and needs no rights
    const line = 'dataset generate --out set --rows 3000 --rows-per-file 500 --format csv';
    const full = runLifegpt(folder, line.split(' '), '', 20);
    expect(full.code).toBe(1);
    expect(full.stderr).toMatch(/EFBIG.*the files that are finished stay/);
    expect(readdirSync(join(folder, 'set/data'))).toEqual([]);
    expect(lifegpt(line).stdout).toMatch(/set is complete/);
    expect(lifegpt('dataset inspect set').code).toBe(0);
  });
});

describe('lifegpt dataset merge', () => {
  const options = '--rows 400 --rows-per-file 100 --size 8 --format csv';
  const generate = (out: string, more = ''): Outcome =>
    lifegpt(`dataset generate --out ${out} ${options}${more}`);

  it('brings shards together from their folders', () => {
    generate('whole');
    generate('a', ' --shard 0/2');
    generate('b', ' --shard 1/2');
    expect(lifegpt('dataset merge all a b').stdout).toMatch(/400 rows in 4 files/);
    expect(hashFolder('all')).toEqual(hashFolder('whole'));
  });

  it('refuses gaps, other data sets and damaged files, and writes nothing', () => {
    generate('a', ' --shard 0/2');
    const gap = lifegpt('dataset merge all a');
    expect(gap.code).toBe(2);
    expect(gap.stderr).toMatch(/2 of 4 files are missing, the first is data\/train-00001-of-00004/);
    generate('b', ' --shard 1/2 --seed 7');
    expect(lifegpt('dataset merge all a b').stderr).toMatch(/a and b hold different data sets/);
    generate('c', ' --shard 1/2');
    const victim = join(folder, 'c/data/train-00001-of-00004.csv');
    const text = readFileSync(victim, 'utf8');
    writeFileSync(victim, text.replace(/\n0/, '\n1'));
    expect(lifegpt('dataset merge all a c').stderr).toMatch(/train-00001-of-00004.csv is damaged/);
    appendFileSync(victim, 'x');
    const longer = lifegpt('dataset merge all a c');
    expect(longer.code).toBe(2);
    expect(longer.stderr).toMatch(/damaged or not finished/);
    expect(existsSync(join(folder, 'all'))).toBe(false);
  });
});

describe('lifegpt dataset inspect', () => {
  it('finds a row that the engine steps otherwise', () => {
    lifegpt('dataset generate --out set --rows 50 --size 6 --format csv');
    const file = join(folder, 'set/data/train-00000-of-00001.csv');
    const lines = readFileSync(file, 'utf8').split('\n');
    lines[7] = lines[7]!.replace(
      /^(.{40})(.)/,
      (_, kept: string, cell: string) => kept + (cell === '0' ? '1' : '0'),
    );
    writeFileSync(file, lines.join('\n'));
    const { code, stdout } = lifegpt('dataset inspect set');
    expect(code).toBe(1);
    expect(stdout).toMatch(/1 of 50 pairs are NOT .* row 7, State 2/);
  });

  it.each([
    [
      'rows of unequal length',
      'State 1,State 2\n0110,100\n',
      /bad.csv:2: column 'State 2' has 3 cells/,
    ],
    [
      'other letters',
      'State 1,State 2\n0110,10x1\n',
      /bad.csv:2: column 'State 2': cell 2 .* is 'x'/,
    ],
    ['no rows', 'State 1,State 2\n', /bad.csv:1: there is no board/],
  ])('refuses a file with %s', (_name, text, message) => {
    writeFileSync(join(folder, 'bad.csv'), text);
    const { code, stderr } = lifegpt('dataset inspect bad.csv');
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('refuses files that are none of its formats, and damaged ones', () => {
    cpSync(import.meta.filename, join(folder, 'code.parquet'));
    expect(lifegpt('dataset inspect code.parquet').stderr).toMatch(
      /no Parquet file, or a damaged one/,
    );
    writeFileSync(join(folder, 'rows.jsonl'), '{"State 1":"0110"}\nnothing\n');
    expect(lifegpt('dataset inspect rows.jsonl').stderr).toMatch(/rows.jsonl:2: this is not JSON/);
    writeFileSync(join(folder, 'rows.txt'), '0110');
    expect(lifegpt('dataset inspect rows.txt').stderr).toMatch(/extension has to be one of/);
    expect(lifegpt('dataset inspect nowhere').stderr).toMatch(/no such file or folder/);
  });

  it.skipIf(!existsSync(PAPER))('reads the paper’s own file', () => {
    const { code, stdout } = runLifegpt(folder, ['dataset', 'inspect', PAPER, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rows: 10, pairs: 90, wrongPairs: 0 });
  });
});

describe('a data set that means harm', () => {
  const outside = (): string => join(folder, 'victim.txt');
  beforeEach(() => {
    lifegpt('dataset generate --out part --rows 8 --rows-per-file 8 --size 4 --format csv');
    writeFileSync(outside(), 'precious');
  });
  const ENTRY = 'part/manifest/train-00000-of-00001.csv.json';
  const change = (file: string, edit: (value: any) => void): void => {
    const value = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { config?: object };
    edit(value);
    if (value.config !== undefined) {
      const hash = createHash('sha256').update(JSON.stringify(value.config)).digest('hex');
      Object.assign(value, { config_sha256: hash });
    }
    writeFileSync(join(folder, file), JSON.stringify(value));
  };
  const merge = (message: RegExp): string => {
    const { code, stderr } = lifegpt('merge whole part');
    expect(stderr).toMatch(message);
    expect(stderr.trim()).not.toContain('\n');
    expect(code).toBe(2);
    return readFileSync(outside(), 'utf8');
  };

  it('cannot name a file outside its folder', () => {
    change(ENTRY, (entry) => (entry.path = '../victim.txt'));
    expect(merge(/"path" is "\.\.\/victim\.txt", but the data set's file has/)).toBe('precious');
    change('part/config.json', ({ config }) => (config.format = '/../../victim.txt'));
    expect(
      merge(/"format" is "\/\.\.\/\.\.\/victim\.txt"; expected "parquet" or "csv" or "jsonl"/),
    ).toBe('precious');
  });

  it.each([
    [{ rows_per_file: 1e-9 }, /"rows_per_file" is 1e-9; expected a whole number from 1/],
    [{ rows_per_file: 1, rows: { train: 1e12, validation: 0, test: 0 } }, /files are more than/],
    // a million names took a minute and 5 GB to list
    [{ rows_per_file: 12, rows: { train: 12e6, validation: 0, test: 0 } }, /files are more than/],
    [{ rows: { train: -999999, validation: 0, test: 8 } }, /"rows.train" is -999999/],
    [{ rows: null }, /"rows" is null; expected an object/],
    [{ states: 1e9 }, /"states" is 1000000000/],
    [{ sizes: [{ weight: 1, height: [4, 4], width: [4, 4], max_area: 3 }] }, /no board of 4x4/],
    [{ sizes: [{ weight: 1, height: [9e4, 9e4], width: [4, 4] }] }, /height\[0\]" is 90000/],
    [{ format_version: 2 }, /"format_version" is 2; expected 1/],
  ])('cannot be %j', (planted, message) => {
    change('part/config.json', ({ config }) => Object.assign(config, planted));
    expect(merge(message)).toBe('precious');
  });

  it('cannot count below nothing', () => {
    change(ENTRY, (entry) => (entry.rows = -999999));
    expect(merge(/"rows" is -999999/)).toBe('precious');
    change(ENTRY, (entry) => (entry.dropped = null));
    expect(merge(/"rows" is -999999|"dropped" is null/)).toBe('precious');
  });

  it('cannot lead a writer through a link', () => {
    rmSync(join(folder, 'part/README.md'));
    symlinkSync(outside(), join(folder, 'part/README.md'));
    const { code, stderr } = lifegpt('merge part');
    expect(stderr).toMatch(/part\/README\.md is a symbolic link/);
    expect(code).toBe(2);
    expect(readFileSync(outside(), 'utf8')).toBe('precious');
  });
});
