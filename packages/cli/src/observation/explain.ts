/**
 * Seeks the rule behind an observation: every reading of it, with every way in which the borders of its boards may be
 * joined, is held against the life-like rules.
 */

import {
  countTransitions,
  findTwoStepRule,
  findTwoStepRuleOfFrames,
  formatBounds,
  inferNoisyRule,
  inferRule,
  inferTable,
  InputError,
  TOPOLOGY_TOKENS,
  topologyOfToken,
  type BoundedGrid,
  type Borders,
  type InferredRule,
  type LifeRule,
  type Transitions,
} from '@lifegpt/core';
import type { Reading } from './reading.js';

/** A reading under one assumption about the borders. */
export interface Explanation {
  readonly reading: Reading;
  readonly borders: Borders;
  readonly transitions: Transitions;
  readonly inferred: InferredRule;
}

/** What explains an observation. */
export interface Verdict {
  /** The explanation that is taken; when none is consistent, the one to show the contradiction of. */
  readonly chosen: Explanation;
  /** All that were tried, the chosen reading's first. */
  readonly tried: readonly Explanation[];
  /** Those that are consistent, the chosen one first. */
  readonly consistent: readonly Explanation[];
  /** What is known: bits on which all consistent explanations agree. */
  readonly bits: readonly (0 | 1 | null)[];
  /** What is known when the colours are those of the chosen one. */
  readonly bitsOfColors: readonly (0 | 1 | null)[];
}

/** What is known beforehand. */
export interface Assumptions {
  /** The board, from `--bounds`; it wins over what the input says. */
  readonly bounds: BoundedGrid | null;
  /** Probability that an observed cell is wrong; 0 for exact counting. */
  readonly flipRate: number;
}

/**
 * Explains an observation.
 * @throws InputError when the states do not lie on the given board, or noise is assumed for frames whose places are not known.
 */
export function explain(readings: readonly Reading[], assumptions: Assumptions): Verdict {
  const tried = readings.flatMap((reading) =>
    listBorders(reading, assumptions.bounds).map((borders) =>
      tryOut(reading, borders, assumptions),
    ),
  );
  const consistent = tried.filter(({ inferred }) => inferred.consistent).sort(comparePreference);
  const [best] = consistent;
  if (best !== undefined) {
    const rest = tried.filter((other) => other !== best);
    const same = rest.filter(({ reading }) => reading === best.reading);
    return {
      chosen: best,
      tried: [best, ...same, ...rest.filter((e) => e.reading !== best.reading)],
      consistent,
      bits: agree(consistent),
      bitsOfColors: agree(consistent.filter((other) => hasColorsOf(other, best))),
    };
  }
  // a contradiction inside the board holds whatever lies around it
  const shown =
    tried.find(({ borders, transitions }) => borders === 'unknown' && transitions.contradiction) ??
    tried[0]!;
  const { bits } = shown.inferred;
  return { chosen: shown, tried, consistent: [], bits, bitsOfColors: bits };
}

/** Whether two explanations take the same colour for alive. */
export function hasColorsOf({ reading: a }: Explanation, { reading: b }: Explanation): boolean {
  return a.alive === b.alive;
}

/** Bits that all explanations determine, and determine alike. */
function agree(explanations: readonly Explanation[]): (0 | 1 | null)[] {
  const [first, ...others] = explanations.map(({ inferred }) => inferred.bits);
  return first!.map((bit, c) => (others.every((bits) => bits[c] === bit) ? bit : null));
}

/** What a rule of the 3x3 neighbourhood would have to be, where no life-like rule explains the states. */
export interface TableVerdict {
  /** `[512]` in Golly's MAP order: bits on which all readings agree that such a rule explains. */
  readonly bits: readonly (0 | 1 | null)[];
  /** How the borders are joined in those readings. */
  readonly borders: readonly string[];
}

