/** An animated GIF of a running automaton as an observation. */

import { InputError } from '@lifegpt/core';
import { decode, decodeFrames } from 'modern-gif';
import { explainDamage } from '../bounded-file.js';
import { findBoards } from './gif-board.js';
import { checkCodes } from './gif-codes.js';
import type { Alive } from './gif-colors.js';
import type { Observation } from './reading.js';

/** Pixels of a small picture, and those that a byte may come to: one colour all over is a tenth of that. */
const FREE_PIXELS = 2 ** 20;
const MOST_PIXELS_A_BYTE = 2048;
/** Bytes that all decoded frames may take. */
const MOST_BYTES = 2 ** 30;

/**
 * @param alive which colour lives; found when undefined
 * @throws InputError when it is no GIF, damaged, too large, or shows no board of two colours in two frames.
 */
export function readGif(bytes: Uint8Array, source: string, alive: Alive | undefined): Observation {
  const pictures = decodePictures(bytes, source);
  const boards = findBoards(pictures, source, alive);
  return {
    readings: boards.map(({ states, alive: color, cellPixels, notes }) => ({
      alive: color,
      remark: [
        `live cells are ${color}, ${cellPixels} ${cellPixels === 1 ? 'pixel' : 'pixels'} wide`,
        ...notes,
      ].join('; '),
      runs: [states],
      topology: null,
      isUnbounded: false,
      frames: null,
      alignment: null,
    })),
    nameState: (_run, frame) => `${source}, frame ${frame + 1}`,
  };
}

/** The blocks of a GIF. Those that the library does not know it tells on the console, each with all before it. */
function decodeBlocks(bytes: Uint8Array): ReturnType<typeof decode> {
  const { warn } = console;
  console.warn = (text: string) => {
    throw new Error(text);
  };
  try {
    return decode(bytes);
  } finally {
    console.warn = warn;
  }
}

function decodePictures(bytes: Uint8Array, source: string): ReturnType<typeof decodeFrames> {
  try {
    if (bytes.length === 0) throw new Error('it is empty');
    const copy = Uint8Array.from(bytes);
    const gif = decodeBlocks(copy);
    // a frame may claim to be larger than the picture
    const size = gif.frames.reduce(
      (sum, { width, height }) => sum + 4 * (gif.width * gif.height + width * height),
      4 * gif.width * gif.height,
    );
    if (size > 4 * (FREE_PIXELS + MOST_PIXELS_A_BYTE * bytes.length)) {
      throw new InputError(
        `${source} is damaged: its ${bytes.length} bytes cannot hold ${size / 4} pixels`,
      );
    }
    const outside = gif.frames.findIndex(
      ({ left, top, width, height }) => left + width > gif.width || top + height > gif.height,
    );
    if (outside >= 0) {
      throw new InputError(
        `${source} is damaged: its frame ${outside + 1} is larger than the picture`,
      );
    }
    if (size > MOST_BYTES) {
      throw new InputError(
        `${source}: ${gif.frames.length} frames of ${gif.width}x${gif.height} pixels are too much; cut it to ${Math.floor((gif.frames.length * MOST_BYTES) / size)} frames`,
      );
    }
    for (const frame of gif.frames) checkCodes(copy, frame);
    return decodeFrames(copy, { gif });
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${source} is no GIF, or a damaged one: ${explainDamage(error)}`);
  }
}
