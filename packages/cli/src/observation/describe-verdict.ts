/** What is said of the rule behind observed states, for people to read. */

import {
  formatBoundedRule,
  formatInferredTable,
  formatRule,
  nameRuleCase,
  ruleOfBits,
  type LifeRule,
  type Place,
} from '@lifegpt/core';
import type { CommandContext } from '../context.js';
import { drawBoards } from '../terminal/board.js';
import { countNoun } from '../terminal/count.js';
import { drawRuleComparison } from '../terminal/rule-comparison.js';
import { drawRuleTable } from '../terminal/rule-table.js';
import {
  hasColorsOf,
  nameBorders,
  type Explanation,
  type TableVerdict,
  type Verdict,
} from './explain.js';
import type { Forecast } from './forecast.js';
import { listDifferences, type ModelReading } from './read-by-model.js';
import type { Observation } from './reading.js';

/** The rule, its table, what is open, what else explains the states, and what comes next. */
export function describeVerdict(
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
  const pairs = `${countNoun(transitions.pairs, 'pair')} of states`;
  const lines = [
    formatRule(rule),
    '',
    drawRuleTable(transitions.counts, bits, context.terminal.columns),
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
  if (read !== null) lines.push('', ...describeReading(read, bits, context));
  if (future !== null) lines.push('', ...describeForecast(future, rule, context));
  return lines.join('\n');
}

function describeReading(
  read: ModelReading,
  counted: readonly (0 | 1 | null)[],
  { terminal }: CommandContext,
): string[] {
  const differs = listDifferences(read, counted);
  const contradicted = read.contradicted.map(nameRuleCase);
  return [
    drawRuleComparison(counted, read, terminal.columns),
    '',
    differs.length === 0
      ? `${read.model} and counting agree`
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
      `${flipRate > 0 ? 'not excluded:' : 'other borders that explain the states as well:'} ${listSome([...new Set(names)])}`,
    );
  }
  const [inverse] = consistent.filter((other) => !hasColorsOf(other, chosen));
  if (inverse !== undefined) {
    const { remark, alive } = inverse.reading;
    lines.push(
      `they are explained by ${formatRule(ruleOfBits(inverse.inferred.bits))} as well, where ${remark}; say which colour lives by --alive ${chosen.reading.alive} or --alive ${alive}`,
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
export function describeTable({ bits, borders }: TableVerdict): string {
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
      : `by the model ${by}, ${countNoun(wrongCells, 'wrong cell')} against the engine`;
  const certain =
    certainUntil === null
      ? 'no open bit was asked for'
      : `certain up to generation ${certainUntil}, whose next state asks for an open bit`;
  return [
    drawBoards([{ caption, grid: states.at(-1)! }], terminal).trimEnd(),
    `forecast ${judged}; ${certain}`,
  ];
}

/** Why no life-like rule explains the states: the first two cells that contradict each other, or how many do. */
export function tellContradiction(
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

/** Names of the cases whose bit is open. */
export const listOpen = (bits: readonly (0 | 1 | null)[]): string[] =>
  bits.flatMap((bit, c) => (bit === null ? [nameRuleCase(c)] : []));
