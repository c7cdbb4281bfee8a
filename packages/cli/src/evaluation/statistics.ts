/** Shares with their confidence. */

/** A share of a number of trials, and the interval that holds the true one with 95 % confidence. */
export interface Share {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const Z = 1.959963985; // two-sided 95 %

/** Wilson's score interval (1927), which is sound at 0 and 1 too. */
export function estimateShare(successes: number, trials: number): Share {
  if (trials === 0) return { value: Number.NaN, low: 0, high: 1 };
  const value = successes / trials;
  const scale = 1 + Z ** 2 / trials;
  const centre = (value + Z ** 2 / (2 * trials)) / scale;
  const spread = (Z / scale) * Math.sqrt((value * (1 - value)) / trials + (Z / (2 * trials)) ** 2);
  return { value, low: Math.max(0, centre - spread), high: Math.min(1, centre + spread) };
}
