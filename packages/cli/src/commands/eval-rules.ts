/** `lifegpt eval-rules`: how well a model reads rules off pairs of states, beside counting. */

import { openStream, type LifeRule } from '@lifegpt/core';
import { drawRule, listHeldOutRules, loadModel } from '@lifegpt/model';
import type { Command } from 'commander';
import type { CommandContext } from '../context.js';
import { loadEngine } from '../engine.js';
import { scoreRules, type ReaderScore, type RuleScores } from '../evaluation/rules.js';
import { openModelFolder } from '../model-argument.js';
import { parseDensity, parseSize, parseWholeNumber } from '../option-values.js';
import { readRecipeOf } from '../recipe-argument.js';
import { createRuntime } from '../runtime.js';

interface EvalRulesFlags {
  readonly model: string;
  readonly rules: string;
  readonly pairs: string;
  readonly size?: string;
  readonly density: string;
  readonly seed: string;
  readonly device: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function registerEvalRules(program: Command, context: CommandContext): void {
  program
    .command('eval-rules')
    .description('hold a model that infers rules against counting, on rules that it never saw')
    .requiredOption('--model <name>', 'a model that infers rules: a shipped one, or a folder')
    .option('--rules <count>', 'rules to read, of those that its recipe held out', '200')
    .option('--pairs <count>', 'pairs of states of each rule', '1')
    .option('--size <size>', 'rows x columns (default: its largest square)')
    .option('--density <low..high>', 'share of live cells, drawn for each pair', '0.2..0.8')
    .option('--seed <number>', 'other seed, other rules and pairs', '1')
    .option('--device <name>', 'auto, cpu, webgpu or cuda', 'auto')
    .option('--json', 'print one JSON object')
    .action((flags: EvalRulesFlags) => runEvalRules(flags, context));
}

async function runEvalRules(flags: EvalRulesFlags, context: CommandContext): Promise<void> {
  const count = parseWholeNumber('--rules', flags.rules, 1, 1_000_000);
  const pairsPerRule = parseWholeNumber('--pairs', flags.pairs, 1, 1000);
  const seed = parseWholeNumber('--seed', flags.seed, 0);
  const density = parseDensity(flags.density);
  const folder = await openModelFolder(flags.model, 'infer-rule');
  const [, longest] = folder.config.trained_for.sides;
  const size =
    flags.size === undefined ? { height: longest, width: longest } : parseSize(flags.size);
  const heldOut = await readHeldOut(flags.model);
  const random = openStream(seed, 'evaluated rules');
  const rules = Array.from({ length: count }, () => drawRule(random, heldOut));
  const runtime = await createRuntime(flags.device);
  const model = await loadModel(folder, runtime);
  const trial = { rules, pairsPerRule, size, density, seed };
  const scores = await scoreRules(model, trial, await loadEngine(), context);
  const { height, width } = size;
  const asked = { model: flags.model, height, width, density, seed };
  const given = { ...asked, pairsPerRule, heldOut: heldOut.length > 0 };
  context.print(
    flags.json === true
      ? JSON.stringify({ ...given, ...scores, device: runtime.device })
      : describe(scores, `${height}x${width}`, heldOut.length > 0),
  );
}

/** The rules that the model's recipe held out; none where it has no recipe. */
async function readHeldOut(model: string): Promise<LifeRule[]> {
  const recipe = await readRecipeOf(model).catch(() => null);
  return recipe === null ? [] : listHeldOutRules(recipe);
}

function describe(scores: RuleScores, size: string, isHeldOut: boolean): string {
  const { rules, pairs, determinedBits, openBits, readers } = scores;
  const rows = [
    ['', 'exact', 'functional', 'wrong bits', 'claimed bits', 'ms a pair'],
    ...readers.map((reader) => describeReader(reader, scores)),
  ];
  const widths = rows[0]!.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)));
  const kind = isHeldOut ? 'rules that its recipe held out' : 'rules, any of all';
  return [
    `${rules} ${kind}, ${pairs} pairs of ${size}: ${determinedBits} bits determined, ${openBits} open`,
    '',
    ...rows.map((row) =>
      row
        .map((cell, c) => (c === 0 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!)))
        .join('  '),
    ),
    '',
    'exact: every determined bit right; functional: steps fresh boards of the same kind rightly, open bits taken as 0;',
    'wrong: of the determined bits; claimed: open bits that were read as 0 or 1',
  ].join('\n');
}

function describeReader(score: ReaderScore, { rules, pairs }: RuleScores): string[] {
  const share = (count: number): string => `${((100 * count) / rules).toFixed(1)} %`;
  const { reader, exactRules, functionalRules, wrongBits, claimedBits, seconds } = score;
  return [
    reader,
    share(exactRules),
    share(functionalRules),
    String(wrongBits),
    String(claimedBits),
    ((1000 * seconds) / pairs).toPrecision(3),
  ];
}
