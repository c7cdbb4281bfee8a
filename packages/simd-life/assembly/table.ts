// Any rule on the 3x3 neighbourhood, as a table of 512 bits that is looked up for sixteen cells at once. The three
// cells of a row side by side are a number of three bits, a trio. The trios above and of the cell's own row choose
// one of 64 bytes, and the trio below chooses a bit of it.
//
// A trio's lowest bit is the left cell, as in the grid; MAP order has it the other way round, and `setTable` turns it.

// The 64 bytes.
const bytes = memory.data(64, 16);

/** Takes over a table of 512 bytes of 0 or 1 in MAP order. Threads may do so at once: they write the same. */
export function setTable(table: usize): void {
  for (let high = 0; high < 64; high++) {
    let byte = 0;
    for (let below = 0; below < 8; below++) {
      const neighbourhood = (mirror(high >> 3) << 6) | (mirror(high & 7) << 3) | mirror(below);
      byte |= <i32>load<u8>(table + <usize>neighbourhood) << below;
    }
    store<u8>(bytes + <usize>high, <u8>byte);
  }
}

function mirror(trio: i32): i32 {
  return ((trio & 1) << 2) | (trio & 2) | (trio >> 2);
}

/** A quarter of the table, 16 bytes. Kernels hold them in locals. */
// @ts-ignore: decorator
@inline
export function loadQuarter(index: i32): v128 {
  return v128.load(bytes + (index << 4));
}

/**
 * The trios of sixteen cells, a byte each.
 * @param window 18 bits: the cell to the left of the first one lowest, the cell to the right of the last one highest
 */
// @ts-ignore: decorator
@inline
export function findTrios(window: u32): v128 {
  // up by so much that the trio of lane k is the highest three bits, and down again
  const places = i16x8(1 << 13, 1 << 12, 1 << 11, 1 << 10, 1 << 9, 1 << 8, 1 << 7, 1 << 6);
  const first = i16x8.shr_u(i16x8.mul(i16x8.splat(<i16>window), places), 13);
  const second = i16x8.shr_u(i16x8.mul(i16x8.splat(<i16>(window >> 8)), places), 13);
  return i8x16.narrow_i16x8_u(first, second);
}

/** What becomes of sixteen cells, a bit each, by the trios around them and the four quarters of the table. */
// @ts-ignore: decorator
@inline
export function lookUp(above: v128, here: v128, below: v128, t0: v128, t1: v128, t2: v128, t3: v128): i32 {
  const high = v128.or(i16x8.shl(above, 3), here); // a trio is short enough not to reach the next byte
  // beyond its sixteen bytes a quarter yields 0
  const low = v128.or(i8x16.swizzle(t0, high), i8x16.swizzle(t1, i8x16.sub(high, i8x16.splat(16))));
  const rest = v128.or(
    i8x16.swizzle(t2, i8x16.sub(high, i8x16.splat(32))),
    i8x16.swizzle(t3, i8x16.sub(high, i8x16.splat(48))),
  );
  const bit = i8x16.swizzle(i8x16(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0), below);
  return i8x16.bitmask(i8x16.eq(v128.and(v128.or(low, rest), bit), bit));
}
