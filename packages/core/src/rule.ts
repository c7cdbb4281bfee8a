/**
 * Rules of two states on the 3x3 neighbourhood: life-like ones, which ask how many neighbours live, and any
 * other as a table; and their notation, as in Golly: `B3/S23`, `B2n3/S23-q`, `B2/S34H`, `MAP…`, each with
 * a bounded grid, as in `B3/S23:T32,20`, or without one.
 */

import { InputError } from './input-error.js';
import { explainForeignRule } from './rules/foreign-rule.js';
import { addHenselCases, formatHensel } from './rules/hensel.js';
import { formatMap, parseMap } from './rules/map-notation.js';
import { countBits, NEIGHBOURHOODS, NEIGHBOURS } from './rules/neighbourhood.js';
import { findNamedRule } from './rules/rule-names.js';
import type { LifeRule, Rule } from './rules/rule-kinds.js';
import { isTableRule, tabulateCounts, toLifeRule } from './rules/rule-table.js';
import { formatBounds, parseBounds, type BoundedGrid } from './topology.js';

export type { LifeRule, Rule, TableRule } from './rules/rule-kinds.js';

/** Conway's Game of Life, B3/S23. */
export const CONWAY: LifeRule = { birth: 1 << 3, survival: (1 << 2) | (1 << 3) };

/** A rule, and the board it was written for (null when the text names none). */
export interface ParsedRule {
  readonly rule: Rule;
  readonly bounds: BoundedGrid | null;
}

/**
 * Reads a rule. `B3/S23`, `b3s23`, `S23/B3`, `B3` alone, or the older `23/3` (survival first, then birth) is a
 * `LifeRule`, and so are the well-known ones by their names (`HighLife`, `Day & Night`). A `TableRule` is Hensel's notation with letters (`B2n3/S23-q`), a von Neumann (`B13/S012V`) or
 * hexagonal (`B2/S34H`) neighbourhood, or `MAP` with its table in base64. Each has Golly's suffix of a bounded
 * grid or goes without it. Blanks do not matter.
 * @example parseRule('23/3:T32').bounds // a torus of 32 columns and 32 rows
 * @throws InputError when it is no such rule, naming the part that is wrong.
 */
export function parseRule(text: string): ParsedRule {
  const compact = text.replace(/\s+/g, '');
  const colon = compact.indexOf(':');
  const written = colon < 0 ? compact : compact.slice(0, colon);
  const counts = findNamedRule(written) ?? written;
  try {
    return {
      rule: /^map/i.test(counts) ? { table: parseMap(counts.slice(3)) } : parseCounts(counts),
      bounds: colon < 0 ? null : parseBounds(compact.slice(colon + 1)),
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`rule '${text.trim()}': ${error.message}`);
  }
}

/**
 * Writes a rule canonically, so that `parseRule` reads the same kind of rule back: a `LifeRule` as `B3/S23`; a
 * `TableRule` in Hensel's notation, or as `MAP` where that has no words for it or would be read as life-like.
 */
export function formatRule(rule: Rule): string {
  if (!isTableRule(rule)) {
    return `B${formatCounts(rule.birth)}/S${formatCounts(rule.survival)}`;
  }
  const hensel = toLifeRule(rule) === null ? formatHensel(rule.table) : null;
  return hensel ?? formatMap(rule.table);
}

/**
 * A rule as the counts of a life-like one, for what knows no others.
 * @param who knows no others, as the error should name it
 * @throws InputError when the rule is not life-like
 */
export function requireLifeRule(rule: Rule, who: string): LifeRule {
  const life = toLifeRule(rule);
  if (life !== null) return life;
  throw new InputError(
    `rule '${formatRule(rule)}' asks where the neighbours lie, and ${who} knows life-like rules alone; write birth and survival counts, e.g. B3/S23`,
  );
}

/** Writes a rule and its board as Golly does: `B3/S23:T32,20`; without a board as `formatRule`. */
export function formatBoundedRule(rule: Rule, bounds: BoundedGrid | null): string {
  return bounds === null ? formatRule(rule) : `${formatRule(rule)}:${formatBounds(bounds)}`;
}

const MEND = 'write birth and survival counts, e.g. B3/S23';

/** Neighbours by the letter at the end of a rule. */
const SUFFIXES: ReadonlyMap<string, number> = new Map([
  ['', NEIGHBOURS.moore],
  ['h', NEIGHBOURS.hexagonal],
  ['v', NEIGHBOURS.vonNeumann],
]);

/** Counts, and behind each perhaps letters. */
const HALF = '((?:\\d-?[cekainyqjrtwz]*)*)';
const BIRTH_FIRST = [`^b${HALF}(?:[/_]?s|[/_])${HALF}$`, `^b${HALF}$`].map((s) => new RegExp(s));
const SURVIVAL_FIRST = [
  `^s${HALF}(?:[/_]?b|[/_])${HALF}$`,
  `^[/_]?s${HALF}$`,
  `^${HALF}[/_]b?${HALF}$`,
].map((s) => new RegExp(s));

function parseCounts(text: string): Rule {
  const lower = text.toLowerCase();
  const suffix = /[hv]$/.exec(lower)?.[0] ?? '';
  const halves = splitHalves(lower.slice(0, lower.length - suffix.length));
  if (halves === null) throw new InputError(`${explainForeignRule(text)}; ${MEND}`);
  const { birth, survival } = halves;
  const neighbours = SUFFIXES.get(suffix)!;
  const most = countBits(neighbours);
  const excess = [...(birth + survival)].find((digit) => Number(digit) > most);
  if (excess !== undefined) {
    const where = suffix === '' ? '' : ` with '${suffix.toUpperCase()}'`;
    throw new InputError(
      `a cell has ${most} neighbours${where}, so a count of '${excess}' cannot be; ${MEND}`,
    );
  }
  if (/^\d*$/.test(birth + survival)) {
    const counts = [maskCounts(birth), maskCounts(survival)] as const;
    return suffix === ''
      ? { birth: counts[0], survival: counts[1] }
      : { table: tabulateCounts(...counts, neighbours) };
  }
  if (suffix !== '') {
    throw new InputError(
      `letters behind counts are for the eight cells around, not for a neighbourhood '${suffix.toUpperCase()}'; leave one of them out`,
    );
  }
  const table = new Uint8Array(NEIGHBOURHOODS);
  addHenselCases(table, birth, 0);
  addHenselCases(table, survival, 1);
  return toLifeRule({ table }) ?? { table };
}

function splitHalves(text: string): { birth: string; survival: string } | null {
  if (/^[/_bs]?$/.test(text)) return null;
  for (const notation of BIRTH_FIRST) {
    const parts = notation.exec(text);
    if (parts !== null) return { birth: parts[1]!, survival: parts[2] ?? '' };
  }
  for (const notation of SURVIVAL_FIRST) {
    const parts = notation.exec(text);
    if (parts !== null) return { birth: parts[2] ?? '', survival: parts[1]! };
  }
  return null;
}

/** Digits as bits; one that comes twice counts once, as in Golly. */
function maskCounts(digits: string): number {
  return [...digits].reduce((mask, digit) => mask | (1 << Number(digit)), 0);
}

function formatCounts(counts: number): string {
  return Array.from('012345678')
    .filter((digit) => (counts >> Number(digit)) & 1)
    .join('');
}
