/** `lifegpt infer-rule`: the life-like rule behind observed states, and what comes next under it. */

import {
  formatBoundedRule,
  formatRule,
  InputError,
  parseBounds,
  ruleOfBits,
  type LifeRule,
} from '@lifegpt/core';
import { Option, type Command } from 'commander';
import { addExamples } from '../command-examples.js';
import type { CommandContext } from '../context.js';
import { writeGif } from '../gif.js';
import { DEFAULT_MODEL } from '../model-argument.js';
import {
  describeTable,
  describeVerdict,
  tellContradiction,
} from '../observation/describe-verdict.js';
import {
  explain,
  explainByTable,
  findSkippingRule,
  nameBorders,
  type Verdict,
} from '../observation/explain.js';
import { forecast, type Forecast } from '../observation/forecast.js';
import type { Alive } from '../observation/gif-colors.js';
import { readByModel } from '../observation/read-by-model.js';
import { readObservation } from '../observation/read-observation.js';
import { reportVerdict } from '../observation/report-verdict.js';
import { parseWholeNumber } from '../option-values.js';
import { checkOutputFile, describeUnwritten } from '../output-file.js';
import { checkPatternFile, WRITTEN_EXTENSIONS, writePatternFile } from '../pattern-file.js';
import { countNoun } from '../terminal/count.js';
import { drawRuleTable } from '../terminal/rule-table.js';

interface InferRuleFlags {
  readonly row?: string;
  readonly bounds?: string;
  readonly noise?: string;
  readonly alive?: string;
  readonly forecast?: string;
  readonly model?: string;
  readonly ruleModel?: string;
  readonly out?: string;
  readonly gif?: string;
  readonly json?: true;
}

/** Adds the command. */
export function registerInferRule(program: Command, context: CommandContext): void {
  program
    .command('infer-rule')
    .description('find the life-like rule behind observed states, and go on under it')
    .argument(
      '<states>',
      'a data file (.csv .jsonl .parquet), an animated .gif, a folder of .rle frames, or - for a CSV',
    )
    .option('--row <k>', 'row of a data file, from 1; all rows when left out')
    .option(
      '--bounds <board>',
      'how the borders are joined, in Golly’s notation, e.g. T32,32 or P32,32',
    )
    .option('--noise <rate>', 'share of the observed cells that may be wrong, e.g. 0.01')
    .option('--alive <color>', 'of a GIF: dark, light or #rrggbb')
    .option('--forecast <count>', 'generations to go on from the last state')
    .option('--model <name>', 'forecast by a model instead of the engine')
    .addOption(
      new Option(
        '--rule-model [name]',
        `read the rule by a model too, beside counting (without a name: ${DEFAULT_MODEL})`,
      ).preset(DEFAULT_MODEL),
    )
    .option(
      '--out <file>',
      `write the last forecast state, as ${WRITTEN_EXTENSIONS.join(' ')}; - is stdout`,
    )
    .option('--gif <file>', 'write the forecast as an animation')
    .option('--json', 'print one JSON object')
    .action((states: string, flags: InferRuleFlags) => runInferRule(states, flags, context));
  addExamples(program, 'infer-rule', [
    ['states.csv', 'the rule of a data file, and which of its 18 bits are certain'],
    ['run.gif --forecast 10 --gif next.gif', 'of an animation, and ten generations more'],
    ['frames --bounds P64,64 --json', 'of a folder of RLE frames, on a plane'],
    ['states.csv --rule-model', 'what the model life reads, beside counting'],
    ['states.csv --noise 0.01', 'where one cell in a hundred may be wrong'],
  ]);
}

