/** `lifegpt completion`: what a shell runs to complete command lines, and what it asks. */

import type { Command, Option } from 'commander';
import { addExamples } from '../command-examples.js';
import type { CommandContext } from '../context.js';
import { listValues } from '../known-values.js';
import { parseChoice } from '../option-values.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** Each asks `lifegpt complete` with the words so far, and falls back to the names of files. */
const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], string>> = {
  bash: `_lifegpt() {
  local words
  words=$(lifegpt complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _lifegpt lifegpt`,
  zsh: `#compdef lifegpt
_lifegpt() {
  local -a found
  found=("\${(@f)$(lifegpt complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -a found || _files
}
compdef _lifegpt lifegpt`,
  fish: `complete -c lifegpt -a '(lifegpt complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'`,
};

/** Adds the command. */
export function registerCompletion(program: Command, { printData }: CommandContext): void {
  program
    .command('completion')
    .description('print a script that lets the shell complete command lines')
    .argument('<shell>', SHELLS.join(', '))
    .action((shell: string) => printData(SCRIPTS[parseChoice('shell', shell, SHELLS)]));
  addExamples(program, 'completion', [
    ['bash >> ~/.bashrc', 'for every new bash'],
    ['fish > ~/.config/fish/completions/lifegpt.fish', 'for fish'],
  ]);
}

/** Adds the hidden command that the scripts ask. */
export function registerComplete(program: Command, { printData }: CommandContext): void {
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action((words: string[]) => {
      const found = listCompletions(program, words);
      if (found.length > 0) printData(found.join('\n'));
    });
}

/**
 * What may stand in place of the last word: commands, options, or values of an option or an argument that begin as
 * it does. Names of files are for the shell to complete.
 * @param words those behind `lifegpt`; the last one is being written, and may be empty
 */
export function listCompletions(program: Command, words: readonly string[]): string[] {
  const begun = words.at(-1) ?? '';
  let command = program;
  let named = 0;
  for (const word of words.slice(0, -1)) {
    const below = command.commands.find((c) => c.name() === word);
    if (below === undefined) break;
    command = below;
    named++;
  }
  return listCandidates(command, words.slice(0, named).join(' '), words.slice(named, -1), begun)
    .filter((name) => name.startsWith(begun))
    .sort();
}

/** @param words of the command, and those `before` the one that is being written */
function listCandidates(
  command: Command,
  words: string,
  before: readonly string[],
  begun: string,
): readonly string[] {
  const help = command.createHelp();
  const last = findOption(command, before.at(-1));
  if (last !== undefined && !last.isBoolean() && !begun.startsWith('-')) {
    return listValues(words, last.long ?? '', begun);
  }
  if (begun.startsWith('-')) {
    return help.visibleOptions(command).map(({ long, short }) => long ?? short ?? '');
  }
  const below = help.visibleCommands(command).map((c) => c.name());
  if (below.length > 0) return below.filter((name) => name !== 'help');
  const given = before.filter((word, i) => {
    const isValue = findOption(command, before[i - 1])?.isBoolean() === false;
    return !word.startsWith('-') && !isValue;
  });
  const { registeredArguments: places } = command;
  const place = places[given.length] ?? (places.at(-1)?.variadic ? places.at(-1) : undefined);
  return place === undefined ? [] : listValues(words, place.name(), begun);
}

const findOption = (command: Command, word: string | undefined): Option | undefined =>
  command.options.find(
    ({ long, short }) => word !== undefined && (word === long || word === short),
  );
