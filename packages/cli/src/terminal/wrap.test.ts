import { describe, expect, it } from 'vitest';
import { wrapCommand, wrapLines, wrapText } from './wrap.js';

describe('wrapText', () => {
  it('breaks at blanks, and leaves a longer word whole', () => {
    expect(wrapText('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapText('a longerthanall b', 7)).toEqual(['a', 'longerthanall', 'b']);
  });
});

describe('wrapLines', () => {
  it('leaves what fits as it is, and everything where there is no terminal', () => {
    const table = 'a    b\n  c   d';
    expect(wrapLines(table, 8)).toBe(table);
    expect(wrapLines('one two three', Infinity)).toBe('one two three');
  });

  it('indents what goes on below, keeps percent signs with their numbers, and counts no colours', () => {
    expect(wrapLines('  right: 99.5 % of 8 boards', 14)).toBe(
      '  right:\n    99.5 % of\n    8 boards',
    );
    const painted = '\u001b[31mred\u001b[39m and blue';
    expect(wrapLines(painted, 12)).toBe(painted);
    expect(wrapLines('| a | b c d |', 6)).toBe('| a | b c d |');
  });
});

describe('wrapCommand', () => {
  it('ends lines as a shell takes them, outside of quotes', () => {
    expect(wrapCommand("lifegpt predict --rule 'B3/S23:K8*,8' --compare", 28)).toBe(
      "lifegpt predict --rule \\\n    'B3/S23:K8*,8' \\\n    --compare",
    );
    expect(wrapCommand('lifegpt certify', 15)).toBe('lifegpt certify');
  });
});