async function runInferRule(
  path: string,
  flags: InferRuleFlags,
  context: CommandContext,
): Promise<void> {
  const options = readFlags(flags);
  if (flags.out !== undefined) await checkPatternFile(flags.out, undefined, [path]);
  if (flags.gif !== undefined) await checkOutputFile(flags.gif, ['.gif'], [path]);
  context.leave(describeUnwritten(flags.out, flags.gif));
  const observation = await readObservation(path, options);
  const verdict = explain(observation.readings, options);
  const { chosen } = verdict;
  const saysNothing = options.flipRate > 0 && verdict.bits.every((bit) => bit === null);
  if (!chosen.inferred.consistent || saysNothing) {
    refuseSkippedStates(verdict, path, options.flipRate);
    const table =
      options.flipRate > 0 || chosen.inferred.consistent ? null : explainByTable(verdict);
    if (flags.json === true)
      context.printJson(reportVerdict(verdict, observation, null, null, table));
    else if (table === null)
      context.print(
        drawRuleTable(chosen.transitions.counts, verdict.bits, context.terminal.columns),
      );
    else context.print(describeTable(table));
    context.talk(
      saysNothing && chosen.inferred.consistent
        ? `under a noise of ${options.flipRate} the states of ${path} decide no bit of a rule; give more states, or a lower --noise`
        : `no life-like rule explains ${path}: ${tellContradiction(verdict, observation, options.flipRate)}`,
    );
    context.fail();
    return;
  }
  const rule = ruleOfBits(verdict.bitsOfColors);
  const { generations } = options;
  const future =
    generations === null
      ? null
      : await forecast(chosen, verdict.bitsOfColors, generations, flags.model, context);
  const { ruleModel } = flags;
  const read = ruleModel === undefined ? null : await readByModel(chosen, ruleModel, context);
  if (future !== null) await writeFiles(future, rule, flags, context);
  if (flags.json === true)
    context.printJson(reportVerdict(verdict, observation, read, future, null));
  else if (flags.out !== '-')
    context.print(describeVerdict(verdict, rule, options.flipRate, read, future, context));
}

function readFlags(flags: InferRuleFlags) {
  const flipRate = flags.noise === undefined ? 0 : Number(flags.noise);
  if (
    flags.noise !== undefined &&
    !(/^\d*\.?\d+$/.test(flags.noise) && flipRate > 0 && flipRate < 0.5)
  ) {
    throw new InputError(`--noise needs a flip rate over 0 and under 0.5, not '${flags.noise}'`);
  }
  const { alive } = flags;
  if (alive !== undefined && !/^(dark|light|#[\da-f]{6})$/i.test(alive)) {
    throw new InputError(`--alive needs dark, light or a colour such as #1f2937, not '${alive}'`);
  }
  for (const option of ['model', 'out', 'gif'] as const) {
    if (flags[option] === undefined || flags.forecast !== undefined) continue;
    throw new InputError(`--${option} is for a forecast; say how far by --forecast`);
  }
  if (flags.out === '-' && flags.json === true) {
    throw new InputError('--out - and --json both print to stdout; leave one of them out');
  }
  return {
    row: flags.row === undefined ? undefined : parseWholeNumber('--row', flags.row, 1),
    bounds: flags.bounds === undefined ? null : parseBounds(flags.bounds.replace(/^:/, '')),
    flipRate,
    alive: alive?.toLowerCase() as Alive | undefined,
    generations:
      flags.forecast === undefined
        ? null
        : parseWholeNumber('--forecast', flags.forecast, 1, 100_000),
  };
}

/** @throws InputError when every second state is missing. */
function refuseSkippedStates(verdict: Verdict, path: string, flipRate: number): void {
  const skipping = flipRate > 0 ? null : findSkippingRule(verdict);
  if (skipping === null) return;
  throw new InputError(
    `the states of ${path} are not consecutive: no life-like rule leads from each to the next in one step, but ${formatRule(skipping.rule)} does in two (on ${nameBorders(skipping.explanation)}); give every state`,
  );
}

async function writeFiles(
  { states, bounds }: Forecast,
  rule: LifeRule,
  { out, gif }: InferRuleFlags,
  context: CommandContext,
): Promise<void> {
  const { talk, printData } = context;
  if (out !== undefined) {
    const comments = [`Forecast of ${countNoun(states.length - 1, 'generation')}.`];
    const grid = states.at(-1)!;
    const pattern = { name: null, comments, rule: formatBoundedRule(rule, bounds), grid };
    const said = await writePatternFile(out, pattern, undefined, printData);
    if (said !== null) talk(said);
  }
  if (gif !== undefined) {
    await writeGif(gif, states, null, context);
    talk(`wrote ${gif}`);
  }
}
