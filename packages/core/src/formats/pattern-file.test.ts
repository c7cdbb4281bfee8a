import { describe, expect, it } from 'vitest';
import { formatCells } from '../grid.js';
import { InputError } from '../input-error.js';
import { parsePattern, PATTERN_FORMATS } from './pattern-file.js';

const exampleOf = (name: string): string =>
  PATTERN_FORMATS.find((format) => format.name === name)!.example;
const [RLE, CELLS, MACROCELL] = ['RLE', 'cells', 'macrocell'].map(exampleOf) as [
  string,
  string,
  string,
];
const [LIFE_105, LIFE_106] = ['Life 1.05', 'Life 1.06'].map(exampleOf) as [string, string];

describe.each(PATTERN_FORMATS)('the format $name', ({ extensions, example, parse, format }) => {
  const read = (text: string, name: string): string => formatCells(parsePattern(text, name).grid);

  it('is read by its extensions, and by its content alone', () => {
    for (const extension of extensions) expect(read(example, `a${extension}`)).toBe('010001111');
    expect(read(example, '-')).toBe('010001111');
    expect(read(`\uFEFF${example}`, 'patterns.d/glider')).toBe('010001111');
  });

  it('reads again what it writes, where it writes', () => {
    const pattern = parse(example, 'a');
    const text = format?.(pattern) ?? example;
    for (const name of ['-', `a${extensions[0]}`]) expect(read(text, name)).toBe('010001111');
  });

  it('says file and line where it is damaged, or reads nothing at all', () => {
    expect(() => parse('', 'empty')).toThrow(InputError);
    expect(() => parse(`${example}?`.replace('!', ''), 'odd')).toThrow(/^odd:\d+: /);
  });
});

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
