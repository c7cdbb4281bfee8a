/** NumPy's .npz: a zip of .npy files, which `numpy.load` reads (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). */

import { InputError } from '@lifegpt/core';
import { zipSync } from 'fflate';

/** An array in row-major order. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** What a zip without extensions can hold. */
const MOST_BYTES = 2 ** 32 - 1;
/** A header ends where a multiple of this many bytes does. */
const ALIGNMENT = 64;

/**
 * Writes arrays as one file, each by its name, not compressed.
 * @throws InputError when they are more than 4 GiB
 */
export function encodeNpz(arrays: readonly NamedArray[]): Uint8Array {
  const files = arrays.map((array) => [`${array.name}.npy`, encodeNpy(array)] as const);
  const total = files.reduce((sum, [name, bytes]) => sum + bytes.length + 2 * name.length + 99, 99);
  if (total > MOST_BYTES) {
    throw new InputError(
      `${(total / 2 ** 30).toFixed(1)} GiB do not go into an .npz; write .safetensors, or fewer --cell or --places`,
    );
  }
  return zipSync(Object.fromEntries(files), { level: 0, mtime: EPOCH });
}

/** The first day that a zip can name: files of equal content are equal. */
const EPOCH = new Date(1980, 0, 1);

/** Magic, version 1.0, the header's length in two bytes, the header, the numbers. */
function encodeNpy({ shape, data }: NamedArray): Uint8Array {
  const type = data instanceof Float32Array ? '<f4' : '<i4';
  // a tuple of one has a comma
  const sides = shape.map((side) => `${side},`).join(' ');
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sides}), }`;
  const before = 10;
  const length = Math.ceil((before + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(length + data.byteLength);
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0]);
  new DataView(bytes.buffer).setUint16(8, length - before, true);
  bytes.set(new TextEncoder().encode(`${text.padEnd(length - before - 1)}\n`), before);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), length);
  return bytes;
}
