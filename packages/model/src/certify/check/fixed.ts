/**
 * Numbers as whole multiples of 2^-96, in BigInt, for a check that shares no arithmetic with the proof: no double is rounded
 * here, and e^x is a sum of our own. What is cut off below 2^-96 is always cut to the safe side where an end of an interval
 * is meant.
 */

/** Binary digits behind the point. */
export const BITS = 96n;
/** 1. */
export const ONE = 1n << BITS;

/** A double as it is; what lies below 2^-96 is cut off. */
export function toFixed(value: number): bigint {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no number that can be checked`);
  const [whole, rest] = [Math.trunc(value), value - Math.trunc(value)];
  // a double has 53 digits, so 2^48 times its fraction, twice, loses none above 2^-96
  const high = Math.trunc(rest * 2 ** 48);
  const low = Math.trunc((rest * 2 ** 48 - high) * 2 ** 48);
  return (BigInt(whole) << BITS) + (BigInt(high) << 48n) + BigInt(low);
}

/** As a double, for telling. */
export const toNumber = (value: bigint): number => Number(value >> 32n) / 2 ** 64;

/** A product, cut downwards. */
export const times = (a: bigint, b: bigint): bigint => (a * b) >> BITS;
/** A quotient, cut towards 0. @throws RangeError at a division by 0 */
export const over = (a: bigint, b: bigint): bigint => (a << BITS) / b;
/** Without its sign. */
export const magnitude = (a: bigint): bigint => (a < 0n ? -a : a);
/** The smaller one. */
export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
/** The larger one. */
export const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** Binary digits with which e^x is worked out, beyond those that are kept. */
const GUARD = 48n;
const FINE = BITS + GUARD;
/** ln 2 = 2 (1/3 + 1/3^3 3 + 1/3^5 5 + …), in fine digits. */
const LN2 = (() => {
  let [sum, power] = [0n, (2n << FINE) / 3n];
  for (let n = 1n; power > 0n; n += 2n) {
    sum += power / n;
    power /= 9n;
  }
  return sum;
})();
/** Halvings before the series. */
const HALVINGS = 7n;
/** Beyond e^±this nothing is told apart: below it is 0, above it a proof has failed. */
const FARTHEST = 2000n << BITS;

/**
 * e^x between two numbers. The series runs over |r| < 2^-8 up to its 16th term, with an error below 2^-150, and seven squarings
 * double its errors as often; 2^-40 of the guard digits is more than all of that.
 */
export function exponential(x: bigint): readonly [lo: bigint, hi: bigint] {
  if (x < -FARTHEST) return [0n, 1n];
  if (x > FARTHEST) throw new RangeError('a number is too large to be checked');
  const fine = x << GUARD;
  let halves = fine / LN2;
  if (fine < 0n) halves -= 1n;
  // from 0 to ln 2, and a last digit or two beyond
  const rest = (fine - halves * LN2) >> HALVINGS;
  let [sum, term] = [1n << FINE, 1n << FINE];
  for (let n = 1n; n <= 16n && term !== 0n; n++) {
    term = ((term * rest) >> FINE) / n;
    sum += term;
  }
  for (let i = 0n; i < HALVINGS; i++) sum = (sum * sum) >> FINE;
  const error = 1n << (GUARD - 8n);
  const scale = GUARD - halves;
  const cut = (value: bigint): bigint => (scale >= 0n ? value >> scale : value << -scale);
  return [cut(sum - error), cut(sum + error) + 1n];
}

/** tanh between two numbers: (1 - e^-2x) / (1 + e^-2x). */
export function hyperbolicTangent(x: bigint): readonly [lo: bigint, hi: bigint] {
  if (x < 0n) {
    const [lo, hi] = hyperbolicTangent(-x);
    return [-hi, -lo];
  }
  const [lo, hi] = exponential(-2n * x);
  return [over(ONE - hi, ONE + hi) - 1n, over(ONE - lo, ONE + lo) + 1n];
}
