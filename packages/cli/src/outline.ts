/**
 * The command line without its work: names, options and descriptions as data. The build writes it beside the compiled
 * commands, and `--help`, completion and docs/cli.md are made of it, so that none of them waits for what commands
 * need (a runtime, a queue, plots).
 */

import { Argument, Option, type Command } from 'commander';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { addExamples, examplesOf, type Example } from './command-examples.js';

/** A command, and those below it. */
export interface Outline {
  readonly name: string;
  readonly description: string;
  readonly arguments: readonly OutlineArgument[];
  readonly options: readonly OutlineOption[];
  readonly examples: readonly Example[];
  readonly commands: readonly Outline[];
}

/** An argument; `term` is its name as help shows it: `<pattern>`, `[recipe]`, `[folders...]`. */
export interface OutlineArgument {
  readonly term: string;
  readonly description: string;
  readonly default?: unknown;
}

/** An option; `flags` as help shows it: `-n, --generations <count>`. */
export interface OutlineOption {
  readonly flags: string;
  readonly description: string;
  readonly isMandatory: boolean;
  readonly default?: unknown;
  readonly choices?: readonly string[];
  /** What the option means without a value. */
  readonly preset?: unknown;
}

/** Where the build leaves it. */
export const OUTLINE_FILE = fileURLToPath(new URL('../dist/outline.json', import.meta.url));

/** What the build left; null where only the compiler ran. */
export function readOutline(): Outline | null {
  try {
    return JSON.parse(readFileSync(OUTLINE_FILE, 'utf8')) as Outline;
  } catch {
    return null;
  }
}

/** Describes a command; hidden ones below it are left out. */
export function outlineOf(command: Command): Outline {
  const help = command.createHelp();
  return {
    name: command.name(),
    description: command.description(),
    arguments: command.registeredArguments.map((argument) => ({
      term: termOf(argument),
      description: argument.description,
      ...(argument.defaultValue === undefined ? {} : { default: argument.defaultValue as unknown }),
    })),
    options: command.options
      .filter(({ hidden, long }) => !hidden && long !== '--version')
      .map(({ flags, description, mandatory, defaultValue, argChoices, presetArg }) => ({
        flags,
        description,
        isMandatory: mandatory,
        ...(defaultValue === undefined ? {} : { default: defaultValue as unknown }),
        ...(argChoices === undefined ? {} : { choices: argChoices }),
        ...(presetArg === undefined ? {} : { preset: presetArg as unknown }),
      })),
    examples: examplesOf(command),
    commands: help
      .visibleCommands(command)
      .filter((below) => below.name() !== 'help')
      .map(outlineOf),
  };
}

function termOf(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** Adds the commands of an outline to a program; they can be asked for help, and do nothing. */
export function restoreCommands(program: Command, { commands }: Pick<Outline, 'commands'>): void {
  for (const outline of commands) {
    const command = program.command(outline.name).description(outline.description);
    for (const { term, description, default: value } of outline.arguments) {
      const argument = new Argument(term, description);
      command.addArgument(value === undefined ? argument : argument.default(value));
    }
    for (const described of outline.options) command.addOption(restoreOption(described));
    if (outline.examples.length > 0) addExamples(program, outline.name, outline.examples);
    restoreCommands(command, outline);
  }
}

function restoreOption(described: OutlineOption): Option {
  const { flags, description, isMandatory, default: value, choices, preset } = described;
  const option = new Option(flags, description).makeOptionMandatory(isMandatory);
  if (choices !== undefined) option.choices([...choices]);
  if (preset !== undefined) option.preset(preset);
  return value === undefined ? option : option.default(value);
}
