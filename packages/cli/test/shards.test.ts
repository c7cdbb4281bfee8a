import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLifegpt, startLifegpt, withoutTimes, type Outcome } from './lifegpt.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shards-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const lifegpt = (line: string): Outcome => runLifegpt(folder, line.split(' '));

describe('lifegpt eval --shard', () => {
  const asked =
    'set --fresh 210 --size 3..6x3..6 --board-seed 4 --temperature 0,30 --seed 1,2 --arar 3 --limit 55';
  beforeAll(() => {
    lifegpt('dataset generate --out set --rows 60 --size 5,9,14 --format csv --rows-per-file 1000');
    // rows that contradict their rule: they are told once, in order
    const file = join(folder, 'set/data/train-00000-of-00001.csv');
    const lines = readFileSync(file, 'utf8').split('\n');
    const flip = (line: string): string =>
      line.replace(/^([01]+,)(.)/, (_, kept: string, cell: string) => `${kept}${1 - Number(cell)}`);
    for (const row of [7, 30, 50]) lines[row] = flip(lines[row]!);
    writeFileSync(file, lines.join('\n'));
  });

  it('merges to the bytes of one machine alone, whoever did what in which order', () => {
    const alone = lifegpt(`eval ${asked} --json`);
    for (const [shard, out] of [
      ['2/3', 'a'],
      ['0/3', 'b'],
      ['1/3', 'a'],
    ]) {
      expect(lifegpt(`eval ${asked} --shard ${shard} --out ${out}`).code).toBe(0);
    }
    const merged = lifegpt('merge whole b a --json');
    expect(withoutTimes(merged.stdout)).toBe(withoutTimes(alone.stdout));
    const { results, contradictions } = JSON.parse(merged.stdout) as {
      results: { boards: number; wrongCells: number }[];
      contradictions: { row: number }[];
    };
    expect(results.map(({ boards }) => boards)).toEqual([52, 52, 52, 210, 210, 210]);
    expect(results[1]!.wrongCells).toBeGreaterThan(300);
    expect(contradictions.map(({ row }) => row)).toEqual([7, 30, 50]);
    // every shard had something to do
    const boards = ['b/pieces/0-of-3', 'a/pieces/1-of-3', 'a/pieces/2-of-3'].map(
      (piece) =>
        JSON.parse(readFileSync(join(folder, `${piece}.json`), 'utf8')).result.oneStep.map(
          ({ tallies }: { tallies: { boards: number }[] }) => tallies[0]!.boards,
        ) as number[],
    );
    expect(boards.filter(([data, fresh]) => data! + fresh! > 0)).toHaveLength(3);
    expect(withoutTimes(readFileSync(join(folder, 'whole/result.json'), 'utf8'))).toBe(
      withoutTimes(alone.stdout),
    );
  }, 300_000);

  it('is what Slurm and Kubernetes say, and one of one is a run as any', () => {
    const small = '--fresh 30 --size 6';
    const slurm = {
      SLURM_ARRAY_TASK_ID: '3',
      SLURM_ARRAY_TASK_MIN: '2',
      SLURM_ARRAY_TASK_COUNT: '2',
    };
    const kubernetes = { JOB_COMPLETION_INDEX: '0', JOB_COMPLETIONS: '2' };
    const words = `eval ${small} --out array --json`.split(' ');
    const first = runLifegpt(folder, words, '', undefined, slurm);
    expect(JSON.parse(first.stdout)).toEqual({
      out: 'array',
      shard: { index: 1, count: 2 },
      boards: 0, // 30 boards of 6x6 are one batch
      isWhole: false,
    });
    const second = runLifegpt(folder, words, '', undefined, kubernetes);
    expect(JSON.parse(second.stdout)).toMatchObject({ boards: 30, isWhole: true });
    const alone = withoutTimes(lifegpt(`eval ${small} --json`).stdout);
    expect(withoutTimes(readFileSync(join(folder, 'array/result.json'), 'utf8'))).toBe(alone);
    expect(withoutTimes(lifegpt(`eval ${small} --out one --json`).stdout)).toBe(alone);
    // without a folder the environment says nothing: an array may do something else
    expect(
      withoutTimes(
        runLifegpt(folder, `eval ${small} --json`.split(' '), '', undefined, slurm).stdout,
      ),
    ).toBe(alone);
  });

  it('goes on after a kill -9, to the same bytes', async () => {
    const line = 'eval --fresh 700 --size 32 --shard 0/2 --out killed';
    const child = startLifegpt(folder, line.split(' '));
    const ended = once(child, 'exit');
    const checkpoint = join(folder, 'killed/checkpoints/0-of-2.json');
    while (!existsSync(checkpoint) && child.exitCode === null) await sleep(50);
    child.kill('SIGKILL');
    await ended;
    // what a kill at the worst moments leaves
    mkdirSync(join(folder, 'killed/pieces'), { recursive: true });
    writeFileSync(join(folder, 'killed/pieces/.0-of-2.json.host-1.tmp'), '');
    writeFileSync(join(folder, 'killed/checkpoints/.0-of-2.json.host-1.tmp'), '');
    expect(lifegpt(line).code).toBe(0);
    expect(lifegpt(line.replace('0/2', '1/2')).code).toBe(0);
    expect(readdirSync(join(folder, 'killed/checkpoints'))).toEqual([]);
    expect(readdirSync(join(folder, 'killed/pieces'))).toEqual(['0-of-2.json', '1-of-2.json']);
    expect(withoutTimes(lifegpt('merge killed --json').stdout)).toBe(
      withoutTimes(lifegpt('eval --fresh 700 --size 32 --json').stdout),
    );
  }, 300_000);

  it('refuses gaps, damage and shards of other jobs, and writes nothing then', () => {
    const line = 'eval --fresh 80 --size 32';
    lifegpt(`${line} --shard 0/2 --out gap`);
    const gap = lifegpt('merge gap-whole gap');
    expect(gap.code).toBe(2);
    expect(gap.stderr).toMatch(/1 of 2 pieces are missing, the first is 1-of-2; finish the shards/);
    lifegpt(`${line} --board-seed 2 --shard 1/2 --out other`);
    expect(lifegpt('merge gap-whole gap other').stderr).toMatch(
      /gap and other hold different jobs \(eval [0-9a-f]{12} and eval [0-9a-f]{12}\)/,
    );
    // a foreign piece under the right name
    cpSync(join(folder, 'other/pieces/1-of-2.json'), join(folder, 'gap/pieces/1-of-2.json'));
    expect(lifegpt('merge gap-whole gap').stderr).toMatch(/1-of-2.json is a piece of another job/);
    rmSync(join(folder, 'gap/pieces/1-of-2.json'));
    lifegpt(`${line} --shard 1/2 --out gap`);
    const piece = join(folder, 'gap/pieces/0-of-2.json');
    const sound = readFileSync(piece, 'utf8');
    for (const damaged of [sound.replace('"wrongCells":0', '"wrongCells":1'), sound.slice(0, -9)]) {
      writeFileSync(piece, damaged);
      const { code, stderr } = lifegpt('merge gap-whole gap');
      expect(stderr).toMatch(/0-of-2.json is damaged/);
      expect(code).toBe(2);
    }
    expect(existsSync(join(folder, 'gap-whole'))).toBe(false);
    writeFileSync(piece, sound);
    // names and their number contradict each other: nobody looks for a million pieces
    const path = join(folder, 'gap/job.json');
    const job = JSON.parse(readFileSync(path, 'utf8')) as { pieces: object };
    writeFileSync(path, JSON.stringify({ ...job, pieces: { '0-of-2': '' } }));
    expect(lifegpt('merge gap-whole gap').stderr).toMatch(
      /job.json of gap was changed: it names 1 piece, and its job has 2/,
    );
    writeFileSync(path, JSON.stringify(job));
    expect(lifegpt('merge gap-whole gap').code).toBe(0);
    expect(lifegpt(`${line} --board-seed 2 --shard 0/2 --out gap`).stderr).toMatch(
      /gap holds another job/,
    );
  }, 300_000);

  it.each([
    ['eval --fresh 9 --shard 0/2', /--shard needs --out/],
    ['eval --fresh 9 --shard 2/2 --out none', /--shard 2\/2 is no shard/],
    ['eval --fresh 9 --out none --report page', /without --checkpoint and --report/],
    ['eval --fresh 9 --out set', /set holds other things .* and no job/],
    ['merge nowhere', /nowhere holds no shards/],
  ])('refuses %s', (line, message) => {
    const { code, stderr, stdout } = lifegpt(line);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });

  it('says with one code and in one line that a folder cannot be written', () => {
    writeFileSync(join(folder, 'file.csv'), '');
    for (const line of ['eval --fresh 9 --out file.csv/out', 'dataset generate --out /proc/x']) {
      const { code, stderr, stdout } = lifegpt(line);
      expect(stderr).toMatch(/^error: cannot write \S+: .* \(E[A-Z]+\); nothing was done\n$/);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    }
  });
});
