/** `lifegpt infer-rule`: the life-like rule behind observed states, and what comes next under it. */

import {
  formatBoundedRule,
  formatBounds,
  formatCells,
  formatInferredTable,
  formatRule,
  InputError,
  nameRuleCase,
  parseBounds,
  ruleOfBits,
  type LifeRule,
  type Place,
} from '@lifegpt/core';
import { Option, type Command } from 'commander';
import type { CommandContext } from '../context.js';
import { writeGif } from '../gif.js';
import { DEFAULT_MODEL } from '../model-argument.js';
import {
  explain,
  explainByTable,
  findSkippingRule,
  hasColorsOf,
  nameBorders,
  type Explanation,
  type TableVerdict,
  type Verdict,
} from '../observation/explain.js';
import { forecast, type Forecast } from '../observation/forecast.js';
import type { Alive } from '../observation/gif-board.js';
import { listDifferences, readByModel, type ModelReading } from '../observation/read-by-model.js';
import { readObservation } from '../observation/read-observation.js';
import type { Observation } from '../observation/reading.js';
import { parseWholeNumber } from '../option-values.js';
import { checkOutputFile } from '../output-file.js';
import { checkPatternFile, writePatternFile } from '../pattern-file.js';
import { drawBoards } from '../terminal/board.js';
import { drawRuleComparison } from '../terminal/rule-comparison.js';
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
    .option('--out <file>', 'write the last forecast state as .rle, .cells or .life (1.06)')
    .option('--gif <file>', 'write the forecast as an animation')
    .option('--json', 'print one JSON object')
    .action((states: string, flags: InferRuleFlags) => runInferRule(states, flags, context));
}

