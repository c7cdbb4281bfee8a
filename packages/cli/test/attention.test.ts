import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { runLifegpt, type Outcome } from './lifegpt.js';

const lifegpt = (line: string): Outcome => runLifegpt(tmpdir(), line.split(' '));

describe('lifegpt model attention', () => {
  it('shows the nine cells of the neighbourhood on top, also across the borders', () => {
    const { code, stdout } = lifegpt(
      'model attention glider --cell 0,0 --rule B3/S23:T16,16 --json',
    );
    expect(code).toBe(0);
    const { heads, shares, margins, rule } = JSON.parse(stdout);
    expect(rule).toBe('B3/S23:T16,16');
    expect(margins).toHaveLength(256);
    expect(heads).toHaveLength(24);
    expect(shares).toHaveLength(3 * 24);
    const wanted = [0, 1, 15, 16, 17, 31, 240, 241, 255];
    // all heads together, since they share the work
    const sums = Array.from({ length: 256 }, (_, k) =>
      heads.reduce((sum: number, head: { cells: number[] }) => sum + head.cells[k]!, 0),
    );
    const top = [...sums.keys()].sort((a, b) => sums[b]! - sums[a]!).slice(0, 9);
    // a head that the model does not need may look beside them
    expect(top.filter((cell) => wanted.includes(cell)).length).toBeGreaterThanOrEqual(7);
    expect(wanted.every((cell) => sums[cell]! > 0.1)).toBe(true);
    for (const { cells, answer, rest } of heads) {
      const total = cells.reduce((sum: number, weight: number) => sum + weight, answer + rest);
      expect(total).toBeCloseTo(1, 4);
    }
  });

  it('draws the board of each head, and the shares by region', () => {
    const { code, stdout } = lifegpt('model attention glider --cell 4,4 --rule B3/S23:T12,9');
    expect(code).toBe(0);
    expect(stdout).toMatch(/layer 1, head 1: \d+\.\d\d % on the 3x3 neighbourhood, .* % elsewhere/);
    expect(stdout).toMatch(/layer 1, head 0, corners +\d+\.\d\d % +\d+\.\d\d % +4$/m);
    expect(stdout.split('\n').filter((line) => /^[·░▒▓█]{24}$/.test(line))).toHaveLength(9 * 24);
  });

  it('refuses a cell outside', () => {
    const { code, stderr } = lifegpt('model attention glider --cell 9,0 --rule B3/S23:T12,9');
    expect(code).toBe(2);
    expect(stderr).toMatch(/--cell needs a row from 0 to 8 and a column from 0 to 11/);
  });
});
