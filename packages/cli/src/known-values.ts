/** Names and values that options and arguments take, for completion and help: what is cheap to list, and no more. */

import { listPatterns, listRuleNames } from '@lifegpt/core';
import type { Command } from 'commander';
import { DEVICES, TEN_BOARDS } from './option-values.js';
import { listModels, listShippedFiles } from './shipped-folder.js';
import { wrapLines } from './terminal/wrap.js';

type List = () => readonly string[];

const listPatternNames: List = () => ['random', ...listPatterns().map(({ name }) => name)];
const listRecipes: List = () => listShippedFiles('recipes');
const listAblations: List = () => listShippedFiles('ablations');
const DECODERS = ['near', 'jacobi', 'greedy'];

/** By an option, one of a command alone, or an argument's name. */
const VALUES: Readonly<Record<string, List>> = {
  '--device': () => DEVICES,
  '--model': listModels,
  '--rule-model': listModels,
  '--from': listModels,
  'inspect --from': listPatternNames,
  '--held-out': () => [...listRecipes(), ...listModels()],
  '--rule': () => listRuleNames(),
  'dataset generate --rule': () => ['random', ...listRuleNames()],
  'queue submit dataset --rule': () => ['random', ...listRuleNames()],
  '--decode': () => DECODERS,
  'predict --decode': () => [...DECODERS, 'speculative', 'sample'],
  '--entropy': () => ['broad', 'high'],
  '--form': () => ['counts', 'table'],
  '--format': () => ['parquet', 'csv', 'jsonl'],
  'simulate --format': () => ['rle', 'cells', 'life', 'lif'],
  '--alive': () => ['dark', 'light'],
  model: listModels,
  pattern: listPatternNames,
  recipe: listRecipes,
  ablation: listAblations,
  shell: () => ['bash', 'zsh', 'fish'],
  what: () => ['arar', 'exactness', 'inference', 'train', 'life', 'dataset', 'paper'],
  data: () => [TEN_BOARDS],
};

/** Options that take several values between commas. */
const LISTS = ['eval --model', 'queue submit eval --model', 'serve --model'];

/**
 * What may be given for an option or an argument, where that is known.
 * @param words of the command
 * @param name of the option, with its dashes, or of the argument
 * @param begun what is written of it: where several stand between commas, the last one is to be completed
 */
export function listValues(words: string, name: string, begun: string): readonly string[] {
  const own = `${words} ${name}`;
  const values = (VALUES[own] ?? VALUES[name])?.() ?? [];
  const before = LISTS.includes(own) ? begun.slice(0, begun.lastIndexOf(',') + 1) : '';
  const named = before.split(',');
  return values.filter((value) => !named.includes(value)).map((value) => before + value);
}

/** What help lists below a command that has such an argument. */
const TITLES: Readonly<Record<string, string>> = {
  pattern: 'Built-in patterns',
  recipe: 'Recipes',
  ablation: 'Ablations',
};

/** Lists below the help of every command the names that its argument takes. */
export function showKnownNames(command: Command): void {
  command.commands.forEach(showKnownNames);
  const argument = command.registeredArguments.find((one) => TITLES[one.name()] !== undefined);
  if (argument === undefined) return;
  command.addHelpText('after', () => {
    const columns = command.configureOutput().getOutHelpWidth?.() ?? 80;
    const names = VALUES[argument.name()]!().filter((name) => name !== 'random');
    return `\n${TITLES[argument.name()]}:\n${wrapLines(`  ${names.join(' ')}`, columns, '')}`;
  });
}