async function runInferRule(
  path: string,
  flags: InferRuleFlags,
  context: CommandContext,
): Promise<void> {
  const options = readFlags(flags);
  if (flags.out !== undefined) await checkPatternFile(flags.out);
  if (flags.gif !== undefined) await checkOutputFile(flags.gif, ['.gif']);
  const observation = await readObservation(path, options);
  const verdict = explain(observation.readings, options);
  const { chosen } = verdict;
  const saysNothing = options.flipRate > 0 && verdict.bits.every((bit) => bit === null);
  if (!chosen.inferred.consistent || saysNothing) {
    refuseSkippedStates(verdict, path, options.flipRate);
    const table =
      options.flipRate > 0 || chosen.inferred.consistent ? null : explainByTable(verdict);
    if (flags.json === true)
      context.print(JSON.stringify(report(verdict, observation, null, null, table)));
    else if (table === null) context.print(drawRuleTable(chosen.transitions.counts, verdict.bits));
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
      : await forecast(chosen, verdict.bitsOfColors, generations, flags.model, context.signal);
  const { ruleModel } = flags;
  const read =
    ruleModel === undefined ? null : await readByModel(chosen, ruleModel, context.signal);
  if (future !== null) await writeFiles(future, rule, flags, context);
  if (flags.json === true)
    context.print(JSON.stringify(report(verdict, observation, read, future, null)));
  else context.print(describe(verdict, rule, options.flipRate, read, future, context));
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

function tellContradiction(
  { chosen, tried }: Verdict,
  { nameState }: Observation,
  flipRate: number,
): string {
  const { contradiction } = chosen.transitions;
  const where = ({ run, frame, row, column }: Place): string =>
    `row ${row}, column ${column} of ${nameState(run, frame)}`;
  const names = listTried(tried);
  const share = `${(100 * (1 - chosen.inferred.explained)).toFixed(2)} % of the cells go against the majority`;
  if (contradiction === null || flipRate > 0) {
    return `${share}, more than flipped cells explain (tried: ${names})`;
  }
  const { ruleCase, place, next, earlier } = contradiction;
  const becomes = (state: number): string => (state === 1 ? 'is alive' : 'is dead');
  return (
    `the ${ruleCase < 9 ? 'dead' : 'live'} cell with ${ruleCase % 9} live neighbours in ${where(place)} ${becomes(next)} in the next state, ` +
    `but the one in ${where(earlier)} ${becomes(1 - next)} (tried: ${names}). ${share}`
  );
}

/** What `--json` prints. */
function report(
  verdict: Verdict,
  { nameState }: Observation,
  read: ModelReading | null,
  future: Forecast | null,
  table: TableVerdict | null,
) {
  const { chosen, tried, bits } = verdict;
  const { consistent, confidence } = chosen.inferred;
  const { counts, pairs, contradiction } = chosen.transitions;
  const tell = ({ run, frame, row, column }: Place) => ({
    state: nameState(run, frame),
    row,
    column,
  });
  return {
    rule: consistent ? formatRule(ruleOfBits(verdict.bitsOfColors)) : null,
    bits,
    consistent,
    pairs,
    undetermined: listOpen(bits),
    confidence: confidence.map((nats) => (Number.isFinite(nats) ? Number(nats.toFixed(3)) : null)),
    counts: bits.map((_, c) => [counts[2 * c], counts[2 * c + 1]]),
    borders: nameBorders(chosen),
    alternatives: tried
      .filter((other) => other !== chosen)
      .filter((other) => other.inferred.consistent || other.reading === chosen.reading)
      .map((other) => ({
        remark: other.reading.remark,
        borders: nameBorders(other),
        consistent: other.inferred.consistent,
        rule: other.inferred.consistent ? formatRule(ruleOfBits(other.inferred.bits)) : null,
      })),
    remark: chosen.reading.remark,
    table: table && {
      rule: formatInferredTable(table.bits),
      bits: table.bits,
      borders: table.borders,
    },
    contradiction: contradiction && {
      case: nameRuleCase(contradiction.ruleCase),
      next: contradiction.next,
      ...tell(contradiction.place),
      earlier: tell(contradiction.earlier),
    },
    ruleModel: read && {
      ...read,
      confidence: read.confidence.map((probability) => Number(probability.toFixed(4))),
      contradicted: read.contradicted.map(nameRuleCase),
      differs: listDifferences(read, bits),
    },
    forecast: future && {
      by: future.by,
      board: formatBounds(future.bounds),
      certainUntil: future.certainUntil,
      wrongCells: future.wrongCells,
      states: future.states.slice(1).map(formatCells),
    },
  };
}

const listOpen = (bits: readonly (0 | 1 | null)[]): string[] =>
  bits.flatMap((bit, c) => (bit === null ? [nameRuleCase(c)] : []));

function describe(
  verdict: Verdict,
  rule: LifeRule,
  flipRate: number,
  read: ModelReading | null,
  future: Forecast | null,
  context: CommandContext,
): string {
  const { chosen, bitsOfColors: bits } = verdict;
  const { transitions, inferred, reading } = chosen;
  const open = listOpen(bits);
  const pairs = `${transitions.pairs} ${transitions.pairs === 1 ? 'pair' : 'pairs'} of states`;
  const lines = [
    formatRule(rule),
    '',
    drawRuleTable(transitions.counts, bits),
    '',
    `${pairs} on ${nameBorders(chosen)}${reading.remark === null ? '' : `; ${reading.remark}`}`,
    open.length === 0
      ? 'every bit is determined'
      : `open: ${open.join(' ')} (${tellWhyOpen(verdict, flipRate)}; taken as 0 in the rule above)`,
  ];
  if (flipRate > 0) {
    const least = Math.min(...inferred.confidence.filter((_, c) => bits[c] !== null));
    const wrong = (100 * (1 - inferred.explained)).toFixed(2);
    lines.push(
      `${wrong} % of the cells go against it, as flips at a rate of ${flipRate} explain; every decided bit is at least ${formatRatio(least)} times as likely as its opposite`,
    );
  }
  lines.push(...describeOthers(verdict, flipRate));
  if (read !== null) lines.push('', ...describeReading(read, bits));
  if (future !== null) lines.push('', ...describeForecast(future, rule, context));
  return lines.join('\n');
}

function describeReading(read: ModelReading, counted: readonly (0 | 1 | null)[]): string[] {
  const differs = listDifferences(read, counted);
  const contradicted = read.contradicted.map(nameRuleCase);
  return [
    drawRuleComparison(counted, read),
    '',
    differs.length === 0
      ? `${read.model} reads what counting does`
      : `${read.model} reads ${differs.join(' ')} differently`,
    ...(contradicted.length === 0
      ? []
      : [`and ${contradicted.join(' ')} differently from one pair to another`]),
  ];
}

/** What explains the states as well as what was taken. */
function describeOthers({ chosen, consistent }: Verdict, flipRate: number): string[] {
  const against = (e: Explanation): string =>
    flipRate > 0 ? ` (${(100 * (1 - e.inferred.explained)).toFixed(2)} % against)` : '';
  const lines: string[] = [];
  const same = consistent.filter((other) => other !== chosen && hasColorsOf(other, chosen));
  if (same.length > 0) {
    const names = same.map((other) => {
      const isOther = other.reading !== chosen.reading && other.reading.remark !== null;
      return `${nameBorders(other)}${isOther ? ` (${other.reading.remark})` : ''}${against(other)}`;
    });
    lines.push(
      `${flipRate > 0 ? 'not excluded are' : 'explained as well on'} ${listSome([...new Set(names)])}`,
    );
  }
  const [inverse] = consistent.filter((other) => !hasColorsOf(other, chosen));
  if (inverse !== undefined) {
    const { remark, alive } = inverse.reading;
    lines.push(
      `and by ${formatRule(ruleOfBits(inverse.inferred.bits))} where ${remark}; say which colour lives by --alive ${chosen.reading.alive} or --alive ${alive}`,
    );
  }
  return lines;
}

/** What was tried, for messages. */
function listTried(tried: readonly Explanation[]): string {
  const remarks = [...new Set(tried.map(({ reading }) => reading.remark))];
  const borders = listSome([...new Set(tried.map(nameBorders))]);
  return remarks.length === 1 ? borders : `${borders}; ${remarks.length} ways to read the frames`;
}

const MOST_NAMED = 8;
const listSome = (names: readonly string[]): string =>
  names.slice(0, MOST_NAMED).join(', ') +
  (names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '');

/** The rule of 512 bits, where no life-like one explains the states. */
function describeTable({ bits, borders }: TableVerdict): string {
  const open = bits.filter((bit) => bit === null).length;
  return [
    formatInferredTable(bits),
    '',
    `a rule that asks where the neighbours lie, on ${listSome(borders)}`,
    open === 0
      ? 'every neighbourhood is determined'
      : `${open} of ${bits.length} neighbourhoods are open (taken as 0 in the rule above, or from their mirror images)`,
  ].join('\n');
}

function tellWhyOpen({ chosen, bitsOfColors, consistent }: Verdict, flipRate: number): string {
  if (flipRate > 0) return 'not decidable under this noise';
  const { counts } = chosen.transitions;
  const isSeen = bitsOfColors.some(
    (bit, c) => bit === null && counts[2 * c]! + counts[2 * c + 1]! > 0,
  );
  if (!isSeen) return 'never seen';
  return chosen.reading.alignment !== null && consistent.length === 1
    ? 'never seen, or different in the placements that explain the frames'
    : 'never seen, or different on the boards that explain the states';
}

/** e to so many nats, in words that a person can compare. */
function formatRatio(nats: number): string {
  return nats > 14 ? `10^${Math.floor(nats / Math.LN10)}` : String(Math.floor(Math.exp(nats)));
}

function describeForecast(
  { by, bounds, states, certainUntil, wrongCells }: Forecast,
  rule: LifeRule,
  { terminal }: CommandContext,
): string[] {
  const generations = states.length - 1;
  const caption = `${formatBoundedRule(rule, bounds)}, generation ${generations} from the last state`;
  const judged =
    wrongCells === null
      ? 'by the engine'
      : `by the model ${by}, ${wrongCells} wrong cells against the engine`;
  const certain =
    certainUntil === null
      ? 'no open bit was asked for'
      : `certain up to generation ${certainUntil}, whose next state asks for an open bit`;
  return [
    drawBoards([{ caption, grid: states.at(-1)! }], terminal).trimEnd(),
    `forecast ${judged}; ${certain}`,
  ];
}

async function writeFiles(
  { states, bounds }: Forecast,
  rule: LifeRule,
  { out, gif }: InferRuleFlags,
  { talk }: CommandContext,
): Promise<void> {
  if (out !== undefined) {
    const comments = [`Forecast of ${states.length - 1} generations.`];
    const grid = states.at(-1)!;
    await writePatternFile(out, {
      name: null,
      comments,
      rule: formatBoundedRule(rule, bounds),
      grid,
    });
    talk(`wrote ${out}`);
  }
  if (gif !== undefined) {
    await writeGif(gif, states, null);
    talk(`wrote ${gif}`);
  }
}
