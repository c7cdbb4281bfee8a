/**
 * Golly's macrocell files (.mc) of two states, read only: a quadtree whose equal squares are written once. Nodes are numbered lines.
 *
 *     [M2] (golly 3.3)
 *     #R B3/S23
 *     $$..*$...*$.***$$$$
 *     4 0 1 0 0
 *
 * A leaf is 8x8 cells, `.` dead, `*` alive and `$` the end of a row; any other node is the logarithm of its side and
 * the numbers of its four quarters, 0 for an empty one. The last node is the whole.
 */

import { inputErrorAt } from '../input-error.js';
import type { Pattern } from '../pattern.js';
import { drawLiveCells, type LiveCell } from './live-cells.js';
import type { PatternFormat } from './pattern-format.js';
import { splitLines } from './text-lines.js';

const LEAF_SIDE = 8;
const LEAF_LEVEL = 3;
/** More levels than a pattern of `MAX_SIDE` can have; beyond it coordinates are no whole numbers any more. */
const MAX_LEVEL = 48;
/** Live cells that are listed; more do not fit into a board anyway. */
const MAX_LIVE = 2 ** 24;

/** Golly's quadtrees, read only. */
export const MACROCELL_FORMAT: PatternFormat = {
  name: 'macrocell',
  extensions: ['.mc'],
  recognise: (start) => (isMacrocell(start) ? 'surely' : 'no'),
  parse: parseMacrocell,
  example: '[M2] (golly 3.3)\n#R B3/S23\n$$..*$...*$.***$$$$\n4 0 1 0 0\n',
};

function isMacrocell(text: string): boolean {
  return /^\uFEFF?\[M2\]/.test(text);
}

/**
 * Reads a macrocell file into the smallest grid that holds its live cells.
 * @param source the file's name, for messages
 * @throws InputError when the first line is another one, at a line that is no node of a pattern of two states, and
 * when nothing is alive or the cells lie too far apart.
 */
export function parseMacrocell(text: string, source: string): Pattern {
  const lines = splitLines(text);
  if (!isMacrocell(text)) {
    throw inputErrorAt(source, 1, `the first line is '${lines[0]!.slice(0, 40)}', not '[M2]'`);
  }
  const comments: string[] = [];
  const nodes: Node[] = [];
  let rule: string | null = null;
  let generation: number | undefined;
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim();
    if (index === 0 || line === '') continue;
    if (line.startsWith('#R')) rule = line.slice(2).trim() || null;
    else if (line.startsWith('#G')) generation = Number(line.slice(2));
    else if (line.startsWith('#')) comments.push(line.replace(/^#C?/, '').trim());
    else nodes.push(readNode(line, nodes, source, index + 1));
  }
  const drawn = drawLiveCells(listLiveCells(nodes, source), source);
  const age = generation === undefined || Number.isNaN(generation) ? {} : { generation };
  return { name: null, comments, rule, ...drawn, ...age, warnings: [] };
}

type Node =
  | { readonly level: typeof LEAF_LEVEL; readonly line: number; readonly rows: readonly string[] }
  | {
      readonly level: number;
      readonly line: number;
      /** Numbers from 1: north-west, north-east, south-west, south-east; 0 where nothing lives. */
      readonly quarters: readonly [number, number, number, number];
    };

function readNode(text: string, nodes: readonly Node[], source: string, line: number): Node {
  if (/^[.*$]/.test(text)) {
    const rows = text.split('$');
    const isLeaf =
      /^[.*$]+$/.test(text) &&
      rows.every(({ length }) => length <= LEAF_SIDE) &&
      rows.slice(LEAF_SIDE).every((row) => row === '');
    if (!isLeaf) {
      throw inputErrorAt(
        source,
        line,
        `'${text.slice(0, 80)}' is no leaf of 8x8 cells in . * and $`,
      );
    }
    return { level: LEAF_LEVEL, line, rows };
  }
  const [level, ...quarters] = /^\d+( \d+){4}$/.test(text) ? text.split(' ').map(Number) : [];
  if (level === undefined) {
    throw inputErrorAt(
      source,
      line,
      `'${text.slice(0, 40)}' is no node; it has a level and four numbers, or 8x8 cells in . * and $`,
    );
  }
  if (level <= LEAF_LEVEL) {
    throw inputErrorAt(
      source,
      line,
      `the node '${text}' has level ${level}, as in patterns of more than two states, which are not read here`,
    );
  }
  if (level > MAX_LEVEL) {
    throw inputErrorAt(source, line, `a square of 2^${level} cells a side is too large`);
  }
  const odd = quarters.find((number) => number > 0 && nodes[number - 1]?.level !== level - 1);
  if (odd !== undefined) {
    throw inputErrorAt(
      source,
      line,
      `quarter ${odd} of the node '${text}' is no node before it with level ${level - 1}`,
    );
  }
  return { level, line, quarters: quarters as [number, number, number, number] };
}

/** The live cells of the last node. Its quarters meet at the column 0 and the row 1. */
function listLiveCells(nodes: readonly Node[], source: string): LiveCell[] {
  const live: LiveCell[] = [];
  const root = nodes.at(-1);
  if (root === undefined) throw inputErrorAt(source, 1, 'the pattern has no live cells');
  const hasLife = findLife(nodes);
  function visit(number: number, x: number, y: number): void {
    if (number === 0 || !hasLife[number - 1]!) return;
    const node = nodes[number - 1]!;
    if ('rows' in node) {
      node.rows.forEach((row, down) => {
        for (let right = 0; right < row.length; right++) {
          if (row[right] === '*') live.push({ x: x + right, y: y + down, line: node.line });
        }
      });
      if (live.length > MAX_LIVE) {
        throw inputErrorAt(source, node.line, `more than ${MAX_LIVE} live cells are too many`);
      }
      return;
    }
    const half = 2 ** (node.level - 1);
    node.quarters.forEach((quarter, k) =>
      visit(quarter, x + half * (k % 2), y + half * Math.floor(k / 2)),
    );
  }
  const half = 2 ** (root.level - 1);
  visit(nodes.length, -half, 1 - half);
  return live;
}

/** For each node whether anything lives in it. */
function findLife(nodes: readonly Node[]): boolean[] {
  const hasLife: boolean[] = [];
  for (const node of nodes) {
    hasLife.push(
      'rows' in node
        ? node.rows.some((row) => row.includes('*'))
        : node.quarters.some((number) => number > 0 && hasLife[number - 1]!),
    );
  }
  return hasLife;
}
