import {
  CONWAY,
  createGrid,
  openStream,
  parseBounds,
  parsePattern,
  parseRule,
  formatRule,
  placeCentred,
  type Grid,
  type RandomStream,
  type Rule,
} from '@lifegpt/core';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, type SimdLife } from '../src/index.js';
import { BGOLLY, listGollyPatterns, stepByGolly } from './bgolly.js';

let engine: SimdLife;
let folder: string;
beforeAll(async () => {
  engine = await createEngine(readFileSync(new URL('../build/simd-life.wasm', import.meta.url)));
  folder = mkdtempSync(join(tmpdir(), 'golly-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Both engines from one state; the difference in cells. */
function compare(
  grid: Grid,
  rule: Rule,
  bounds: string,
  generations: number,
  text = formatRule(rule),
): number {
  const board = parseBounds(bounds);
  const golly = stepByGolly(grid, `${text}:${bounds}`, generations, folder);
  const ours = engine.step(grid, rule, generations, board.topology);
  return ours.cells.reduce((sum, cell, k) => sum + (cell === golly.cells[k] ? 0 : 1), 0);
}

/** Kinds of boards: width, height, and the next even number from the width and from the height. */
const KINDS = [
  'T{w},{h}',
  'T{w}+3,{h}',
  'T{w},{h}-2',
  'P{w},{h}',
  'K{w}*,{h}',
  'K{w},{h}*',
  'K{e}*+1,{h}',
  'K{w},{f}*+1',
  'C{w},{h}',
  'S{w}',
];
const fillIn = (kind: string, width: number, height: number): string => {
  const sides = { w: width, h: height, e: width + (width % 2), f: height + (height % 2) };
  return kind.replaceAll(/\{(.)\}/g, (_, name: keyof typeof sides) => String(sides[name]));
};

describe.skipIf(BGOLLY === undefined)('the engine and bgolly (skipped where it is missing)', () => {
  it.each(KINDS)('agree on random soups on %s', (kind) => {
    const random = openStream(11, 'golly', kind);
    for (let run = 0; run < 14; run++) {
      const longest = run < 5 ? 8 : 150;
      const bounds = fillIn(kind, 3 + random.nextInt(longest), 3 + random.nextInt(longest));
      const { width, height } = parseBounds(bounds);
      const p = random.nextFloat();
      const cells = Uint8Array.from({ length: width * height }, () =>
        random.nextFloat() < p ? 1 : 0,
      );
      // no births from nothing: in them the unbounded plane around the board is not dead
      const anyRule = { birth: 2 * random.nextInt(256), survival: random.nextInt(512) };
      const rule = run % 2 === 0 ? CONWAY : anyRule;
      const generations = 1 + random.nextInt(40);
      const wrong = compare(createGrid(width, height, cells), rule, bounds, generations);
      expect({ bounds, rule, generations, wrong }).toMatchObject({ wrong: 0 });
    }
  });

  it.each(['Hensel', 'V', 'H', 'MAP', 'hexagonal MAP', 'von Neumann MAP'])(
    'agree under random rules of the kind %s, on one topology after the other',
    (kind) => {
      const random = openStream(12, 'golly', kind);
      for (const [number, board] of KINDS.entries()) {
        const text = drawRuleText(kind, random);
        const { rule } = parseRule(text);
        const bounds = fillIn(board, 3 + random.nextInt(60), 3 + random.nextInt(60));
        const { width, height } = parseBounds(bounds);
        const p = 0.1 + 0.8 * random.nextFloat();
        const cells = Uint8Array.from({ length: width * height }, () =>
          random.nextFloat() < p ? 1 : 0,
        );
        // Golly reads the rule as it was written here; then as we write it
        const written = number % 2 === 0 ? text : formatRule(rule);
        const wrong = compare(createGrid(width, height, cells), rule, bounds, 9, written);
        expect({ text, bounds, wrong }).toMatchObject({ wrong: 0 });
      }
    },
  );

  const patterns = listGollyPatterns();
  it('agree on Golly’s own patterns, on one topology after the other', () => {
    let compared = 0;
    for (const [number, file] of patterns.entries()) {
      const pattern = readConwayPattern(file);
      if (pattern === null) continue;
      const { width, height } = pattern;
      const side = Math.max(width, height) + 8;
      const kind = KINDS[number % KINDS.length]!;
      const bounds = kind.startsWith('S') ? `S${side}` : fillIn(kind, width + 8, height + 8);
      const board = parseBounds(bounds);
      const grid = placeCentred(pattern, board.width, board.height);
      expect({ file, bounds, wrong: compare(grid, CONWAY, bounds, 60) }).toMatchObject({
        wrong: 0,
      });
      compared++;
    }
    expect(compared).toBeGreaterThanOrEqual(patterns.length === 0 ? 0 : 60);
  }, 120_000);

  it('agree on the bounded patterns of Golly’s collection, under their own rules', () => {
    let compared = 0;
    for (const file of patterns.filter((path) => path.includes('Bounded-Grids'))) {
      const pattern = parsePattern(readFileSync(file, 'utf8'), file);
      // LifeHistory has more than two states, and a tube has no end
      if (!/^B[^:]+:[TPKCS][1-9]/.test(pattern.rule ?? '')) continue;
      const { rule, bounds } = parseRule(pattern.rule!);
      const grid = placeCentred(pattern.grid, bounds!.width, bounds!.height);
      const text = pattern.rule!.split(':')[1]!;
      expect({ file, wrong: compare(grid, rule, text, 100) }).toMatchObject({ wrong: 0 });
      compared++;
    }
    expect(compared).toBeGreaterThanOrEqual(patterns.length === 0 ? 0 : 3);
  });
});

const LETTERS = [
  '',
  'ce',
  'ceaikn',
  'ceaiknjqry',
  'ceaiknjqrytwz',
  'ceaiknjqry',
  'ceaikn',
  'ce',
  '',
];
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const MAP_LETTERS: Readonly<Record<string, number>> = {
  MAP: 86,
  'hexagonal MAP': 22,
  'von Neumann MAP': 6,
};

/** A rule of some notation, without births from nothing. */
function drawRuleText(kind: string, random: RandomStream): string {
  const length = MAP_LETTERS[kind];
  if (length !== undefined) {
    // the first bit is 0
    const first = BASE64.charAt(random.nextInt(32));
    const rest = Array.from({ length: length - 1 }, () => BASE64.charAt(random.nextInt(64)));
    return `MAP${first}${rest.join('')}`;
  }
  const most = kind === 'V' ? 4 : kind === 'H' ? 6 : 8;
  const half = (least: number): string =>
    Array.from({ length: most + 1 - least }, (_, i) => {
      if (random.nextInt(2) === 0) return '';
      const letters = kind === 'Hensel' ? [...LETTERS[least + i]!] : [];
      const chosen = letters.filter(() => random.nextInt(2) === 0).join('');
      const minus = chosen !== '' && random.nextInt(2) === 0 ? '-' : '';
      return `${least + i}${minus}${chosen}`;
    }).join('');
  return `B${half(1)}/S${half(0)}${kind === 'Hensel' ? '' : kind}`;
}

/** A pattern of Conway's rule that is small enough to be quick, or null. */
function readConwayPattern(file: string): Grid | null {
  const text = readFileSync(file, 'utf8');
  if (/^x *= *\d{4}/m.test(text)) return null;
  const { grid, rule } = parsePattern(text, file);
  const isConway = rule === null || /^(b3\/s23|23\/3)$/i.test(rule);
  return isConway && grid.width <= 400 && grid.height <= 400 ? grid : null;
}
