/** `lifegpt merge`: the shards of any job, brought together. */

import { InputError } from '@lifegpt/core';
import type { Command } from 'commander';
import { addExamples } from '../command-examples.js';
import type { CommandContext } from '../context.js';
import { findFolderKind } from '../shard/job-kinds.js';
import { createProgress } from '../terminal/progress.js';

interface MergeFlags {
  readonly requireExact?: boolean;
  readonly json?: boolean;
}

/** The kind of job that can be exact. */
const EVALUATION = 'eval';

/** Adds the command to the program. */
export function registerMerge(program: Command, context: CommandContext): void {
  addMergeCommand(program, context);
  addExamples(program, 'merge', [
    ['boards', 'checks the shards of a shared folder and closes it'],
    ['whole part-0 part-1', 'brings together what two machines wrote'],
    ['trial --require-exact --json', 'an evaluation, as one machine alone prints it'],
  ]);
}

/** Adds it below any command: `lifegpt dataset merge` is the same. */
export function addMergeCommand(parent: Command, context: CommandContext): void {
  parent
    .command('merge')
    .description('check the shards of a job against their hashes and bring them together')
    .argument('<out>', 'folder of the whole')
    .argument('[folders...]', 'folders of the shards (default: out itself)')
    .option('--require-exact', 'exit with 1 unless every cell is right')
    .option('--json', 'print the result as JSON')
    .action((out: string, folders: string[], flags: MergeFlags) =>
      runMerge(out, folders, flags, context),
    );
}

async function runMerge(
  out: string,
  folders: readonly string[],
  { requireExact, json }: MergeFlags,
  { print, printData, fail, signal, progress: stream }: CommandContext,
): Promise<void> {
  const sources = folders.length === 0 ? [out] : folders;
  const kind = await findFolderKind(sources[0]!);
  if (requireExact === true && kind.name !== EVALUATION) {
    throw new InputError(
      `--require-exact is of an evaluation, and ${sources[0]} is a job of kind ${kind.name}, which claims nothing; leave it out`,
    );
  }
  const progress = createProgress(stream, 'check', null, 'pieces');
  const merged = await kind
    .merge({
      folder: out,
      sources,
      signal,
      onProgress: (pieces, total) => progress.update(pieces, `of ${total}`),
    })
    .finally(() => progress.finish());
  if (json === true) printData(merged.json);
  else merged.lines.forEach(print);
  if (!merged.isExact && (merged.asksExactness || requireExact === true)) fail();
}
