/** Examples below the help of a command, with what they do. */

import type { Command } from 'commander';
import { wrapCommand, wrapLines } from './terminal/wrap.js';

/** What is given behind the words of the command, and what for. */
export type Example = readonly [given: string, meaning: string];

const EXAMPLES = new WeakMap<Command, readonly Example[]>();

/**
 * Gives a command its examples.
 * @param parent the program, or the command that it stands below
 * @param name the command's own name
 */
export function addExamples(parent: Command, name: string, examples: readonly Example[]): void {
  const command = parent.commands.find((each) => each.name() === name);
  if (command === undefined) throw new Error(`there is no command ${name} to give examples to`);
  EXAMPLES.set(command, examples);
  command.addHelpText('after', () => {
    const columns = command.configureOutput().getOutHelpWidth?.() ?? 80;
    return formatExamples(wordsOf(command), examples, columns);
  });
}

/** The examples of a command; none where it was given none. */
export function examplesOf(command: Command): readonly Example[] {
  return EXAMPLES.get(command) ?? [];
}

/** The words that call a command, from `lifegpt` on. */
function wordsOf(command: Command): string {
  const { parent } = command;
  return parent === null ? command.name() : `${wordsOf(parent)} ${command.name()}`;
}

function formatExamples(words: string, examples: readonly Example[], columns: number): string {
  const lines = examples.map(
    ([given, meaning]) =>
      `${wrapCommand(`${words} ${given}`.trimEnd(), columns, '  ')}\n${wrapLines(`      ${meaning}`, columns, '')}`,
  );
  return `\nExamples:\n${lines.join('\n')}`;
}
