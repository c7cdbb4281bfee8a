import { parseCells } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { drawBoards } from './board.js';

const FILE = { columns: Infinity, color: false };

describe('drawBoards', () => {
  it('draws two rows of cells a line, an odd last row alone', () => {
    const grid = parseCells('0011' + '0101' + '1010', 4, 3);
    expect(drawBoards([{ caption: 'four cases', grid }], FILE)).toBe(
      ['four cases', '┌────┐', '│ ▄▀█│', '│▀ ▀ │', '└────┘', ''].join('\n'),
    );
  });

  it('marks wrong cells by another glyph, above, below or both', () => {
    const grid = parseCells('1111' + '0000', 4, 2);
    const truth = parseCells('1010' + '0011', 4, 2);
    const drawn = drawBoards([{ caption: '', grid, truth }], FILE);
    expect(drawn.split('\n')[2]).toBe('│▀˟ₓ╳│');
  });

  it('colours wrong cells red, and nothing else', () => {
    const grid = parseCells('10' + '00', 2, 2);
    const truth = parseCells('11' + '00', 2, 2);
    const drawn = drawBoards([{ caption: '', grid, truth }], { columns: 80, color: true });
    expect(drawn.split('\n')[2]).toBe('│▀\x1b[31m˟\x1b[39m│');
  });

  it('sets boards side by side while the columns last, then below', () => {
    const grid = parseCells('1'.repeat(40), 20, 2);
    const boards = ['one', 'two', 'three'].map((caption) => ({ caption, grid }));
    const board = '│████████████████████│';
    const rows = drawBoards(boards, { columns: 46, color: false }).split('\n');
    expect(rows[0]).toBe(`one${' '.repeat(21)}two`);
    expect(rows[2]).toBe(`${board}  ${board}`);
    expect(rows[4]).toBe('three');
    expect(rows[6]).toBe(board);
    expect(drawBoards(boards, { columns: 45, color: false }).split('\n')[4]).toBe('two');
  });

  it('breaks a long caption over lines and ends neighbours at the same height', () => {
    const grid = parseCells('11', 2, 1);
    const long = { caption: 'predicted generation 12', grid };
    const rows = drawBoards([long, { caption: 'truth', grid }], FILE).split('\n');
    expect(rows).toEqual([
      'predicted',
      'generation 12  truth',
      '┌──┐           ┌──┐',
      '│▀▀│           │▀▀│',
      '└──┘           └──┘',
      '',
    ]);
  });

  it('breaks the caption of a board alone only where the terminal ends', () => {
    const view = { caption: 'generation 1 of a blinker', grid: parseCells('1', 1, 1) };
    expect(drawBoards([view], FILE).split('\n')[0]).toBe('generation 1 of a blinker');
    expect(drawBoards([view], { columns: 20, color: false }).split('\n')[0]).toBe(
      'generation 1 of a',
    );
  });

  it('draws a board that is wider than the terminal as an overview and says so', () => {
    const cells =
      `${'1'.repeat(6)}${'0'.repeat(94)}`.repeat(4) + '0'.repeat(99) + '1' + '0'.repeat(100);
    const view = { caption: 'wide', grid: parseCells(cells, 100, 6) };
    const rows = drawBoards([view], { columns: 40, color: false }).split('\n');
    expect(rows.slice(0, 2).join(' ')).toMatch(
      /^wide \(100x6 cells, 3x6 a letter, ░▒▓█ +where more live\)$/,
    );
    expect(rows[2]).toBe(`┌${'─'.repeat(34)}┐`);
    expect(rows[3]).toBe(`│██${' '.repeat(31)}▒│`);
    expect(rows[4]).toBe(`└${'─'.repeat(34)}┘`);
  });

  it('marks the squares of an overview that have a wrong cell', () => {
    const grid = parseCells('0'.repeat(100), 100, 1);
    const truth = parseCells(`${'0'.repeat(50)}1${'0'.repeat(49)}`, 100, 1);
    const drawn = drawBoards([{ caption: '', grid, truth }], { columns: 52, color: false });
    expect(drawn.split('\n')[2]).toBe(`│${' '.repeat(25)}╳${' '.repeat(24)}│`);
  });

  it('draws a very tall board as an overview, in a file too', () => {
    const grid = parseCells('1'.repeat(5000), 1, 5000);
    const rows = drawBoards([{ caption: 'tall', grid }], FILE).split('\n');
    expect(rows[0]).toBe('tall (1x5000 cells, 53x106 a letter, ░▒▓█ where more live)');
    expect(rows).toHaveLength(48 + 4);
  });

  it('refuses a truth of another size', () => {
    const views = [{ caption: '', grid: parseCells('1', 1, 1), truth: parseCells('11', 2, 1) }];
    expect(() => drawBoards(views, FILE)).toThrow('a 1x1 board cannot be marked against a 2x1');
  });
});
