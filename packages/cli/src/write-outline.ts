/** Part of the build: writes what `--help` and completion are made of. */

import { Command } from 'commander';
import { writeFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { createContext } from './context.js';
import { OUTLINE_FILE, outlineOf } from './outline.js';
import { loadCommands } from './program.js';

const nowhere = new PassThrough();
const surroundings = {
  stdout: nowhere,
  stderr: nowhere,
  env: {},
  signal: new AbortController().signal,
};
const program = new Command('lifegpt');
await loadCommands(
  program,
  createContext(surroundings, () => {}),
);
writeFileSync(OUTLINE_FILE, `${JSON.stringify(outlineOf(program))}\n`);
