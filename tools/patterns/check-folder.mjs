/**
 * Reads every pattern file of a folder as we do and as bgolly does, and lets both go on for some generations:
 *
 *     node tools/patterns/check-folder.mjs /usr/share/golly/Patterns
 *
 * prints how many were read and went on alike (large ones are compared as they are read), how many we refuse and why, and which were read otherwise. BGOLLY_PATH
 * says where bgolly is when it is not on the path. Exits with 1 when one was read wrongly.
 */

import {
  CONWAY,
  createGrid,
  InputError,
  parseMacrocell,
  parsePattern,
  parseRule,
  PATTERN_EXTENSIONS,
  placePattern,
} from '@lifegpt/core';
import { createEngine } from '@lifegpt/simd-life';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';

const isPattern = (file) =>
  PATTERN_EXTENSIONS.some((extension) =>
    file.toLowerCase().replace(/\.gz$/, '').endsWith(extension),
  );
const GENERATIONS = 12;
/** Boards with more cells are compared as they are read, and not let go on. */
const MOST_CELLS = 2 ** 24;
/** Milliseconds that bgolly may take for a file. */
const PATIENCE = 60_000;

/** What can become of a file. */
const VERDICTS = ['right', 'refused', 'refused by both', 'wrong', 'not compared'];

/**
 * Checks all pattern files below a folder.
 * @param {string} folder
 * @param {(verdict: { file: string, verdict: string, reason: string }) => void} tell sees each
 * @param {string} bgolly the program
 * @returns {Promise<Record<string, number>>} how many of each verdict
 */
export async function checkFolder(folder, tell, bgolly) {
  const wasm = createRequire(import.meta.url).resolve('@lifegpt/simd-life/simd-life.wasm');
  const engine = await createEngine(readFileSync(wasm));
  const scratch = mkdtempSync(join(tmpdir(), 'patterns-'));
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0]));
  try {
    const files = readdirSync(folder, { recursive: true }).filter(isPattern);
    for (const file of files.sort()) {
      const { verdict, reason } = checkFile(join(folder, file), engine, { bgolly, scratch });
      counts[verdict]++;
      tell({ file: relative(folder, join(folder, file)), verdict, reason });
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
  return counts;
}

function checkFile(path, engine, judge) {
  const ours = readOurs(path);
  if (typeof ours === 'string') {
    const isRead = runGolly(path, 0, judge) !== null;
    return { verdict: isRead ? 'refused' : 'refused by both', reason: ours };
  }
  const { pattern, rule, bounds } = ours;
  const { grid, position } = board(pattern, bounds);
  const age = pattern.generation ?? 0;
  // births from nothing are emulated by Golly, whose plane around the board is not dead then
  if ((rule.table?.[0] ?? rule.birth & 1) === 1) {
    return { verdict: 'not compared', reason: 'its rule has births from nothing' };
  }
  const isLarge = grid.cells.length > MOST_CELLS;
  const generations = isLarge ? 0 : GENERATIONS;
  const later = engine.step(grid, rule, generations, bounds?.topology ?? PLANE);
  const theirs = runGolly(path, age + generations, judge);
  if (theirs === null)
    return { verdict: 'refused by both', reason: 'read here, refused by bgolly' };
  const difference = compare(later, position, theirs);
  return difference === null
    ? { verdict: 'right', reason: '' }
    : { verdict: 'wrong', reason: difference };
}

const PLANE = { kind: 'plane' };

/** What we read, or why we do not. */
function readOurs(path) {
  try {
    const bytes = readFileSync(path);
    const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString();
    const pattern = parsePattern(text, path.replace(/\.gz$/i, ''));
    const { rule, bounds } =
      pattern.rule === null ? { rule: CONWAY, bounds: null } : parseRule(pattern.rule);
    return { pattern, rule, bounds };
  } catch (error) {
    if (error instanceof InputError) return error.message.replace(/^\S*:\d+: |^\S*: /, '');
    throw error;
  }
}

/** The pattern on its board, or in the plane with room to grow; and where the board's corner lies there. */
function board(pattern, bounds) {
  if (bounds !== null) {
    const { grid } = placePattern(pattern, bounds);
    return { grid, position: { x: -(bounds.width >> 1), y: -(bounds.height >> 1) } };
  }
  const { grid, position = { x: 0, y: 0 } } = pattern;
  const room = grid.cells.length > MOST_CELLS ? 0 : GENERATIONS + 1;
  const large = createGrid(grid.width + 2 * room, grid.height + 2 * room);
  for (let row = 0; row < grid.height; row++) {
    const cells = grid.cells.subarray(row * grid.width, (row + 1) * grid.width);
    large.cells.set(cells, (row + room) * large.width + room);
  }
  return { grid: large, position: { x: position.x - room, y: position.y - room } };
}

/** bgolly's state at a generation, as a pattern with its place; null when it reads no such file. */
function runGolly(path, generation, { bgolly, scratch }) {
  for (const algorithm of ['HashLife', 'QuickLife', 'RuleLoader']) {
    const out = join(scratch, 'out.mc');
    rmSync(out, { force: true });
    const given = ['-q', '-q', '-a', algorithm, '-m', String(generation), '-o', out, path];
    try {
      execFileSync(bgolly, given, { stdio: 'ignore', timeout: PATIENCE });
      const text = readFileSync(out, 'utf8');
      if (text.split('\n').every((line) => !/^[.*$\d]/.test(line))) return { live: null };
      return { live: parseMacrocell(text, 'bgolly') };
    } catch (error) {
      if (error instanceof InputError) return { live: error.message };
    }
  }
  return null;
}

/** In what our state differs from bgolly's; null when it does not. */
function compare(grid, position, { live }) {
  const population = grid.cells.reduce((sum, cell) => sum + cell, 0);
  if (live === null) return population === 0 ? null : `${population} live cells, bgolly has none`;
  if (typeof live === 'string') return live;
  const others = live.grid.cells.reduce((sum, cell) => sum + cell, 0);
  if (others !== population) return `${population} live cells, bgolly has ${others}`;
  for (let k = 0; k < live.grid.cells.length; k++) {
    if (live.grid.cells[k] === 0) continue;
    const column = (k % live.grid.width) + live.position.x - position.x;
    const row = Math.floor(k / live.grid.width) + live.position.y - position.y;
    const isInside = column >= 0 && column < grid.width && row >= 0 && row < grid.height;
    if (!isInside || grid.cells[row * grid.width + column] !== 1) {
      return `bgolly has a live cell in column ${column}, row ${row}, and we do not`;
    }
  }
  return null;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) {
    process.stderr.write('give a folder of pattern files\n');
    process.exit(2);
  }
  const reasons = new Map();
  const tell = ({ file, verdict, reason }) => {
    if (verdict === 'right') return;
    if (verdict !== 'refused' && verdict !== 'refused by both')
      console.log(`${verdict}: ${file}: ${reason}`);
    else if (process.argv.includes('--all')) console.log(`${verdict}: ${file}: ${reason}`);
    else {
      const kind = `${verdict}: ${reason.replace(/'[^']*'/g, '…').slice(0, 100)}`;
      reasons.set(kind, (reasons.get(kind) ?? 0) + 1);
    }
  };
  const counts = await checkFolder(folder, tell, process.env.BGOLLY_PATH ?? 'bgolly');
  for (const [reason, count] of [...reasons].sort((a, b) => b[1] - a[1]))
    console.log(`${count} ${reason}`);
  console.log(JSON.stringify(counts));
  process.exitCode = counts.wrong > 0 ? 1 : 0;
}
