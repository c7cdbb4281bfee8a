/** A riddle: pairs of boards, before and after, and a rule behind them, hidden by the page or in a person's head. */

import {
  bitOfNeighbourhood,
  createGrid,
  determineBits,
  drawIsotropicTable,
  formatRule,
  InputError,
  listFormBits,
  listNeighbourhoods,
  nameRuleCase,
  openStream,
  requireLifeRule,
  stepReference,
  toTable,
  TORUS,
  type Grid,
  type Rule,
  type RuleForm,
} from '@lifegpt/core';
import { drawRule, type StatePair } from '@lifegpt/model';
import { fitPattern, resizeBoard } from '../play/fit.js';

/** A riddle. Its boards are squares whose borders are joined to a torus. */
export interface Puzzle {
  /** What the rule is looked for among: those that count, or all. */
  readonly form: RuleForm;
  /** The hidden rule's number; null where a person draws both boards. */
  readonly seed: number | null;
  readonly side: number;
  readonly pairs: readonly StatePair[];
}

/** What is known of each bit: 0, 1, or null where it is open. */
export type OpenBits = readonly (0 | 1 | null)[];

/** Sides of a riddle's boards. */
export const SIDES = [3, 16] as const;
/** Pairs of a riddle, at most. */
export const MOST_PAIRS = 6;

/** The rule of a number. */
export function hiddenRule({ form, seed }: Pick<Puzzle, 'form' | 'seed'>): Rule | null {
  if (seed === null) return null;
  const random = openStream(seed, 'hidden rule', form === 'counts' ? 0 : 1);
  return form === 'counts' ? drawRule(random) : { table: drawIsotropicTable(random) };
}

/** A riddle with one pair, of a rule of its own or of nothing drawn yet. */
export function beginPuzzle(form: RuleForm, side: number, seed: number | null): Puzzle {
  return withPair({ form, seed, side, pairs: [] }, 1);
}

/** Another pair: of a random board where the page hides the rule, else of empty ones. */
export function withPair(puzzle: Puzzle, number: number): Puzzle {
  const { pairs, seed, side } = puzzle;
  if (pairs.length >= MOST_PAIRS) return puzzle;
  const before =
    seed === null ? createGrid(side, side) : drawBoard(side, openStream(seed, 'board', number));
  return answer({ ...puzzle, pairs: [...pairs, { before, after: createGrid(side, side) }] });
}

function drawBoard(side: number, random: { nextInt(most: number): number }): Grid {
  // a third, so that all counts of neighbours come up
  return createGrid(
    side,
    side,
    Uint8Array.from({ length: side * side }, () => Number(random.nextInt(3) === 0)),
  );
}

/** The riddle without one of its pairs; the last one stays. */
export function withoutPair(puzzle: Puzzle, index: number): Puzzle {
  if (puzzle.pairs.length === 1) return puzzle;
  return { ...puzzle, pairs: puzzle.pairs.filter((_, i) => i !== index) };
}

/** The riddle with a cell set; a hidden rule answers anew. */
export function withCell(
  puzzle: Puzzle,
  index: number,
  side: keyof StatePair,
  cell: number,
  value: number,
): Puzzle {
  const pairs = puzzle.pairs.map((pair, i) => {
    if (i !== index) return pair;
    const { width, height, cells } = pair[side];
    const next = cells.slice();
    next[cell] = value;
    return { ...pair, [side]: createGrid(width, height, next) };
  });
  return answer({ ...puzzle, pairs });
}

/** The riddle on boards of another size, as far as what is drawn fits. */
export function withSide(puzzle: Puzzle, side: number): Puzzle {
  const fit = (grid: Grid): Grid => resizeBoard(grid, side, side);
  const pairs = puzzle.pairs.map(({ before, after }) => ({
    before: fit(before),
    after: fit(after),
  }));
  return answer({ ...puzzle, side, pairs });
}

/** The boards after, where the page knows the rule. */
export function answer(puzzle: Puzzle): Puzzle {
  const rule = hiddenRule(puzzle);
  if (rule === null) return puzzle;
  const pairs = puzzle.pairs.map(({ before }) => ({
    before,
    after: stepReference(before, rule, TORUS),
  }));
  return { ...puzzle, pairs };
}

