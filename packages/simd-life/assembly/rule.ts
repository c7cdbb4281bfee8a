// What one vector of cells becomes, from the column sums around it. All arithmetic is bit-sliced: a
// v128 is 128 one-bit numbers, and a sum is written as one vector per binary digit.

// Nine masks of all ones or zeros for births, then nine for survivals.
const masks = memory.data(18 * 16, 16);

// @ts-ignore: decorator
@inline
const CONWAY_BIRTH: i32 = 0b1000;
// @ts-ignore: decorator
@inline
const CONWAY_SURVIVAL: i32 = 0b1100;

/** True for B3/S23, which has a kernel of its own. */
export function isConway(birth: i32, survival: i32): bool {
  return birth == CONWAY_BIRTH && survival == CONWAY_SURVIVAL;
}

/** Spreads the bits of a rule over the masks that `applyRule` selects from. */
export function setRule(birth: i32, survival: i32): void {
  for (let count = 0; count < 9; count++) {
    v128.store(masks + (count << 4), i32x4.splat(-((birth >> count) & 1)));
    v128.store(masks + ((count + 9) << 4), i32x4.splat(-((survival >> count) & 1)));
  }
}

/**
 * B3/S23. The eight neighbours' sum is ones + 2 (a + b + c + carry): a cell lives with three
 * neighbours, or with two when it is alive, so exactly one of the four twos must be set, and the
 * one or the cell itself.
 */
// @ts-ignore: decorator
@inline
export function applyConway(ones: v128, a: v128, b: v128, c: v128, carry: v128, alive: v128): v128 {
  const odd = v128.xor(v128.xor(a, b), v128.xor(c, carry));
  const pairs = v128.or(v128.and(a, b), v128.and(c, carry));
  return v128.and(v128.andnot(odd, pairs), v128.or(ones, alive));
}

/** Any life-like rule: the count's four digits choose among the nine masks. */
// @ts-ignore: decorator
@inline
export function applyRule(ones: v128, a: v128, b: v128, c: v128, carry: v128, alive: v128): v128 {
  const x = v128.xor(a, b);
  const y = v128.xor(c, carry);
  const p = v128.and(a, b);
  const q = v128.and(c, carry);
  const twos = v128.xor(x, y);
  const r = v128.and(x, y);
  const fours = v128.xor(v128.xor(p, q), r);
  const eights = v128.and(p, q);
  const low = choose(choose(mask(0, alive), mask(1, alive), ones), choose(mask(2, alive), mask(3, alive), ones), twos);
  const high = choose(choose(mask(4, alive), mask(5, alive), ones), choose(mask(6, alive), mask(7, alive), ones), twos);
  return choose(choose(low, high, fours), mask(8, alive), eights);
}

// @ts-ignore: decorator
@inline
function mask(count: i32, alive: v128): v128 {
  return choose(v128.load(masks + (count << 4)), v128.load(masks + ((count + 9) << 4)), alive);
}

// @ts-ignore: decorator
@inline
function choose(zero: v128, one: v128, digit: v128): v128 {
  return v128.bitselect(one, zero, digit);
}
