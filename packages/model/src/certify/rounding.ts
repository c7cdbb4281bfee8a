/**
 * What is assumed of the runtime's float32 arithmetic, and the bounds that follow from it.
 *
 * Sums and products are rounded to nearest (fused or not), sums are added up in any order; then an
 * inner product of n terms is off by at most γ(n) Σ|a b| (Higham 2002, Accuracy and Stability of
 * Numerical Algorithms, chapter 3). Denormal numbers may count as zero.
 */

/**
 * Half a unit in the last place of float32, and a little more: the share 2⁻²⁰ is 512 times what the
 * certifier's own doubles can be off by in the same computation.
 */
export const UNIT = 2 ** -24 * (1 + 2 ** -20);

/** Relative error of the runtime's exp, at most. */
export const EXP_ERROR = 2 ** -21;

/** Absolute error of the runtime's erf, at most. */
export const ERF_ERROR = 2 ** -21;

/**
 * How far each number behind a first layer that reads a header may be off, as a share of their root mean square. All inputs of
 * that layer are known, so that this is measured for each of them whenever a size is certified or checked.
 */
export const FIRST_LAYER_ERROR = 2 ** -17;

/** Factor for products of small errors and for numbers below 2⁻¹²⁶, which are left out one by one. */
export const SECOND_ORDER = 1 + 2 ** -6;

/** γ(n) = n u / (1 - n u). */
export function gamma(operations: number): number {
  return (operations * UNIT) / (1 - operations * UNIT);
}

/**
 * Errors of a normalisation of `count` numbers, whether it takes the variance as the mean of squared
 * differences or as the difference of squares.
 * @param mean the largest mean of the numbers
 * @param variance their variance, ε included
 * @returns the relative error of 1/σ and the absolute error of the mean
 */
export function normErrors(
  count: number,
  mean: number,
  variance: number,
): { readonly scale: number; readonly mean: number } {
  const square = variance + mean * mean;
  // half of the variance's relative error: that of the mean square, and twice that of the mean
  const scale = (gamma(count + 6) * (square + 2 * mean * mean)) / (2 * variance);
  return { scale: scale * SECOND_ORDER, mean: gamma(count + 2) * Math.sqrt(square) };
}
