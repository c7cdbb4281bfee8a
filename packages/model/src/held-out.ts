/**
 * Sizes that a training never sees, so that what a model makes of them is known to be no memory. They are a function
 * of the recipe alone: the training, the reports and `dataset generate --held-out` list the same ones.
 */

import { openStream, type BoardSize, type TopologyToken } from '@lifegpt/core';
import type { Recipe } from './recipe.js';

/** What a recipe holds out. */
export interface HeldOut {
  readonly seed: number;
  /**
   * Share of the pairs of sides, on every topology. Of the boards whose sides are both in the upper quarter the same
   * share, rounded up, is taken apart, so that some of the largest are among them; the largest square never is.
   */
  readonly share: number;
  /** Ranges of sizes that are held out on one topology. */
  readonly bands: readonly SizeBand[];
}

/** Sizes of one topology. */
export interface SizeBand {
  readonly topology: TopologyToken;
  readonly height: readonly [number, number];
  readonly width: readonly [number, number];
}

type Holding = Pick<Recipe, 'held_out' | 'model'>;

/** The pairs of sides that are held out on every topology, by height, then width. */
export function listHeldOutSizes({ held_out: heldOut, model }: Holding): BoardSize[] {
  if (heldOut === undefined) return [];
  const [shortest, longest] = model.trained_for.sides;
  const random = openStream(heldOut.seed, 'held-out sizes');
  const upper = longest - (longest - shortest) / 4;
  const [large, others]: [BoardSize[], BoardSize[]] = [[], []];
  for (let height = shortest; height <= longest; height++) {
    for (let width = shortest; width <= longest; width++) {
      if (height === longest && width === longest) continue;
      (Math.min(height, width) >= upper ? large : others).push({ height, width });
    }
  }
  // the largest square counts as well
  const all = (longest - shortest + 1) ** 2;
  const fromLarge = Math.ceil(heldOut.share * (large.length + 1));
  const fromOthers = Math.max(0, Math.ceil(heldOut.share * all) - fromLarge);
  const taken = [...takeSome(large, fromLarge), ...takeSome(others, fromOthers)];
  return taken.sort((a, b) => a.height - b.height || a.width - b.width);

  function takeSome(sizes: BoardSize[], count: number): BoardSize[] {
    for (let i = 0; i < count && i < sizes.length; i++) {
      const j = i + random.nextInt(sizes.length - i);
      [sizes[i], sizes[j]] = [sizes[j]!, sizes[i]!];
    }
    return sizes.slice(0, count);
  }
}

/** Tells whether boards of a size on a topology are held out. */
export function openHeldOut(
  recipe: Holding,
): (size: BoardSize, topology: TopologyToken) => boolean {
  const sizes = new Set(listHeldOutSizes(recipe).map(nameSize));
  const bands = recipe.held_out?.bands ?? [];
  const isIn = (side: number, [low, high]: readonly [number, number]): boolean =>
    side >= low && side <= high;
  return (size, topology) =>
    sizes.has(nameSize(size)) ||
    bands.some(
      (band) =>
        band.topology === topology &&
        isIn(size.height, band.height) &&
        isIn(size.width, band.width),
    );
}

const nameSize = ({ height, width }: BoardSize): string => `${height}x${width}`;
