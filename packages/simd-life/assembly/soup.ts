// Random boards: each cell alive with probability k / 65,536, 128 cells at a time. From the lowest
// set digit of k to its highest, a 1 takes the union with a random vector and a 0 the intersection,
// so that each digit halves what the lower ones made and adds its own half.

/**
 * Writes `count` cells, one byte each (and up to 127 bytes more).
 * @param state four vectors: word w of the four generators' states; moved on
 * @param k 0 .. 65,536
 */
export function fillSoup(state: usize, cells: usize, count: i32, k: i32): void {
  if (k == 0 || k == 65536) {
    memory.fill(cells, k == 0 ? 0 : 1, count);
    return;
  }
  const lowest = ctz(k);
  let a = v128.load(state);
  let b = v128.load(state, 16);
  let c = v128.load(state, 32);
  let d = v128.load(state, 48);
  for (let from = 0; from < count; from += 128) {
    let alive = i32x4.splat(0);
    for (let digit = lowest; digit < 16; digit++) {
      // xoshiro128** 1.1, a generator a lane
      const five = i32x4.add(b, i32x4.shl(b, 2));
      const turned = v128.or(i32x4.shl(five, 7), i32x4.shr_u(five, 25));
      const random = i32x4.add(turned, i32x4.shl(turned, 3));
      const shifted = i32x4.shl(b, 9);
      c = v128.xor(c, a);
      d = v128.xor(d, b);
      b = v128.xor(b, c);
      a = v128.xor(a, d);
      c = v128.xor(c, shifted);
      d = v128.or(i32x4.shl(d, 11), i32x4.shr_u(d, 21));
      alive = ((k >> digit) & 1) == 1 ? v128.or(alive, random) : v128.and(alive, random);
    }
    spread(alive, cells + <usize>from);
  }
  v128.store(state, a);
  v128.store(state, b, 16);
  v128.store(state, c, 32);
  v128.store(state, d, 48);
}

/** 128 bits to 128 bytes: bit i of the vector is byte i. */
function spread(bits: v128, to: usize): void {
  const bitOfByte = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  for (let pair = 0; pair < 8; pair++) {
    const low = i8x16.splat(<i8>(pair << 1));
    const high = i8x16.splat(<i8>((pair << 1) + 1));
    const chosen = i8x16.swizzle(
      bits,
      i8x16.shuffle(low, high, 0, 0, 0, 0, 0, 0, 0, 0, 16, 16, 16, 16, 16, 16, 16, 16),
    );
    const set = i8x16.eq(v128.and(chosen, bitOfByte), bitOfByte);
    v128.store(to + <usize>(pair << 4), v128.and(set, i8x16.splat(1)));
  }
}
