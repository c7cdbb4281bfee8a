import { describe, expect, it } from 'vitest';
import { createGrid, formatCells } from '../grid.js';
import { InputError } from '../input-error.js';
import { parseLife105 } from './life-1-05.js';

function read(text: string): string {
  const { grid } = parseLife105(text, 'a.lif');
  return `${grid.width}x${grid.height} ${formatCells(grid)}`;
}

describe('parseLife105', () => {
  it('reads description, rule and a block', () => {
    const text = '#Life 1.05\n#D A glider\n#D from 1969\n#N\n#P -1 -1\n.*.\n..*\n***\n';
    expect(parseLife105(text, 'glider.lif')).toEqual({
      name: null,
      position: { x: -1, y: -1 },
      comments: ['A glider', 'from 1969'],
      rule: '23/3',
      grid: createGrid(3, 3, Uint8Array.of(0, 1, 0, 0, 0, 1, 1, 1, 1)),
      warnings: [],
    });
    expect(parseLife105('#Life 1.05\n#R 125/36\n*', 'a.lif').rule).toBe('125/36');
    expect(parseLife105('#Life 1.05\n*', 'a.lif').rule).toBeNull();
  });

  it('places blocks by their coordinates, also over each other', () => {
    expect(read('#Life 1.05\n#P -2 -1\n**\n#P 1 1\n.*\n*\n')).toBe('5x4 11000000000000100010');
    expect(read('#Life 1.05\n#P 0 0\n***\n#P 1 0\n*\n*\n')).toBe('3x2 111010');
  });

  it('takes a block without a place, or with a bare #P, to begin at 0 0', () => {
    expect(read('#Life 1.05\n*\n#P 2 0\n*')).toBe('3x1 101');
    expect(read('#Life 1.05\n#P\n*\n#P 2 0\n*')).toBe('3x1 101');
  });

  it('reads Life 1.04, blank lines before the first, and blocks without a first line', () => {
    for (const first of ['#Life 1.04\n', '\n \n#Life 1.05\n', '']) {
      const pattern = parseLife105(`${first}#P 2 -7\n.*\n**\n`, 'a.lif');
      expect(formatCells(pattern.grid)).toBe('0111');
      expect(pattern.position).toEqual({ x: 2, y: -7 });
    }
  });

  it('reads Windows line ends and counts a blank line in a block as a dead row', () => {
    expect(read('#Life 1.05\r\n#P 0 0\r\n**\r\n\r\n.*\r\n\r\n')).toBe('2x3 110001');
  });

  it.each([
    ['another first line', '#Life 1.06\n0 0', /^a\.lif:1: .*'#Life 1\.06', not '#Life 1\.05'/],
    ['nothing', '', /^a\.lif:1: /],
    ['another letter', '#Life 1.05\n#P 0 0\n.O.\n', /^a\.lif:3: column 2 is 'O'/],
    ['a place of one number', '#Life 1.05\n#P 3\n*', /^a\.lif:2: '#P 3' is not a place/],
    ['an unknown line', '#Life 1.05\n#X 3\n*', /^a\.lif:2: '#X 3' is not known/],
    ['no live cells', '#Life 1.05\n#P 0 0\n...\n', /^a\.lif:1: .*no live cells/],
    [
      'blocks too far apart',
      '#Life 1.05\n*\n#P 0 70000\n*',
      /^a\.lif:4: the cell 0 70000 .*1x70001/,
    ],
  ])('refuses %s, naming file, line and value', (_, text, message) => {
    expect(() => parseLife105(text, 'a.lif')).toThrow(InputError);
    expect(() => parseLife105(text, 'a.lif')).toThrow(message);
  });
});
