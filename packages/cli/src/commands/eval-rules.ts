/** `lifegpt eval-rules`: how well a model reads rules off pairs of states, beside counting. */

import {
  drawIsotropicTable,
  openStream,
  parseSizes,
  type Rule,
  type RuleForm,
} from '@lifegpt/core';
import { checkInfersRules, drawRule, listHeldOutRules, loadModel } from '@lifegpt/model';
import type { Command } from 'commander';
import { addExamples } from '../command-examples.js';
import type { CommandContext } from '../context.js';
import { loadEngine } from '../engine.js';
import { scoreRules, type ReaderScore, type RuleScores } from '../evaluation/rules.js';
import { DEFAULT_MODEL, openModelFolder } from '../model-argument.js';
import { parseChoice, parseDensity, parseWholeNumber } from '../option-values.js';
import { readRecipeOf } from '../recipe-argument.js';
import { createRuntime } from '../runtime.js';
import { countNoun, formatCount } from '../terminal/count.js';
import type { Style } from '../terminal/style.js';
import { layOutTable } from '../terminal/table.js';

interface EvalRulesFlags {
  readonly model: string;
  readonly rules: string;
  readonly form: string;
  readonly pairs: string;
  readonly size: string;
  readonly density: string;
  readonly seed: string;
  readonly device: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function registerEvalRules(program: Command, context: CommandContext): void {
  program
    .command('eval-rules')
    .description('hold rules that a model reads off states against counting')
    .option('--model <name>', 'a model that reads rules: a shipped one, or a folder', DEFAULT_MODEL)
    .option('--rules <count>', 'rules to read', '200')
    .option(
      '--form <name>',
      'counts (18 bits, of the rules that its recipe held out) or table (512 bits, of isotropic rules)',
      'counts',
    )
    .option('--pairs <count>', 'pairs of states in the prompt of each rule', '1')
    .option('--size <sizes>', 'rows x columns: 32, 20x32, 3..32x3..32', '3..32x3..32')
    .option('--density <low..high>', 'share of live cells, drawn for each pair', '0.2..0.8')
    .option('--seed <number>', 'other seed, other rules, topologies and pairs', '1')
    .option('--device <name>', 'auto, cpu, webgpu, cuda or wasm', 'auto')
    .option('--json', 'print one JSON object')
    .action((flags: EvalRulesFlags) => runEvalRules(flags, context));
  addExamples(program, 'eval-rules', [
    ['', 'rules that a model reads off states, beside counting, of those that it never saw'],
    ['--form table --size 8 --pairs 3 --json', 'tables of 512 bits, from three pairs of 8x8 each'],
  ]);
}

async function runEvalRules(flags: EvalRulesFlags, context: CommandContext): Promise<void> {
  const count = parseWholeNumber('--rules', flags.rules, 1, 1_000_000);
  const pairsPerRule = parseWholeNumber('--pairs', flags.pairs, 1, 1000);
  const seed = parseWholeNumber('--seed', flags.seed, 0);
  const form = parseChoice('--form', flags.form, ['counts', 'table']);
  const density = parseDensity(flags.density);
  const sizes = parseSizes(flags.size);
  const folder = await openModelFolder(flags.model);
  checkInfersRules(folder);
  const { rules, kind } = await drawRules(flags.model, form, count, seed);
  const runtime = await createRuntime(flags.device);
  const model = await loadModel(folder, runtime);
  const trial = { rules, form, pairsPerRule, sizes, density, seed };
  const scores = await scoreRules(model, trial, await loadEngine(), context);
  const given = { model: flags.model, form, kind, size: flags.size, density, seed, pairsPerRule };
  if (flags.json === true) context.printJson({ ...given, ...scores, device: runtime.device });
  else context.print(describe(scores, kind, flags.size, context.terminal));
}

/** Rules that the model's recipe held out; of 18 bits any, where it has no recipe or held none out. */
async function drawRules(
  model: string,
  form: RuleForm,
  count: number,
  seed: number,
): Promise<{ readonly rules: Rule[]; readonly kind: string }> {
  const random = openStream(seed, 'evaluated rules');
  const draw = (one: () => Rule): Rule[] => Array.from({ length: count }, one);
  if (form === 'table') {
    return { rules: draw(() => ({ table: drawIsotropicTable(random) })), kind: 'isotropic rules' };
  }
  const recipe = await readRecipeOf(model).catch(() => null);
  const heldOut = recipe === null ? [] : listHeldOutRules(recipe);
  return {
    rules: draw(() => drawRule(random, heldOut)),
    kind: heldOut.length > 0 ? 'rules that its recipe held out' : 'rules, any of all',
  };
}

function describe(scores: RuleScores, kind: string, size: string, { columns }: Style): string {
  const { rules, pairs, determinedBits, openBits, readers } = scores;
  const rows = [
    ['', 'exact', 'functional', 'wrong bits', 'claimed bits', 'ms a pair'],
    ...readers.map((reader) => describeReader(reader, scores)),
  ];
  return [
    `${formatCount(rules)} ${kind}, ${countNoun(pairs, 'pair')} of ${size}: ${countNoun(determinedBits, 'bit')} determined, ${formatCount(openBits)} open`,
    '',
    layOutTable(rows, columns),
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
    formatCount(wrongBits),
    formatCount(claimedBits),
    ((1000 * seconds) / pairs).toPrecision(3),
  ];
}
