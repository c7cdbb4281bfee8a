/**
 * Alan Hensel's notation of isotropic rules: behind a count of neighbours, letters say how they may lie, up
 * to turning and mirroring. `B2n3/S23-q`: born with two neighbours in opposite corners or with any three;
 * `3-q` is any three but those of the letter q.
 */

import { InputError } from '../input-error.js';
import type { RandomStream } from '../random.js';
import { CENTRE, NEIGHBOURHOODS, NEIGHBOURS } from './neighbourhood.js';

/** A count of neighbours: each letter with one of its neighbourhoods. Five to seven are these with dead and live neighbours exchanged. */
const EXAMPLES: readonly Readonly<Record<string, number>>[] = [
  {},
  { c: 0b000_000_001, e: 0b000_000_010 },
  {
    c: 0b000_000_101,
    e: 0b000_001_010,
    a: 0b000_000_011,
    i: 0b000_101_000,
    k: 0b000_100_001,
    n: 0b001_000_100,
  },
  {
    c: 0b001_000_101,
    e: 0b000_101_010,
    a: 0b000_001_011,
    i: 0b000_000_111,
    k: 0b001_100_010,
    n: 0b000_001_101,
    j: 0b000_001_110,
    q: 0b001_000_110,
    r: 0b000_101_001,
    y: 0b001_100_001,
  },
  {
    c: 0b101_000_101,
    e: 0b010_101_010,
    a: 0b000_001_111,
    i: 0b000_101_101,
    k: 0b001_100_011,
    n: 0b001_000_111,
    j: 0b001_101_010,
    q: 0b001_100_110,
    r: 0b000_101_011,
    y: 0b001_100_101,
    t: 0b001_101_001,
    w: 0b001_001_110,
    z: 0b001_101_100,
  },
];

/** Neighbourhoods (of dead cells) by count and letter; the letters in alphabetical order. */
const CLASSES: readonly ReadonlyMap<string, readonly number[]>[] = Array.from(
  { length: 9 },
  (_, count) => {
    const isMany = count > 4;
    const examples = Object.entries(EXAMPLES[isMany ? 8 - count : count]!);
    return new Map(
      examples
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([letter, example]) => [
          letter,
          listSymmetric(isMany ? example ^ NEIGHBOURS.moore : example),
        ]),
    );
  },
);

/** All neighbourhoods of a count without letters: 0 and 8. */
const WHOLE: ReadonlyMap<number, readonly number[]> = new Map([
  [0, [0]],
  [8, [NEIGHBOURS.moore]],
]);

/**
 * Sets the cases of one half of a rule, birth or survival, in its table.
 * @param text counts with letters, e.g. `23-q`
 * @param state of the cell itself: 0 for birth, 1 for survival
 * @throws InputError when a letter does not go with its count
 */
export function addHenselCases(table: Uint8Array, text: string, state: 0 | 1): void {
  for (const [, digit, minus, letters] of text.matchAll(/(\d)(-?)([a-z]*)/g)) {
    const count = Number(digit);
    for (const letter of letters!) {
      if (CLASSES[count]!.has(letter)) continue;
      const known = [...CLASSES[count]!.keys()].join('');
      throw new InputError(
        `'${letter}' is no way in which ${count} neighbours can lie; ` +
          (known === '' ? `write ${count} without letters` : `${count} goes with ${known}`),
      );
    }
    const isChosen = (letter: string): boolean =>
      letters === '' || letters!.includes(letter) !== (minus === '-');
    const chosen = [...CLASSES[count]!].filter(([letter]) => isChosen(letter));
    for (const neighbourhood of [
      ...(WHOLE.get(count) ?? []),
      ...chosen.flatMap(([, all]) => all),
    ]) {
      table[neighbourhood | (state * CENTRE)] = 1;
    }
  }
}

/** Writes a table in Hensel's notation, as Golly does; null when turning or mirroring changes the rule. */
export function formatHensel(table: Uint8Array): string | null {
  const birth = formatHalf(table, 0);
  const survival = formatHalf(table, CENTRE);
  return birth === null || survival === null ? null : `B${birth}/S${survival}`;
}

/** Whether turning and mirroring leave a rule as it is: whether Hensel's notation has words for it. */
export function isIsotropic(table: Uint8Array): boolean {
  return formatHensel(table) !== null;
}

/** Draws a table that turning and mirroring leave as it is: a fair bit for each way in which neighbours can lie. */
export function drawIsotropicTable(random: RandomStream): Uint8Array {
  const table = new Uint8Array(NEIGHBOURHOODS);
  const ways = [...WHOLE.values(), ...CLASSES.flatMap((classes) => [...classes.values()])];
  for (const centre of [0, CENTRE]) {
    for (const way of ways) {
      const bit = random.nextInt(2);
      for (const neighbourhood of way) table[neighbourhood | centre] = bit;
    }
  }
  return table;
}

function formatHalf(table: Uint8Array, centre: number): string | null {
  let text = '';
  for (const [count, classes] of CLASSES.entries()) {
    const set: string[] = [];
    const unset: string[] = [];
    for (const [letter, all] of WHOLE.has(count) ? [['', WHOLE.get(count)!] as const] : classes) {
      const first = table[all[0]! | centre];
      if (all.some((neighbourhood) => table[neighbourhood | centre] !== first)) return null;
      (first === 1 ? set : unset).push(letter);
    }
    if (set.length === 0) continue;
    if (unset.length === 0) text += count;
    else if (set.length <= unset.length + 1) text += count + set.join('');
    else text += `${count}-${unset.join('')}`;
  }
  return text;
}

/** Bits of a table, null where open, with each mirror image of a known one; null when two of them differ. */
export function completeIsotropic(bits: readonly (0 | 1 | null)[]): (0 | 1 | null)[] | null {
  const complete = bits.slice();
  for (const centre of [0, CENTRE]) {
    for (const all of [...WHOLE.values(), ...CLASSES.flatMap((classes) => [...classes.values()])]) {
      const seen = new Set(all.map((neighbourhood) => bits[neighbourhood | centre] ?? null));
      if (seen.has(0) && seen.has(1)) return null;
      const bit = seen.has(1) ? 1 : seen.has(0) ? 0 : null;
      for (const neighbourhood of all) complete[neighbourhood | centre] = bit;
    }
  }
  return complete;
}

/** What a neighbourhood becomes by turning and mirroring, itself included, each once. */
function listSymmetric(neighbourhood: number): number[] {
  const all = new Set<number>();
  let turned = neighbourhood;
  for (let quarter = 0; quarter < 4; quarter++) {
    turned = moveCells(turned, (row, column) => [column, 2 - row]);
    all.add(turned);
    all.add(moveCells(turned, (row, column) => [row, 2 - column]));
  }
  return [...all];
}

function moveCells(
  neighbourhood: number,
  move: (row: number, column: number) => readonly [number, number],
): number {
  let moved = 0;
  for (let place = 0; place < 9; place++) {
    if ((neighbourhood & (256 >> place)) === 0) continue;
    const [row, column] = move(Math.floor(place / 3), place % 3);
    moved |= 256 >> (3 * row + column);
  }
  return moved;
}
