/** What is changed inside a model, or in the text that it reads: plain data, that a link can hold. */

import { InputError } from '@lifegpt/core';
import type { HeadName } from '@lifegpt/model';

/** A head that looks at one place: so many rows and columns from the cell that is written. */
export interface MovedHead {
  readonly head: number;
  readonly down: number;
  readonly right: number;
}

/** A token in whose place another one is read. */
export interface ChangedToken {
  /** Its index in the text. */
  readonly at: number;
  readonly piece: string;
}

/** All changes. */
export interface Surgery {
  readonly off: readonly HeadName[];
  /** Of a model by location. */
  readonly moved: readonly MovedHead[];
  readonly tokens: readonly ChangedToken[];
}

/** No change. */
export const HEALTHY: Surgery = { off: [], moved: [], tokens: [] };

/** The layer of a model by location whose heads look at the board. */
export const BOARD_LAYER = 1;
/** A head is moved no farther: the network bounds it to less than two cells. */
export const FARTHEST = 1.95;
/** A link holds no more changes. */
export const MOST_EDITS = 100;
/** Numbers of layers, heads and tokens in links end here. */
const MOST_NUMBER = 2 ** 20;

/** How many changes there are. */
export const countEdits = ({ off, moved, tokens }: Surgery): number =>
  off.length + moved.length + tokens.length;

const isSame = (a: HeadName, b: HeadName): boolean => a.layer === b.layer && a.head === b.head;

/** Whether a head is switched off. */
export const isOff = ({ off }: Surgery, name: HeadName): boolean =>
  off.some((each) => isSame(each, name));

/** Switches a head off, or on again. */
export function toggleHead(surgery: Surgery, name: HeadName): Surgery {
  const others = surgery.off.filter((each) => !isSame(each, name));
  return { ...surgery, off: isOff(surgery, name) ? others : [...others, name] };
}

/** Lets a head look at another place; null puts it back. Places are kept to hundredths of a cell. */
export function placeHead(
  surgery: Surgery,
  head: number,
  place: Omit<MovedHead, 'head'> | null,
): Surgery {
  const others = surgery.moved.filter((each) => each.head !== head);
  if (place === null) return { ...surgery, moved: others };
  const bound = (value: number): number =>
    // adding 0 makes 0 of -0
    Math.round(100 * Math.max(-FARTHEST, Math.min(FARTHEST, value))) / 100 + 0;
  const moved = { head, down: bound(place.down), right: bound(place.right) };
  return { ...surgery, moved: [...others, moved] };
}

/** Puts another token into the text; null puts back what stands there. */
export function changeToken(surgery: Surgery, at: number, piece: string | null): Surgery {
  const others = surgery.tokens.filter((each) => each.at !== at);
  return { ...surgery, tokens: piece === null ? others : [...others, { at, piece }] };
}

/** Says what is changed: nobody shall take it for the model that ships. */
export function describeSurgery(surgery: Surgery): string {
  const { off, moved, tokens } = surgery;
  if (countEdits(surgery) === 0) return 'Nothing is changed.';
  const count = (n: number, one: string, many: string): string[] =>
    n === 0 ? [] : [`${n} ${n === 1 ? one : many}`];
  const changes = [
    ...count(off.length, 'head off', 'heads off'),
    ...count(moved.length, 'head moved', 'heads moved'),
    ...count(tokens.length, 'token changed', 'tokens changed'),
  ].join(', ');
  const isOperated = off.length + moved.length > 0;
  const what = [
    ...(isOperated ? ['the model that ships'] : []),
    ...(tokens.length > 0 ? ['the text of this board'] : []),
  ].join(', nor ');
  return `${changes}: not ${what}.`;
}

/** Writes changes for a link: `off:1.3,move:4:0.5:-1,token:57:1`. */
export function formatSurgery({ off, moved, tokens }: Surgery): string {
  return [
    ...off.map(({ layer, head }) => `off:${layer}.${head}`),
    ...moved.map(({ head, down, right }) => `move:${head}:${down}:${right}`),
    ...tokens.map(({ at, piece }) => `token:${at}:${encodeURIComponent(piece)}`),
  ].join(',');
}

/** Reads what `formatSurgery` wrote. @throws InputError that names the change that cannot be read */
export function parseSurgery(text: string): Surgery {
  const edits = text.split(',');
  if (edits.length > MOST_EDITS) {
    throw new InputError(
      `the link's edits are ${edits.length}; a link holds ${MOST_EDITS} at most`,
    );
  }
  return edits.reduce(readEdit, HEALTHY);
}

function readEdit(surgery: Surgery, text: string): Surgery {
  const [kind, ...values] = text.split(':');
  if (kind === 'off' && values.length === 1) {
    const [layer, head, ...more] = values[0]!.split('.').map(wholeNumber);
    if (isNumber(layer) && isNumber(head) && more.length === 0) {
      const name = { layer, head };
      return isOff(surgery, name) ? surgery : toggleHead(surgery, name);
    }
  }
  if (kind === 'move' && values.length === 3) {
    const head = wholeNumber(values[0]!);
    const [down, right] = values.slice(1).map(offset);
    if (isNumber(head) && isNumber(down) && isNumber(right)) {
      return placeHead(surgery, head, { down, right });
    }
  }
  if (kind === 'token' && values.length === 2) {
    const at = wholeNumber(values[0]!);
    const piece = decode(values[1]!);
    if (isNumber(at) && piece !== '') return changeToken(surgery, at, piece);
  }
  const shown = text.length > 30 ? `${text.slice(0, 30)}…` : text;
  throw new InputError(
    `the link's edits have '${shown}'; expected changes such as off:1.3, move:4:0.5:-1, token:57:1`,
  );
}

const isNumber = (value: number | undefined): value is number =>
  value !== undefined && !Number.isNaN(value);

function wholeNumber(text: string): number {
  return /^\d{1,7}$/.test(text) && Number(text) <= MOST_NUMBER ? Number(text) : NaN;
}

function offset(text: string): number {
  return /^-?\d(\.\d+)?$/.test(text) && Math.abs(Number(text)) <= FARTHEST ? Number(text) : NaN;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
