import { describe, expect, it } from 'vitest';
import { createPlayer } from './in-place.js';

/** What a terminal shows in the end: lines, with the cursor moved up and what is below cleared. */
function watch(rows: number | undefined, pictures: readonly string[]): string[] {
  const style = { columns: 80, color: false, ...(rows === undefined ? {} : { rows }) };
  let shown: string[] = [];
  const show = createPlayer((text) => {
    const [up, rest] = text.startsWith('\x1b[') ? text.slice(2).split('A\x1b[J') : ['0', text];
    shown = [...shown.slice(0, shown.length - Number(up)), ...rest!.trimEnd().split('\n')];
  }, style);
  pictures.forEach(show);
  return shown;
}

describe('createPlayer', () => {
  it('puts each picture in the place of the one before', () => {
    expect(watch(24, ['a\nb\n', 'c\n', 'd\ne\nf\n'])).toEqual(['d', 'e', 'f']);
  });

  it('stacks them where there is no terminal, or where they are taller', () => {
    expect(watch(undefined, ['a\nb\n', 'c\n'])).toEqual(['a', 'b', 'c']);
    expect(watch(2, ['a\nb\n', 'c\nd\n'])).toEqual(['a', 'b', 'c', 'd']);
  });
});
