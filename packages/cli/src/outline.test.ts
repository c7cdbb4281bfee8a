import { Command } from 'commander';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createContext } from './context.js';
import { outlineOf, readOutline, restoreCommands } from './outline.js';
import { loadCommands } from './program.js';

const stream = new PassThrough();
const surroundings = {
  stdout: stream,
  stderr: stream,
  env: {},
  signal: new AbortController().signal,
};
const loaded = new Command('lifegpt');
await loadCommands(
  loaded,
  createContext(surroundings, () => {}),
);
const outline = outlineOf(loaded);

/** The help of a command and of all below it. */
const listHelp = (command: Command): string[] => [
  command.helpInformation(),
  ...command.commands.filter((below) => below.name() !== 'complete').flatMap(listHelp),
];

describe('an outline', () => {
  it('restores the help of every command, word by word', () => {
    const restored = new Command('lifegpt');
    restoreCommands(restored, outline);
    expect(listHelp(restored)).toEqual(listHelp(loaded));
    expect(outline.commands.length).toBeGreaterThan(10);
  });

  it('is left by the build, the same', () => {
    expect(readOutline()).toEqual(JSON.parse(JSON.stringify(outline)));
  });
});

describe('what a newcomer types first', () => {
  const main = resolve(import.meta.dirname, '../bin/lifegpt.js');
  const clock = `process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    process.stderr.write(String((user + system) / 1e6));
  })`;

  // 0.16 s beside other work; with the commands and what they need loaded, 0.6 s
  it.each([['--version'], ['--help'], ['predict', '--help'], ['complete', '--', 'predict', 'gl']])(
    'is answered without loading what commands need: %s',
    (...given) => {
      const preload = `data:text/javascript,${encodeURIComponent(clock)}`;
      const words = ['--import', preload, main, ...given];
      const { stdout, stderr, status } = spawnSync(process.execPath, words, { encoding: 'utf8' });
      expect({ status, isEmpty: stdout === '' }).toEqual({ status: 0, isEmpty: false });
      expect(Number(stderr)).toBeGreaterThan(0);
      expect(Number(stderr)).toBeLessThan(0.35);
    },
  );
});
