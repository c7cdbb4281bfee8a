import { parseCells } from '@lifegpt/core';
import { decodeFrames, decode } from 'modern-gif';
import { describe, expect, it } from 'vitest';
import { encodeGif } from './gif.js';

const states = [parseCells('10' + '01', 2, 2), parseCells('11' + '00', 2, 2)];

/** Brightness 0..255 and redness of a pixel. */
function look(
  frame: { width: number; data: Uint8ClampedArray },
  x: number,
  y: number,
): { bright: boolean; red: boolean } {
  const [r, g, b] = frame.data.subarray((y * frame.width + x) * 4);
  return { bright: r! + g! + b! > 500, red: r! > g! + 60 && r! > b! + 60 };
}

describe('encodeGif', () => {
  it('makes an endless GIF with a frame a generation and the board’s cells in it', async () => {
    const gif = await encodeGif(states, null, { cellPixels: 4, delay: 200 });
    const { version, loopCount, looped } = decode(gif);
    expect({ version, loopCount, looped }).toEqual({ version: '89a', loopCount: 0, looped: true });
    const frames = decodeFrames(gif);
    expect(frames.map(({ width, height, delay }) => [width, height, delay])).toEqual([
      [24, 24, 200],
      [24, 24, 200],
    ]);
    // centres of the four cells
    const cells = frames.map((frame) =>
      [
        [10, 10],
        [14, 10],
        [10, 14],
        [14, 14],
      ].map(([x, y]) => (look(frame, x!, y!).bright ? '0' : '1')),
    );
    expect(cells.map((row) => row.join(''))).toEqual(['1001', '1100']);
  });

  it('sets the truth beside the prediction and marks wrong cells red, with a cross', async () => {
    const truth = [states[0]!, parseCells('10' + '10', 2, 2)];
    const [, frame] = decodeFrames(await encodeGif(states, truth, { cellPixels: 8 }));
    expect(frame!.width).toBe(3 * 8 + 2 * 16);
    const edge = (column: number, row: number) => look(frame!, 8 + column * 8 + 3, 8 + row * 8);
    expect(edge(0, 0).red).toBe(false);
    expect(edge(1, 0)).toEqual({ bright: false, red: true }); // alive, and should be dead
    expect(edge(0, 1)).toEqual({ bright: true, red: true }); // dead, and should be alive
    expect(edge(1, 1).red).toBe(false);
    const corner = look(frame!, 8 + 8, 8); // the cross on a wrong live cell is light
    expect(corner).toEqual({ bright: true, red: false });
    const right = look(frame!, 8 + 16 + 8 + 3, 8 + 8); // the true board: lower left cell alive
    expect(right).toEqual({ bright: false, red: false });
  });

  it('sets truth, prediction and difference side by side', async () => {
    const truth = [states[0]!, parseCells('10' + '10', 2, 2)];
    const panels = ['truth', 'prediction', 'difference'] as const;
    const [, frame] = decodeFrames(await encodeGif(states, truth, { cellPixels: 8, panels }));
    expect(frame!.width).toBe(4 * 8 + 3 * 16);
    const edge = (board: number, column: number, row: number) =>
      look(frame!, 8 + board * 24 + column * 8 + 3, 8 + row * 8);
    expect(edge(0, 0, 0)).toEqual({ bright: false, red: false }); // alive in the truth
    expect(edge(0, 1, 0)).toEqual({ bright: true, red: false });
    expect(edge(1, 1, 0)).toEqual({ bright: false, red: true }); // predicted alive, wrongly
    expect(edge(2, 1, 0)).toEqual({ bright: false, red: true }); // and so in the difference
    expect(edge(2, 0, 0)).toEqual({ bright: true, red: false }); // alive and right: no difference
    await expect(encodeGif(states, null, { panels })).rejects.toThrow('without the truth');
  });

  it('makes large boards small and small boards large', async () => {
    const widths = [64, 8, 1000].map(async (side) => {
      const grid = parseCells('0'.repeat(side), side, 1);
      return decode(await encodeGif([grid], null)).width - 16;
    });
    expect(await Promise.all(widths)).toEqual([256, 64, 1000]);
  });

  it('refuses no states, mixed sizes and a truth of another length', async () => {
    await expect(encodeGif([], null)).rejects.toThrow('at least one state');
    const other = parseCells('1', 1, 1);
    await expect(encodeGif([...states, other], null)).rejects.toThrow('2x2 and 1x1');
    await expect(encodeGif(states, [states[0]!])).rejects.toThrow('2 states');
  });
});
