/**
 * Every size, topology and form of rule against the engine: how many cells a model has wrong, and its smallest margin.
 * Usage: npm run exact -- [--model NAME|FOLDER] [--sides 64] [--every 1] [--boards 1] [--topology T,P,K*,K,C,S] [--beyond] [--decode near|jacobi] [--json FILE]
 *
 * So many boards for each pair of sides up to the given one (or every so many pairs) and each topology: rules of both forms
 * and B3/S23 in turn, and boards that are random at any density, striped, checkered, full, empty or have a single living
 * cell. With --beyond boards with sides that no training has, up to 1,024. Margins of near decoding are what tokens are certain
 * by at least; jacobi has the dense network's own, and takes too long beyond.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import {
  CONWAY,
  createGrid,
  drawIsotropicTable,
  FORM_BITS,
  formatBoundedRule,
  openStream,
  ruleOfFormBits,
  TOPOLOGY_TOKENS,
  topologyOfToken,
} from '@lifegpt/core';
import { findStrategy, predictBatch, STRATEGY_NAMES } from '@lifegpt/model';
import { createEngine } from '@lifegpt/simd-life';
import { openModel } from './open-model.mjs';

const { values: options } = parseArgs({
  options: {
    model: { type: 'string', default: 'life' },
    sides: { type: 'string', default: '64' },
    every: { type: 'string', default: '1' },
    boards: { type: 'string', default: '1' },
    topology: { type: 'string', default: TOPOLOGY_TOKENS.join() },
    beyond: { type: 'boolean', default: false },
    decode: { type: 'string', default: 'near' },
    json: { type: 'string' },
  },
});

const decode = findStrategy(options.decode)?.decode;
if (decode === undefined) {
  console.error(`--decode is '${options.decode}'; expected one of ${STRATEGY_NAMES.join(', ')}`);
  process.exit(2);
}

/** Sides that no training has, one or both, rows x columns. */
const BEYOND = ['65x65', '100x100', '128x128', '256x256', '512x512', '1024x1024', '65x3', '7x1024'];
const model = await openModel(options.model);
const wasm = createRequire(import.meta.url).resolve('@lifegpt/simd-life/simd-life.wasm');
const engine = await createEngine(new Uint8Array(await readFile(wasm)));

const random = openStream(20_261_129, 'exactness');
const KINDS = [
  'random',
  'rows',
  'columns',
  'checkered',
  'one',
  'full',
  'empty',
  'random',
  'random',
];

function drawBoard(kind, height, width) {
  const p = random.nextFloat();
  const one = random.nextInt(height * width);
  const cells = Uint8Array.from({ length: height * width }, (_, k) => {
    const [row, column] = [Math.floor(k / width), k % width];
    switch (kind) {
      case 'rows':
        return row % 2;
      case 'columns':
        return column % 2;
      case 'checkered':
        return (row + column) % 2;
      case 'one':
        return k === one ? 1 : 0;
      case 'full':
        return 1;
      case 'empty':
        return 0;
      default:
        return random.nextFloat() < p ? 1 : 0;
    }
  });
  return createGrid(width, height, cells);
}

/** Boards of one size have rules of one form: where heads look is then worked out once for all of them. */
function drawRule(form) {
  const bits = () => Array.from({ length: FORM_BITS[form] }, () => random.nextInt(2));
  if (random.nextInt(2) === 0) return ruleOfFormBits(form, bits());
  return form === 'counts' ? CONWAY : { table: drawIsotropicTable(random) };
}

const results = [];
for (const token of options.topology.split(',')) {
  const topology = topologyOfToken(token);
  const sum = {
    topology: token,
    boards: 0,
    cells: 0,
    wrongCells: 0,
    malformed: 0,
    margin: Infinity,
  };
  const started = performance.now();
  const listed = options.beyond ? BEYOND.map((size) => size.split('x').map(Number)) : listSizes();
  // spheres are square: no side is left out
  const sizes = token === 'S' ? listSpheres(listed) : listed;
  for (const [height, width] of sizes) {
    const form = random.nextInt(2) === 0 ? 'counts' : 'table';
    const boards = Array.from({ length: Number(options.boards) }, () => ({
      rule: drawRule(form),
      grid: drawBoard(KINDS[sum.boards++ % KINDS.length], height, width),
    }));
    const { answers, minMargin } = await predictBatch(
      model,
      boards.map(({ grid }) => grid),
      { headers: boards.map(({ rule }) => ({ rule, topology })), decode },
    );
    for (const [b, { rule, grid }] of boards.entries()) {
      const { cells } = engine.step(grid, rule, 1, topology);
      const wrong = cells.filter((cell, k) => cell !== answers[b].grid.cells[k]).length;
      if (wrong > 0 || answers[b].malformedTokens > 0)
        console.log(
          `wrong: ${wrong} cells, ${formatBoundedRule(rule, { topology, width, height })}`,
        );
      sum.cells += cells.length;
      sum.wrongCells += wrong;
      sum.malformed += answers[b].malformedTokens;
    }
    sum.margin = Math.min(sum.margin, minMargin);
  }
  results.push(sum);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(
    `${token}: ${sum.wrongCells} wrong cells of ${sum.cells} on ${sum.boards} boards, smallest margin ${sum.margin.toFixed(2)} nats, ${seconds} s`,
  );
}
const cells = results.reduce((total, sum) => total + sum.cells, 0);
const wrongCells = results.reduce((total, sum) => total + sum.wrongCells + sum.malformed, 0);
const margin = Math.min(...results.map((sum) => sum.margin));
console.log(
  `all: ${wrongCells} wrong of ${cells} cells, smallest margin ${margin.toFixed(2)} nats`,
);
if (options.json !== undefined)
  await writeFile(options.json, `${JSON.stringify(results, null, 2)}\n`);
process.exitCode = wrongCells === 0 ? 0 : 1;

function listSizes() {
  const longest = Number(options.sides);
  const sizes = Array.from({ length: longest ** 2 }, (_, i) => [
    1 + Math.floor(i / longest),
    1 + (i % longest),
  ]);
  return sizes.filter((_, i) => i % Number(options.every) === 0);
}

function listSpheres(sizes) {
  const longest = Number(options.sides);
  if (options.beyond) return sizes.filter(([height, width]) => height === width);
  return Array.from({ length: longest }, (_, i) => [i + 1, i + 1]);
}
