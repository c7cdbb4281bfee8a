import { createGrid, InputError } from '@lifegpt/core';
import { decode } from 'modern-gif';
import { describe, expect, it, vi } from 'vitest';
import { encodeGif } from '../gif.js';
import { checkCodes } from './gif-codes.js';
import { readGif } from './read-gif.js';

/** A frame of 4x4 pixels in four colours whose codes, the first of 3 bits, are these. */
function packCodes(codes: readonly number[], sizes: readonly number[] = []): Uint8Array {
  let [waiting, count] = [0, 0];
  const bytes: number[] = [];
  codes.forEach((code, k) => {
    waiting |= code << count;
    count += sizes[k] ?? 3;
    for (; count >= 8; count -= 8, waiting >>= 8) bytes.push(waiting & 255);
  });
  if (count > 0) bytes.push(waiting);
  return Uint8Array.from(bytes);
}
const CLEAR = 4;
const END = 5;

const check = (bytes: Uint8Array, lzwMinCodeSize = 2): void =>
  checkCodes(bytes, { width: 4, height: 4, lzwMinCodeSize, dataPositions: [[0, bytes.length]] });

describe('checkCodes', () => {
  it('takes what encoders write, longer and longer codes and the string that has just begun too', async () => {
    check(packCodes([CLEAR, 1, 6, END]));
    check(packCodes([CLEAR, 0, 1, 2, 3, END], [3, 3, 3, 3, 4, 4]));
    const random = (k: number): number => Number(Math.sin(k * k) > 0.3);
    const cells = Uint8Array.from({ length: 64 * 60 }, (_, k) => random(k));
    const gif = Uint8Array.from(await encodeGif([createGrid(64, 60, cells)], null));
    const { frames } = decode(gif);
    expect(frames).toHaveLength(1);
    for (const frame of frames) checkCodes(gif, frame);
  });

  it('refuses codes that stand for nothing, themselves above all', () => {
    expect(() => check(packCodes([CLEAR, 6, 6, 6]))).toThrow('code 6 of its pixels stands for');
    expect(() => check(packCodes([CLEAR, 1, 7]))).toThrow('code 7');
    expect(() => check(packCodes([CLEAR, 1, 2, CLEAR, 6]))).toThrow('code 6');
    expect(() => check(Uint8Array.of(0), 0)).toThrow('0 bits');
    expect(() => check(Uint8Array.of(0), 12)).toThrow('12 bits');
  });
});

describe('readGif', () => {
  const header = [...new TextEncoder().encode('GIF89a'), 4, 0, 4, 0, 0x80, 0, 0, 0, 0, 0, 9, 9, 9];
  const frame = [0x2c, 0, 0, 0, 0, 4, 0, 4, 0, 0, 2];

  it('ends at codes that would never end', () => {
    const data = packCodes([CLEAR, 6, 6, 6, 6, 6]);
    const gif = Uint8Array.from([...header, ...frame, data.length, ...data, 0, 0x3b]);
    expect(() => readGif(gif, 'a.gif', undefined)).toThrow(InputError);
    expect(() => readGif(gif, 'a.gif', undefined)).toThrow(/a\.gif is no GIF, or a damaged one/);
  });

  it('says in one line that there are unknown blocks, and not each on the console', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const gif = Uint8Array.from([...header, ...new Uint8Array(200_000).fill(7), 0x3b]);
    const began = performance.now();
    expect(() => readGif(gif, 'a.gif', undefined)).toThrow(/Unknown block: 0x7/);
    expect(performance.now() - began).toBeLessThan(2000);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});
