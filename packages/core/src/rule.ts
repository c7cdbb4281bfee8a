/**
 * Life-like rules: which neighbour counts give birth, and which let a live cell survive; and their
 * notation, as in Golly: `B3/S23`, and `B3/S23:T32,20` on a bounded grid.
 */

import { InputError } from './input-error.js';
import { formatBounds, parseBounds, type BoundedGrid } from './topology.js';

/** An outer-totalistic rule of two states on the Moore neighbourhood (2^18 of them). */
export interface LifeRule {
  /** Bit n is set when a dead cell with n live neighbours is born (n = 0..8). */
  readonly birth: number;
  /** Bit n is set when a live cell with n live neighbours survives (n = 0..8). */
  readonly survival: number;
}

/** Conway's Game of Life, B3/S23. */
export const CONWAY: LifeRule = { birth: 1 << 3, survival: (1 << 2) | (1 << 3) };

/** A rule, and the board it was written for (null when the text names none). */
export interface ParsedRule {
  readonly rule: LifeRule;
  readonly bounds: BoundedGrid | null;
}

/**
 * Reads a rule: `B3/S23`, `b3s23`, `S23/B3`, or the older `23/3` (survival first, then birth),
 * each with Golly's suffix of a bounded grid or without it. Blanks do not matter.
 * @example parseRule('23/3:T32').bounds // a torus of 32 columns and 32 rows
 * @throws InputError when it is not a life-like rule, naming the part that is wrong.
 */
export function parseRule(text: string): ParsedRule {
  const compact = text.replace(/\s+/g, '');
  const colon = compact.indexOf(':');
  const life = colon < 0 ? compact : compact.slice(0, colon);
  try {
    return {
      rule: parseLife(life),
      bounds: colon < 0 ? null : parseBounds(compact.slice(colon + 1)),
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`rule '${text.trim()}': ${error.message}`);
  }
}

/** Writes a rule canonically: `B3/S23`. */
export function formatRule(rule: LifeRule): string {
  return `B${formatCounts(rule.birth)}/S${formatCounts(rule.survival)}`;
}

/** Writes a rule and its board as Golly does: `B3/S23:T32,20`; without a board as `formatRule`. */
export function formatBoundedRule(rule: LifeRule, bounds: BoundedGrid | null): string {
  return bounds === null ? formatRule(rule) : `${formatRule(rule)}:${formatBounds(bounds)}`;
}

const MEND = 'write birth and survival counts, e.g. B3/S23';

function parseLife(text: string): LifeRule {
  const lower = text.toLowerCase();
  const birthFirst = /^b(\d*)\/?s(\d*)$/.exec(lower);
  if (birthFirst) {
    return { birth: parseCounts(birthFirst[1]!), survival: parseCounts(birthFirst[2]!) };
  }
  const survivalFirst = /^s(\d*)\/?b(\d*)$/.exec(lower) ?? /^(\d*)\/(\d*)$/.exec(lower);
  if (survivalFirst && lower !== '/') {
    return { birth: parseCounts(survivalFirst[2]!), survival: parseCounts(survivalFirst[1]!) };
  }
  throw new InputError(`${explainForeignRule(text)}; ${MEND}`);
}

function parseCounts(digits: string): number {
  let counts = 0;
  for (const digit of digits) {
    if (digit === '9') {
      throw new InputError(`a cell has 8 neighbours, so a count of '9' cannot be; ${MEND}`);
    }
    const bit = 1 << Number(digit);
    if (counts & bit)
      throw new InputError(`'${digits}' repeats the count '${digit}'; give it once`);
    counts |= bit;
  }
  return counts;
}

function formatCounts(counts: number): string {
  return Array.from('012345678')
    .filter((digit) => (counts >> Number(digit)) & 1)
    .join('');
}

/** What kind of rule a text is that is not life-like, naming the part that says so. */
function explainForeignRule(text: string): string {
  if (text === '') return 'there is no rule in it';
  if (/^w\d+$/i.test(text)) {
    return `'${text}' is a one-dimensional (Wolfram) rule, not a life-like one`;
  }
  if (/^[a-z&_-]+$/i.test(text)) return `'${text}' is a name or a word, not the rule itself`;
  const generations = /^b?\d*\/s?\d*\/[a-z]?(\d+)$/i.exec(text);
  if (generations) {
    return `the third part '${generations[1]}' makes it a Generations rule, which has more than two states`;
  }
  const counts = /^b[^/]*\/?s[^/]*$/i.test(text) || /^[^/]*\/[^/]*$/.test(text);
  if (counts && /[0-9bs/]h$/i.test(text)) {
    return `the 'H' at its end means a hexagonal neighbourhood, not the eight cells around`;
  }
  if (counts && /[0-9bs/]v$/i.test(text)) {
    return `the 'V' at its end means a von Neumann neighbourhood, not the eight cells around`;
  }
  const letters = counts ? /\d(-?[cekainyqjrtwz]+)/i.exec(text) : null;
  if (letters) {
    return `the letters '${letters[1]}' make it non-totalistic: it asks where the neighbours are, not only how many`;
  }
  const stranger = /[^bs0-8/]/i.exec(text);
  return stranger
    ? `'${stranger[0]}' has no place in a life-like rule`
    : `'${text}' does not give its birth and survival counts`;
}
