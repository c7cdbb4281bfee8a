import { Command } from 'commander';
import { spawnSync } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { listCompletions } from './commands/completion.js';
import { createContext } from './context.js';
import { loadCommands, runProgram } from './program.js';

const stream = new PassThrough();
const signal = new AbortController().signal;
const program = new Command('lifegpt');
await loadCommands(
  program,
  createContext({ stdout: stream, stderr: stream, env: {}, signal }, () => {}),
);

/** Every command that does something, by its words. */
function listLeaves(command: Command, words: string[]): { words: string[]; command: Command }[] {
  const visible = command.createHelp().visibleCommands(command);
  const below = visible.filter((c) => c.name() !== 'help');
  if (below.length === 0) return [{ words, command }];
  return below.flatMap((c) => listLeaves(c, [...words, c.name()]));
}
const leaves = listLeaves(program, []);

async function readHelp(words: readonly string[], columns = '80'): Promise<string> {
  const stdout = new PassThrough({ encoding: 'utf8' });
  const stderr = new PassThrough();
  const env = { COLUMNS: columns };
  await runProgram([...words, '--help'], { stdout, stderr, env, signal });
  return String(stdout.read());
}

describe('the help of a command', () => {
  it.each(leaves)('of $words has examples whose options exist', async ({ words, command }) => {
    const [, examples] = (await readHelp(words)).split('\nExamples:\n');
    const whole = (examples ?? '').replace(/ \\\n +/g, ' ');
    const lines = whole.split('\n').filter((line) => line.startsWith('  lifegpt '));
    expect(lines.length).toBeGreaterThan(0);
    const known = command.options.flatMap(({ long, short }) => [long, short]);
    for (const line of lines) {
      const given = line.trim().split(' ');
      expect(given.slice(1, words.length + 1)).toEqual(words);
      const options = given.slice(words.length + 1).filter((word) => /^--?[a-z]/.test(word));
      expect(options.filter((option) => !known.includes(option))).toEqual([]);
    }
  });
});

describe('the help of every command in 40 columns', () => {
  it.each(leaves)(
    'of $words breaks no word, and its examples go over as a shell takes them',
    async ({ words }) => {
      const narrow = await readHelp(words, '40');
      // one word alone may be longer
      const tooLong = narrow
        .split('\n')
        .filter((line) => line.length > 40 && / /.test(line.trim()));
      expect(tooLong).toEqual([]);
      const join = (text: string): string[] => text.replace(/ \\\n/g, ' ').split(/\s+/);
      expect(join(narrow)).toEqual(join(await readHelp(words, '200')));
    },
  );
});

describe('listCompletions', () => {
  it.each([
    [['pre'], ['predict']],
    [
      ['queue', ''],
      ['remove', 'status', 'submit', 'worker'],
    ],
    [
      ['queue', 's'],
      ['status', 'submit'],
    ],
    [
      ['dataset', 'merge', 'out', '--'],
      ['--help', '--json', '--require-exact'],
    ],
    [
      ['predict', 'glider', '--t'],
      ['--temperature', '--top-k'],
    ],
    [['comp'], ['completion', 'compute']],
    [['predict', 'gli'], ['glider']],
    [['predict', 'glider', 'gli'], []],
    [['predict', '--json', 'rand'], ['random']],
    [['predict', '--model', 'life', 'acor'], ['acorn']],
    [['predict', 'glider', '--model', 'li'], ['life']],
    [
      ['predict', 'glider', '--device', 'c'],
      ['cpu', 'cuda'],
    ],
    [['train', 'tor'], ['torus8']],
    [['ablate', 'pos'], ['positions']],
    [['model', 'show', 'flat3'], ['flat32']],
    [['completion', 'f'], ['fish']],
    [['eval', '--model', 'life,f'], ['life,flat32']],
    [['predict', 'glider', '--model', 'life,f'], []],
    [['inspect', 'glider', '--from', 'blinkers'], ['blinkers']],
    [['train', '--from', 'li'], ['life']],
    [['simulate', 'glider', '--rule', 'highl'], ['highlife']],
    [
      ['dataset', 'generate', '--format', ''],
      ['csv', 'jsonl', 'parquet'],
    ],
  ])('completes %j to %j', (words, found) => {
    expect(listCompletions(program, words)).toEqual(found);
  });

  it.each([
    ['predict glider', '--decode'],
    ['predict glider', '--device'],
    ['eval ten-boards', '--decode'],
    ['eval-rules', '--form'],
    ['dataset generate --out new', '--entropy'],
    ['dataset generate --out new', '--format'],
    ['simulate glider -n 1 --out -', '--format'],
    ['bench', ''],
    ['completion', ''],
  ])('knows all that %s %s takes', async (line, option) => {
    const words = `${line} ${option}`.trim().split(' ');
    const stderr = new PassThrough({ encoding: 'utf8' });
    await runProgram([...words, 'x'], { stdout: stream, stderr, env: {}, signal });
    const [, named] = /choose one of (.*)\n/.exec(String(stderr.read()))!;
    expect(listCompletions(program, [...words, ''])).toEqual(named!.split(', ').toSorted());
  });

  it('lists below the help what is built in', async () => {
    expect(await readHelp(['predict'])).toMatch(/\nBuilt-in patterns:\n {2}[^]* glider /);
    expect(await readHelp(['train'])).toMatch(/\nRecipes:\n {2}[^]* torus8/);
    expect(await readHelp(['ablate'])).toMatch(/\nAblations:\n {2}[^]* positions/);
  });

  it('is what bash asks', async () => {
    const stdout = new PassThrough({ encoding: 'utf8' });
    await runProgram(['completion', 'bash'], { stdout, stderr: stream, env: {}, signal });
    const script = `lifegpt() { [ "$*" = "complete -- dataset m" ] && echo merge; }
      ${String(stdout.read())}
      COMP_WORDS=(lifegpt dataset m); COMP_CWORD=2; _lifegpt; echo "\${COMPREPLY[@]}"`;
    const bash = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect(bash.stdout).toBe('merge\n');
  });
});