/** What looking at all cells says, and what speaks against every rule of the form. */
export function lookAtPairs({ form, pairs }: Puzzle): {
  readonly bits: OpenBits;
  /** Bits that some cells show as 0 and others as 1. */
  readonly contradicted: readonly number[];
  /** For each pair the cells that show such a bit otherwise than most do. */
  readonly odd: readonly (readonly number[])[];
} {
  const bits = determineBits(
    pairs.map(({ before, after }) => [before, after] as const),
    form,
    TORUS,
  );
  const shown = pairs.map(({ before }) =>
    Array.from(listNeighbourhoods(before, TORUS), (around) => bitOfNeighbourhood(form, around)),
  );
  const contradicted = new Set(shown.flat().filter((bit) => bits[bit] === null));
  // how many more cells show a bit as 1 than as 0
  const majority = new Map<number, number>();
  const sides = pairs.map(({ after }) => Array.from(after.cells, (cell) => (cell === 1 ? 1 : -1)));
  shown.forEach((own, i) =>
    own.forEach((bit, cell) => majority.set(bit, (majority.get(bit) ?? 0) + sides[i]![cell]!)),
  );
  const isOdd = (bit: number, way: number): boolean =>
    contradicted.has(bit) && way * majority.get(bit)! <= 0;
  const odd = shown.map((own, i) =>
    own.flatMap((bit, cell) => (isOdd(bit, sides[i]![cell]!) ? [cell] : [])),
  );
  return { bits, contradicted: [...contradicted].sort((a, b) => a - b), odd };
}

/** A rule's bits in a form. @throws InputError when the form has no words for it. */
export function bitsOf(rule: Rule, form: RuleForm): ArrayLike<number> {
  return form === 'table' ? toTable(rule) : listFormBits(requireLifeRule(rule, 'this riddle'));
}

/** What is to be said of a guess. */
export interface Judgement {
  readonly isRight: boolean;
  readonly text: string;
}

/** Holds a guess against the pairs, and against the hidden rule where there is one. */
export function judgeGuess(puzzle: Puzzle, guess: Rule): Judgement {
  const { form } = puzzle;
  const guessed = bitsOf(guess, form);
  const { bits, contradicted } = lookAtPairs(puzzle);
  if (contradicted.length > 0) {
    const text = `No such rule explains the pairs: they show ${nameBits(contradicted, form)} both ways.`;
    return { isRight: false, text };
  }
  const refuted = bits.flatMap((bit, i) => (bit !== null && bit !== guessed[i] ? [i] : []));
  if (refuted.length > 0) {
    return {
      isRight: false,
      text: `The pairs speak against ${nameBits(refuted, form)} of ${formatGuess(guess)}.`,
    };
  }
  const hidden = hiddenRule(puzzle);
  if (hidden === null) {
    return { isRight: true, text: `${formatGuess(guess)} explains all pairs.` };
  }
  const truth = bitsOf(hidden, form);
  const others = bits.flatMap((_, i) => (guessed[i] === truth[i] ? [] : [i])).length;
  if (others === 0) return { isRight: true, text: `Right: the rule is ${formatGuess(hidden)}.` };
  return {
    isRight: false,
    text: `${formatGuess(guess)} explains all pairs, but it is not the rule: of the ${countOpen(bits)} bits that they leave open, ${others} ${others === 1 ? 'is' : 'are'} wrong. Ask for another pair, or draw one that shows them.`,
  };
}

/** Bits in words: `B3 and S2`; of a table how many. */
export function nameBits(bits: readonly number[], form: RuleForm): string {
  if (form === 'table') return `${bits.length} bit${bits.length === 1 ? '' : 's'}`;
  const names = bits.map(nameRuleCase);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** How many bits are open. */
export function countOpen(bits: OpenBits): number {
  return bits.filter((bit) => bit === null).length;
}

/** A rule as far as it can be read at a glance. */
export function formatGuess(rule: Rule): string {
  const text = formatRule(rule);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Boards of a link as a riddle's; where the page hides the rule, those before alone. */
export function readPuzzle(
  form: RuleForm,
  seed: number | null,
  side: number,
  boards: readonly Grid[],
): Puzzle {
  const each = seed === null ? 2 : 1;
  const count = boards.length / each;
  if (!Number.isInteger(count) || count < 1 || count > MOST_PAIRS) {
    throw new InputError(
      `the link has ${boards.length} boards; expected ${each} to ${each * MOST_PAIRS}${seed === null ? ', before and after by turns' : ''}`,
    );
  }
  const fit = (grid: Grid): Grid => fitPattern(grid, side, side);
  const pairs = Array.from({ length: count }, (_, i) => ({
    before: fit(boards[each * i]!),
    after: fit(boards[each * i + each - 1]!),
  }));
  return answer({ form, seed, side, pairs });
}

/** The boards that a link has to hold. */
export function listBoards({ seed, pairs }: Puzzle): Grid[] {
  return pairs.flatMap(({ before, after }) => (seed === null ? [before, after] : [before]));
}
