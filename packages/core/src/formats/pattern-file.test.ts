import { describe, expect, it } from 'vitest';
import { formatCells } from '../grid.js';
import { InputError } from '../input-error.js';
import { parsePattern } from './pattern-file.js';

const RLE = 'x = 3, y = 3\nbo$2bo$3o!';
const CELLS = '.O.\n..O\nOOO\n';
const LIFE_105 = '#Life 1.05\n#P 0 0\n.*.\n..*\n***\n';
const MACROCELL = '[M2] (golly 3.3)\n#R B3/S23\n$$..*$...*$.***$$$$\n4 0 1 0 0\n';
const LIFE_106 = '#Life 1.06\n1 0\n2 1\n0 2\n1 2\n2 2\n';

describe('parsePattern', () => {
  it.each([
    ['glider.rle', RLE],
    ['in/a.b/GLIDER.RLE', RLE],
    ['glider.cells', CELLS],
    ['glider.lif', LIFE_105],
    ['glider.lif', LIFE_106],
    ['glider.lif', '#N Glider\n' + RLE],
    ['glider.life', LIFE_105],
    ['glider.life', LIFE_106],
    ['glider.life', RLE],
    ['glider.lif', CELLS],
    ['-', RLE],
    ['-', '!Name: Glider\n' + CELLS],
    ['-', LIFE_106],
    ['glider.mc', MACROCELL],
    ['-', MACROCELL],
    ['-', 'bo$2bo$3o!'],
    ['-', '\n#P 0 0\n.*.\n..*\n***\n'],
    ['glider.lif', '#Life 1.04\n.*.\n..*\n***\n'],
    ['-', 'A remark.\n' + RLE],
    ['patterns.d/glider', '\uFEFF' + LIFE_105],
  ])('reads %s by its name and content', (fileName, text) => {
    expect(formatCells(parsePattern(text, fileName).grid)).toBe('010001111');
  });

  it('goes by the extension where it says the format', () => {
    expect(() => parsePattern(CELLS, 'glider.rle')).toThrow(/^glider\.rle:1: .*RLE header/);
    expect(() => parsePattern(RLE, 'glider.cells')).toThrow(/^glider\.cells:1: column 1 is 'x'/);
  });

  it('refuses other files, and names those it reads', () => {
    expect(() => parsePattern(RLE, 'glider.png')).toThrow(InputError);
    expect(() => parsePattern(RLE, 'glider.png')).toThrow(
      /glider\.png: '\.png'.*\.rle, \.cells, \.mc/,
    );
  });
});
