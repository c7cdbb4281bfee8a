/** The options that say which sizes are to be certified. */

import { InputError, parseSizes, type BoardSize } from '@lifegpt/core';
import type { ModelFolder } from '@lifegpt/model';
import type { Command } from 'commander';
import { DEFAULT_MODEL } from '../model-argument.js';

/** The options as they are written. */
export interface SizeFlags {
  readonly model: string;
  readonly size?: string;
  readonly all?: boolean;
}

/** Adds the options to a command. */
export function addSizeOptions(command: Command): Command {
  return command
    .option('--model <name>', 'a shipped model, or a model folder', DEFAULT_MODEL)
    .option('--size <rows x columns>', '32, 20x32, 3..16x3..16, or several between commas')
    .option('--all', 'every size that the model was trained for');
}

/**
 * What `--size` or `--all` asks for, in ascending order, each size once.
 * @throws InputError at a size that the model was not trained for
 */
export function listSizes({ size, all }: SizeFlags, folder: ModelFolder): BoardSize[] {
  if ((size === undefined) === (all !== true)) {
    throw new InputError('certify needs --size, e.g. 32x32, or --all, and not both');
  }
  const { sides } = folder.config.trained_for;
  const ranges =
    size === undefined ? [{ height: sides, width: sides, weight: 1 }] : parseSizes(size);
  const found = new Map<string, BoardSize>();
  for (const range of ranges) {
    for (let height = range.height[0]; height <= range.height[1]; height++) {
      for (let width = range.width[0]; width <= range.width[1]; width++) {
        if ('square' in range && range.square === true && width !== height) continue;
        const side = [height, width].find((value) => value < sides[0] || value > sides[1]);
        if (side !== undefined) {
          throw new InputError(
            `model ${folder.name} was trained for sides ${sides.join(' to ')}, not for ${height}x${width}`,
          );
        }
        found.set(`${height}x${width}`, { height, width });
      }
    }
  }
  return [...found.values()].sort((a, b) => a.height * a.width - b.height * b.width);
}
