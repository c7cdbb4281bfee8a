/** Numbers in sentences: thousands apart, and their noun in the right form. */

/** Digits in groups of three: `65,434`. */
export const formatCount = (count: number): string => count.toLocaleString('en-US');

/** A number and its noun: `1 board`, `2,000 boards`. @param many the plural, where it is not the noun with an s */
export const countNoun = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
