import { rmSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { EXIT, runProgram } from './program.js';

/** Runs the program with streams that remember. */
async function run(
  given: string[],
  signal: AbortSignal = new AbortController().signal,
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const stdout = new PassThrough({ encoding: 'utf8' });
  const stderr = new PassThrough({ encoding: 'utf8' });
  const code = await runProgram(given, { stdout, stderr, env, signal });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

describe('runProgram', () => {
  it('ends help and version with 0, on stdout', async () => {
    const help = await run(['--help']);
    expect(help).toMatchObject({ code: EXIT.done, stderr: '' });
    expect(help.stdout).toContain('simulate');
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('lays help out in 40 columns without breaking a word', async () => {
    const ask = async (columns: string): Promise<string> =>
      (await run(['--help'], undefined, { COLUMNS: columns })).stdout;
    const narrow = await ask('40');
    for (const line of narrow.split('\n')) expect(line.length).toBeLessThanOrEqual(40);
    const wordsOf = (text: string): string[] => text.split(/\s+/);
    expect(wordsOf(narrow)).toEqual(wordsOf(await ask('100')));
  });

  it.each([
    [[], /Usage: lifegpt/],
    [['symulate'], /unknown command 'symulate'/],
    [['simulate', 'glider'], /-n, --generations/],
    [['simulate', 'glider', '-n', '1', '--fast'], /unknown option '--fast'/],
    [['simulate', 'glider', 'extra', '-n', '1'], /too many arguments/],
    [['simulate', 'glider', '-n', 'ten'], /-n needs a whole number from 0, not 'ten'/],
    [
      ['simulate', 'glider', '-n', '1', '--rule', 'B3/S23:T31+1,31+1'],
      /only one pair can be shifted/,
    ],
  ])('ends %j with 2, on stderr', async (given, message) => {
    const { code, stdout, stderr } = await run(given);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: EXIT.badInput, stdout: '' });
  });

  it('ends with 130 when it was interrupted', async () => {
    const { code, stderr } = await run(
      ['simulate', 'glider', '-n', '1000000'],
      AbortSignal.abort(new Error('interrupted')),
    );
    expect(code).toBe(EXIT.interrupted);
    expect(stderr).toBe('interrupted\n');
  });

  it.each([
    ['simulate glider -n 1000000 --out later.rle', 'later.rle was not written'],
    ['simulate glider -n 9 --out a.rle --gif a.gif', 'a.rle and a.gif were not written'],
    [
      'eval --fresh 9',
      'nothing is kept; with --checkpoint <file.json> the same command would go on from here',
    ],
    [
      'eval --fresh 9 --checkpoint state.json',
      'what is finished stands in state.json, and the same command goes on',
    ],
    [
      'compute add 1 1',
      'nothing is kept; with --out <folder> the same command would go on from here',
    ],
  ])('says what is left of an interrupted %s', async (line, left) => {
    const aborted = AbortSignal.abort(new Error('interrupted'));
    const { code, stderr } = await run(line.split(' '), aborted);
    expect(code).toBe(EXIT.interrupted);
    expect(stderr).toMatch(new RegExp(`^(.*\n)?interrupted; ${left}\n$`));
    rmSync('state.json', { force: true });
  });
});
