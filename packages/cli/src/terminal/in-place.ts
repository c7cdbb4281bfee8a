/** Boards that move: on a terminal each picture takes the place of the one before it. */

import type { Style } from './style.js';

/**
 * Returns what shows pictures one after the other.
 * @param print writes a picture, its last line ended
 * @param style of the terminal; where it has no rows, or too few, pictures stand one below the other
 */
export function createPlayer(
  print: (text: string) => void,
  { rows = 0 }: Style,
): (picture: string) => void {
  let before = 0;
  return (picture) => {
    const lines = picture.trimEnd().split('\n').length;
    const isOver = before > 0 && Math.max(before, lines) < rows;
    // up by the lines of the picture before, and nothing of it is left
    print(`${isOver ? `\x1b[${before}A\x1b[J` : ''}${picture.trimEnd()}\n`);
    before = lines;
  };
}
