// Between one byte a cell and one bit a cell.

/** Sixteen bytes of 0 or 1 as sixteen bits. */
// @ts-ignore: decorator
@inline
export function gather16(at: usize): i32 {
  return i8x16.bitmask(i8x16.neg(v128.load(at)));
}

/** The 32 bits of a word as 32 bytes of 0 or 1, the lowest bit first. */
// @ts-ignore: decorator
@inline
export function spreadWord(word: usize, to: usize): void {
  const bitOfByte = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  const one = i8x16.splat(1);
  const bits = v128.load32_splat(word);
  const low = i8x16.shuffle(bits, bits, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
  const high = i8x16.shuffle(bits, bits, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
  v128.store(to, v128.and(i8x16.eq(v128.and(low, bitOfByte), bitOfByte), one));
  v128.store(to + 16, v128.and(i8x16.eq(v128.and(high, bitOfByte), bitOfByte), one));
}
