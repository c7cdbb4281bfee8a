/** `lifegpt completion`: what a shell runs to complete command lines, and what it asks. */

import type { Command } from 'commander';
import { parseChoice } from '../option-values.js';
import type { CommandContext } from '../context.js';

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

/** Adds the command, and the hidden one that its scripts ask. */
export function registerCompletion(program: Command, { print }: CommandContext): void {
  program
    .command('completion')
    .description('print a script that lets the shell complete command lines')
    .argument('<shell>', SHELLS.join(', '))
    .action((shell: string) => print(SCRIPTS[parseChoice('shell', shell, SHELLS)]));
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action((words: string[]) => {
      const found = listCompletions(program, words);
      if (found.length > 0) print(found.join('\n'));
    });
}

/**
 * What may stand in place of the last word: commands, or options that begin as it does.
 * @param words those behind `lifegpt`; the last one is being written, and may be empty
 */
export function listCompletions(program: Command, words: readonly string[]): string[] {
  const begun = words.at(-1) ?? '';
  let command = program;
  for (const word of words.slice(0, -1)) {
    command = command.commands.find((c) => c.name() === word) ?? command;
  }
  const help = command.createHelp();
  const names = begun.startsWith('-')
    ? help.visibleOptions(command).map((option) => option.long ?? option.short ?? '')
    : help.visibleCommands(command).flatMap((c) => (c.name() === 'help' ? [] : [c.name()]));
  return names.filter((name) => name.startsWith(begun)).sort();
}
