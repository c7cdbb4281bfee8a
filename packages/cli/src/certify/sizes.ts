/** The options that say which boards are to be certified. */

import {
  formatBounds,
  InputError,
  parseSizes,
  placeTopology,
  splitTopologies,
  type BoundedGrid,
} from '@lifegpt/core';
import { checkBoard, type ModelFolder } from '@lifegpt/model';
import type { Command } from 'commander';
import { DEFAULT_MODEL } from '../model-argument.js';

/** The options as they are written. */
export interface SizeFlags {
  readonly model: string;
  readonly size?: string;
  readonly all?: boolean;
  readonly topology: string;
}

/** Adds the options to a command. */
export function addSizeOptions(command: Command): Command {
  return command
    .option('--model <name>', 'a shipped model, or a model folder', DEFAULT_MODEL)
    .option('--size <rows x columns>', '32, 20x32, 3..16x3..16, or several between commas')
    .option('--all', 'every size that the model was trained for')
    .option('--topology <kinds>', "Golly's letters and marks: T P K* K C S; a list", 'T');
}

/**
 * What `--size` or `--all` asks for on each topology, in ascending order, each board once. Of spheres only squares are meant.
 * @throws InputError at a board that the model was not trained for
 */
export function listBoards({ size, all, topology }: SizeFlags, folder: ModelFolder): BoundedGrid[] {
  if ((size === undefined) === (all !== true)) {
    throw new InputError('certify needs --size, e.g. 32x32, or --all, and not both');
  }
  const { sides } = folder.config.trained_for;
  const ranges =
    size === undefined ? [{ height: sides, width: sides, weight: 1 }] : parseSizes(size);
  const found = new Map<string, BoundedGrid>();
  for (const kind of splitTopologies(topology)) {
    for (const range of ranges) {
      const isSquare = /^s/i.test(kind) || ('square' in range && range.square === true);
      for (let height = range.height[0]; height <= range.height[1]; height++) {
        for (let width = range.width[0]; width <= range.width[1]; width++) {
          if (isSquare && width !== height) continue;
          const bounds = placeTopology(kind, height, width);
          checkBoard(folder, bounds, bounds.topology);
          found.set(formatBounds(bounds), bounds);
        }
      }
    }
  }
  if (found.size === 0) throw new InputError(`${size} names no square, and a sphere is one`);
  return [...found.values()].sort((a, b) => a.height * a.width - b.height * b.width);
}
