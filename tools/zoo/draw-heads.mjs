/**
 * Draws where the heads of a model by location look: each head from a cell in the middle of a torus, and all heads together
 * from cells at borders.
 * Usage: node tools/zoo/draw-heads.mjs [model] [file.svg]
 */

import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { CONWAY, createGrid, topologyOfToken } from '@lifegpt/core';
import { createAttentionProbe, readModelFolder } from '@lifegpt/model';

const [name = 'life', file = resolve(import.meta.dirname, '../../docs/heads.svg')] =
  process.argv.slice(2);
const zoo = resolve(import.meta.dirname, '../../packages/model/zoo', name);
const folder = await readModelFolder(name, (part) => readFile(resolve(zoo, part)));
const require = createRequire(import.meta.resolve('lifegpt/package.json'));
const { InferenceSession } = require('onnxruntime-node');
const probe = createAttentionProbe(folder, {
  device: 'cpu',
  createSession: (bytes) => InferenceSession.create(bytes, { executionProviders: ['cpu'] }),
});

const SIDE = 15;
const dead = createGrid(SIDE, SIDE);
const look = async (token, cell) => {
  const header = { rule: CONWAY, topology: topologyOfToken(token) };
  return (await probe.read(dead, dead, header, [cell])).mapHeads(cell);
};

const parts = [];
const text = (x, y, value, size = 11) =>
  parts.push(`<text x="${x}" y="${y}" font-size="${size}">${value}</text>`);
/** A square of cells with a share each; the cell that looks has a frame. */
function drawBoard(x, y, side, cellSize, shares, own) {
  for (let k = 0; k < side * side; k++) {
    const [row, column] = [Math.floor(k / side), k % side];
    const strength = Math.min(1, Math.max(0, shares[k]));
    const fill = `rgb(${Math.round(255 - 215 * strength)},${Math.round(255 - 170 * strength)},${Math.round(255 - 75 * strength)})`;
    const stroke = k === own ? '#c33' : '#ddd';
    parts.push(
      `<rect x="${x + column * cellSize}" y="${y + row * cellSize}" width="${cellSize - 1}" height="${cellSize - 1}" fill="${fill}" stroke="${stroke}"/>`,
    );
  }
}

// each head in the middle of a torus: the 5x5 cells around
const middle = Math.floor((SIDE * SIDE) / 2);
const heads = await look('T', middle);
text(10, 18, `${name}: where each head looks from the framed cell, in the middle of a torus`, 13);
heads.forEach(({ cells }, head) => {
  const [x, y] = [10 + (head % 8) * 96, 40 + Math.floor(head / 8) * 108];
  const near = Array.from({ length: 25 }, (_, k) => {
    const row = 5 + Math.floor(k / 5);
    return cells[row * SIDE + 5 + (k % 5)];
  });
  const offBoard = 1 - cells.reduce((sum, share) => sum + share, 0);
  text(x, y - 4, `${head + 1}${offBoard > 0.5 ? ' (nothing)' : ''}`, 10);
  drawBoard(x, y, 5, 17, near, 12);
});

// all heads together at borders
const top = 40 + Math.ceil(heads.length / 8) * 108 + 20;
text(10, top, 'all heads together from a cell of a border, a 15x15 board of each topology', 13);
const PLACES = [
  ['T', 'torus, corner', 0],
  ['P', 'plane, corner', 0],
  ['K*', 'Klein bottle K*, top', 4],
  ['K', 'Klein bottle K, left', 4 * SIDE],
  ['C', 'cross-surface, top', 4],
  ['S', 'sphere, top', 5],
];
for (const [i, [token, title, cell]] of PLACES.entries()) {
  const all = await look(token, cell);
  const shares = Array.from({ length: SIDE * SIDE }, (_, k) =>
    all.reduce((sum, { cells }) => sum + cells[k], 0),
  );
  const most = Math.max(...shares);
  const [x, y] = [10 + (i % 3) * 258, top + 26 + Math.floor(i / 3) * 270];
  text(x, y - 5, title, 11);
  drawBoard(
    x,
    y,
    SIDE,
    16,
    shares.map((share) => Math.sqrt(share / most)),
    cell,
  );
}
await probe.release();
const [width, height] = [790, top + 26 + 2 * 270];
await writeFile(
  file,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" fill="#333"><rect width="100%" height="100%" fill="#fff"/>${parts.join('')}</svg>\n`,
);
console.log(file);
