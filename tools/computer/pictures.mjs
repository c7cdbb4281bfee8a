/**
 * Pictures of docs/computer.md: the adder with its parts named, and Rendell's Turing machine from Golly's collection.
 * Usage: node tools/computer/pictures.mjs [FOLDER with Golly's Patterns], in a workspace that is built. Without the folder the adder alone.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { buildAdder, parseRle } from '@lifegpt/core';

const docs = resolve(import.meta.dirname, '../../docs');
const require = createRequire(import.meta.resolve('lifegpt/package.json'));

const INK = '#1f2937';
const NOTE = '#b45309';
const LANE = '#93c5fd';

/** A board's part as SVG: cells as one path, lanes below it, names beside. */
function draw(grid, { left, top, width, height }, scale, names, lanes = []) {
  let path = '';
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) {
      if (grid.cells[y * grid.width + x] === 1) path += `M${x - left} ${y - top}h1v1h-1z`;
    }
  }
  const texts = names.map(([text, x, y, anchor = 'middle', turn = 0]) => {
    const place = `${(x - left) * scale} ${(y - top) * scale}`;
    const turned = turn === 0 ? '' : ` rotate(${turn})`;
    return `<text transform="translate(${place})${turned}" text-anchor="${anchor}">${text}</text>`;
  });
  const lines = lanes.map((corners) =>
    corners.map(([x, y], k) => `${k === 0 ? 'M' : 'L'}${x - left} ${y - top}`).join(''),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width * scale} ${height * scale}" width="${width * scale}" height="${height * scale}">`,
    '<rect width="100%" height="100%" fill="#f7f7f2"/>',
    `<path transform="scale(${scale})" fill="none" stroke="${LANE}" stroke-width="0.6" d="${lines.join('')}"/>`,
    `<path transform="scale(${scale})" fill="${INK}" d="${path}"/>`,
    `<g fill="${NOTE}" font-family="DejaVu Sans, sans-serif" font-size="13">${texts.join('')}</g>`,
    '</svg>',
    '',
  ].join('\n');
}

/** The adder of 1 and 1 at the start, and where gliders fly; places are seen from where the first bits meet. */
function drawAdder() {
  const { grid, corner } = buildAdder(1, 1);
  const [x, y] = corner;
  const at = ([text, column, row, anchor, turn]) => [text, column + x, row + y, anchor, turn];
  const names = [
    ['a', -17, -19, 'start'],
    ['b', 24, -13, 'start'],
    ['a again', 46, -6, 'end'],
    ['b again', 146, 1, 'start'],
    ['gun', 42, 6, 'start'],
    ['gun', -24, 32, 'start'],
    ['snark', -20, -2, 'start'],
    ['gun', 92, -8, 'start'],
    ['gun', -24, 98, 'start'],
    ['gun', 56, 182, 'start'],
    ['gun', 128, 58, 'end'],
    ['snark', 14, 134, 'start'],
    ['snarks', 78, 74, 'start'],
    ['eater', 113, 53, 'start'],
    ['eater', 76, 60, 'end'],
    ['sum', 146, 112, 'start', 45],
    ['NOT (a XOR b)', 10, 46, 'middle', -45],
    ['a XOR b', -4, 75, 'start', 45],
    ['NOT carry', 50, 44, 'middle', -45],
    ['carry', 22, 113, 'middle', -45],
    ['NOT sum', 96, 131, 'middle', -45],
    ['a AND b', 93, 44, 'end'],
  ].map(at);
  const lanes = [
    [[-38, -38], [25, 25]],
    [[40, -36], [-8, 13], [14, 36]],
    [[29, 21], [-13, 63], [72, 148]],
    [[78, 11], [-12, 101], [8, 121], [45, 84], [61, 100], [77, 84], [106, 114]],
    [[67, 153], [125, 95], [156, 126]],
    [[22, -36], [107, 49]],
    [[160, -20], [87, 53]],
  ].map((line) => line.map(([column, row]) => [column + x + 0.5, row + y + 0.5])); // prettier-ignore
  const view = { left: x - 54, top: y - 40, width: 222, height: 228 };
  writeFileSync(join(docs, 'adder.svg'), draw(grid, view, 4, names, lanes));
}

const TURING = 'Life/Signal-Circuitry/Turing-Machine-3-state.rle';

async function drawTuring(collection) {
  const { grid } = parseRle(readFileSync(join(collection, TURING), 'utf8'), TURING);
  const names = [
    ['tape to the left: a stack', 420, 60, 'start'],
    ['tape to the right: a stack', 1500, 1010, 'middle'],
    ['state', 60, 880, 'start'],
    ['finite machine: a memory cell', 330, 1010, 'start'],
    ['for each state and symbol', 330, 1045, 'start'],
    ['symbol that was read', 330, 1630, 'start'],
    ['next state', 190, 560, 'start', 45],
    ['push and pop', 960, 620, 'start'],
  ];
  const view = { left: 0, top: 0, width: grid.width, height: grid.height };
  const svg = draw(grid, view, 1, names).replace('font-size="13"', 'font-size="30"');
  const { initWasm, Resvg } = require('@resvg/resvg-wasm');
  await initWasm(await readFile(require.resolve('@resvg/resvg-wasm/index_bg.wasm')));
  const font = await readFile(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'));
  const picture = new Resvg(svg, {
    fitTo: { mode: 'width', value: 1200 },
    font: { fontBuffers: [font], defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans' },
  });
  writeFileSync(join(docs, 'turing-machine.png'), picture.render().asPng());
}

drawAdder();
const [collection] = process.argv.slice(2);
if (collection !== undefined && existsSync(join(collection, TURING))) await drawTuring(collection);
else if (collection !== undefined) console.error(`there is no ${TURING} in ${collection}`);
