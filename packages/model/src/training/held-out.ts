/**
 * Sizes that a training never sees, so that what a model makes of them is known to be no memory. They are a function
 * of the recipe alone: the training, the reports and `dataset generate --held-out` list the same ones.
 */

import { openStream, type BoardSize, type TopologyToken } from '@lifegpt/core';
import type { TrainedFor } from '../network/trained-for.js';

/** What a recipe holds out. */
export interface HeldOut {
  /** Decides which pairs of sides are held out. */
  readonly seed: number;
  /**
   * Share of the pairs of sides, on every topology. Each pair is drawn by itself, whatever the longest side is: so
   * recipes of one seed and share that go on from one another hold out the same ones.
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

/** What decides which sizes are held out. */
export interface SizeHolding {
  readonly held_out?: HeldOut;
  readonly model: { readonly trained_for: TrainedFor };
}

/** The pairs of sides that are held out on every topology, by height, then width. */
export function listHeldOutSizes({ held_out: heldOut, model }: SizeHolding): BoardSize[] {
  if (heldOut === undefined) return [];
  const [shortest, longest] = model.trained_for.sides;
  const sizes: BoardSize[] = [];
  for (let height = shortest; height <= longest; height++) {
    for (let width = shortest; width <= longest; width++) {
      if (isDrawn(heldOut, { height, width })) sizes.push({ height, width });
    }
  }
  return sizes;
}

function isDrawn({ seed, share }: HeldOut, { height, width }: BoardSize): boolean {
  return openStream(seed, 'held-out size', height, width).nextFloat() < share;
}

/** Tells whether boards of a size on a topology are held out. */
export function openHeldOut(
  recipe: SizeHolding,
): (size: BoardSize, topology: TopologyToken) => boolean {
  const { held_out: heldOut } = recipe;
  if (heldOut === undefined) return () => false;
  const isIn = (side: number, [low, high]: readonly [number, number]): boolean =>
    side >= low && side <= high;
  return (size, topology) =>
    isDrawn(heldOut, size) ||
    heldOut.bands.some(
      (band) =>
        band.topology === topology &&
        isIn(size.height, band.height) &&
        isIn(size.width, band.width),
    );
}