/** The rule of 512 bits behind the states; null when none explains them, or their places are not known. */
export function explainByTable({ tried }: Verdict): TableVerdict | null {
  const found = tried.flatMap((explanation) => {
    const { reading, borders } = explanation;
    if (reading.alignment !== null) return [];
    const { bits, consistent } = inferTable(reading.runs, borders);
    return consistent ? [{ bits, borders: nameBorders(explanation) }] : [];
  });
  const [first, ...others] = found;
  if (first === undefined) return null;
  return {
    bits: first.bits.map((bit, k) => (others.every(({ bits }) => bits[k] === bit) ? bit : null)),
    borders: [...new Set(found.map(({ borders }) => borders))],
  };
}

/** How borders are called: Golly's letter and sides, `view`, or `unbounded`. */
export function nameBorders({
  borders,
  reading,
}: Pick<Explanation, 'borders' | 'reading'>): string {
  if (borders === 'unknown') return 'a view of a larger board';
  if (reading.isUnbounded) return 'the unbounded plane';
  const sizes = new Set(
    reading.runs.map(([state]) =>
      formatBounds({ topology: borders, width: state!.width, height: state!.height }),
    ),
  );
  return sizes.size === 1
    ? `:${[...sizes][0]}`
    : `${borders.kind.replace('-', ' ')}s of ${sizes.size} sizes`;
}

/** A rule two steps of which explain every pair, when no rule's single step does. */
export function findSkippingRule({
  tried,
}: Verdict): { rule: LifeRule; explanation: Explanation } | null {
  for (const explanation of tried) {
    const { borders, reading } = explanation;
    if (borders === 'unknown') continue;
    const rule =
      reading.frames === null
        ? findTwoStepRule(reading.runs, borders)
        : reading.isUnbounded
          ? findTwoStepRuleOfFrames(reading.frames)
          : null;
    if (rule !== null) return { rule, explanation };
  }
  return null;
}

function listBorders({ topology, runs }: Reading, bounds: BoundedGrid | null): Borders[] {
  if (bounds !== null) {
    for (const [state] of runs) {
      const { width, height } = state!;
      if (width === bounds.width && height === bounds.height) continue;
      throw new InputError(
        `--bounds ${formatBounds(bounds)} has ${bounds.width}x${bounds.height} cells, but the observed board has ${width}x${height} (width x height)`,
      );
    }
    return [bounds.topology];
  }
  if (topology !== null) return [topology];
  const isSquare = runs.every(([state]) => state!.width === state!.height);
  const joined = TOPOLOGY_TOKENS.filter((token) => token !== 'S' || isSquare).map(topologyOfToken);
  return [...joined, 'unknown']; // there are more ways to join borders than can be tried
}

function tryOut(reading: Reading, borders: Borders, { flipRate }: Assumptions): Explanation {
  const transitions = countTransitions(reading.runs, borders);
  const { alignment } = reading;
  if (flipRate > 0) {
    if (alignment !== null) {
      throw new InputError(
        '--noise needs frames that say where they lie: a bounded grid that they fill, or #CXRLE Pos=x,y lines',
      );
    }
    return { reading, borders, transitions, inferred: inferNoisyRule(transitions, flipRate) };
  }
  const exact = inferRule(transitions);
  if (alignment === null) return { reading, borders, transitions, inferred: exact };
  const { bits, explanations } = alignment;
  const inferred = { ...exact, bits, consistent: exact.consistent && explanations > 0 };
  return { reading, borders, transitions, inferred };
}

/** Whole boards before views, rules without B0 before those with it; then the order in which they were tried. */
function comparePreference(a: Explanation, b: Explanation): number {
  const rank = ({ borders, inferred }: Explanation): number =>
    2 * (borders === 'unknown' ? 1 : 0) + (inferred.bits[0] === 1 ? 1 : 0);
  return rank(a) - rank(b) || b.inferred.explained - a.inferred.explained;
}
