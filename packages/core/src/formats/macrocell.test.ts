import { describe, expect, it } from 'vitest';
import { formatCells } from '../grid.js';
import { InputError } from '../input-error.js';
import { parseMacrocell } from './macrocell.js';

const GLIDER = '$$..*$...*$.***$$$$';
const read = (...lines: string[]) =>
  parseMacrocell(['[M2] (golly 3.3)', ...lines].join('\n'), 'a.mc');

describe('parseMacrocell', () => {
  it('reads rule, generation, remarks and the place of the cells', () => {
    const pattern = read('#R B36/S23:T40,30', '#G 12', '#C a word', '#O me', GLIDER, '4 0 0 0 1');
    expect(pattern).toMatchObject({
      rule: 'B36/S23:T40,30',
      generation: 12,
      comments: ['a word', 'O me'],
      position: { x: 1, y: 3 },
    });
    expect(formatCells(pattern.grid)).toBe('010001111');
  });

  it('puts the four quarters around column 0 and row 1', () => {
    const corner = '*';
    expect(read(corner, '4 1 0 0 0').position).toEqual({ x: -8, y: -7 });
    expect(read(corner, '4 0 1 0 0').position).toEqual({ x: 0, y: -7 });
    expect(read(corner, '4 0 0 1 0').position).toEqual({ x: -8, y: 1 });
    expect(read(corner, '4 0 0 0 1', '5 0 0 2 0').position).toEqual({ x: -8, y: 9 });
    expect(read(corner).position).toEqual({ x: -4, y: -3 });
  });

  it('repeats a square wherever it is named', () => {
    const { grid } = read('*', '4 1 1 0 1');
    expect([grid.width, grid.height]).toEqual([9, 9]);
    expect([...grid.cells].flatMap((cell, k) => (cell === 1 ? [k] : []))).toEqual([0, 8, 80]);
  });

  it('takes a huge empty space around few cells', () => {
    const levels = Array.from({ length: 40 }, (_, k) => `${k + 5} 0 0 0 ${k + 2}`);
    expect(formatCells(read(GLIDER, '4 0 1 0 0', ...levels).grid)).toBe('010001111');
  });

  it.each([
    ['another file', ['x = 3, y = 3'], /^a\.mc:1: .*not '\[M2\]'/],
    ['more than two states', ['[M2]', '1 0 0 2 0', '2 0 0 0 1'], /^a\.mc:2: .*two states/],
    ['a node that is not there', ['[M2]', '*', '4 0 0 7 1'], /^a\.mc:3: quarter 7/],
    ['a node of another size', ['[M2]', '*', '5 1 0 0 0'], /^a\.mc:3: quarter 1 .* level 4/],
    ['a damaged line', ['[M2]', '4 0 0'], /^a\.mc:2: '4 0 0' is no node/],
    ['a leaf too wide', ['[M2]', '.........*'], /^a\.mc:2: .*8x8/],
    ['a dead world', ['[M2]', '$$$$$$$$'], /no live cells/],
    ['nothing', ['[M2]'], /no live cells/],
  ])('refuses %s, naming file, line and value', (_, lines, message) => {
    expect(() => parseMacrocell(lines.join('\n'), 'a.mc')).toThrow(InputError);
    expect(() => parseMacrocell(lines.join('\n'), 'a.mc')).toThrow(message);
  });

  it('refuses cells that lie too far apart', () => {
    const corners = Array.from({ length: 14 }, (_, k) => `${k + 4} ${k + 1} 0 0 0`);
    expect(() => read('*', ...corners, '18 15 0 0 15')).toThrow(/131073x131073.*at most 65536/);
  });
});
