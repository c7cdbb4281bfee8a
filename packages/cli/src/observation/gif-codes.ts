/**
 * The compressed pixels of a GIF's frames, looked at before the library unpacks them: it believes each code, and one that is
 * made of itself would never end there.
 */

/** Where the pixels of a frame are, as `modern-gif` says it. */
export interface PackedFrame {
  readonly width: number;
  readonly height: number;
  readonly lzwMinCodeSize: number;
  /** First byte and length of each piece. */
  readonly dataPositions: readonly (readonly number[])[];
}

/** Bits of a code at most. */
const LONGEST_CODE = 12;
const MOST_CODES = 1 << LONGEST_CODE;

/** @throws Error where a code says what no encoder writes: a string of pixels that is not there yet */
export function checkCodes(bytes: Uint8Array, frame: PackedFrame): void {
  const { width, height, lzwMinCodeSize: bits } = frame;
  if (bits < 1 || bits > 8) throw new Error(`its pixels have ${bits} bits, and may have 1 to 8`);
  const clear = 1 << bits;
  const end = clear + 1;
  /** Pixels that each code stands for. */
  const lengths = new Uint32Array(MOST_CODES).fill(1);
  let [codes, size, before, pixels] = [end + 1, bits + 1, -1, 0];
  let [waiting, count] = [0, 0];
  for (const byte of packedBytes(bytes, frame)) {
    waiting |= byte << count;
    count += 8;
    while (count >= size) {
      const code = waiting & ((1 << size) - 1);
      waiting >>= size;
      count -= size;
      if (code === end || pixels >= width * height) return;
      if (code === clear) {
        [codes, size, before] = [end + 1, bits + 1, -1];
        continue;
      }
      const isKnown = before < 0 ? code < clear : code <= codes;
      if (!isKnown) throw new Error(`code ${code} of its pixels stands for nothing`);
      if (before >= 0 && codes < MOST_CODES) {
        lengths[codes++] = lengths[before]! + 1;
        if ((codes & (codes - 1)) === 0 && codes < MOST_CODES) size++;
      }
      pixels += lengths[code]!;
      before = code;
    }
  }
}

function* packedBytes(bytes: Uint8Array, { dataPositions }: PackedFrame): Iterable<number> {
  for (const [first, length] of dataPositions) yield* bytes.subarray(first!, first! + length!);
}
