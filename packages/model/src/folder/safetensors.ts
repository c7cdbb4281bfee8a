/**
 * The safetensors format: an 8-byte little-endian header length, a JSON header, raw tensors
 * (https://huggingface.co/docs/safetensors). Float32 only, which is all that we store.
 */

import { InputError } from '@lifegpt/core';

/** A named float32 tensor. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The contents of a safetensors file. */
export interface TensorFile {
  readonly tensors: readonly NamedTensor[];
  /** Free text by key. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Serialises tensors. `format: pt` is added to the metadata, which Python's readers ask for. */
export function encodeSafetensors({ tensors, metadata }: TensorFile): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt', ...metadata } };
  let offset = 0;
  for (const { name, shape, data } of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, 8, 8 + headerLength);
  bytes.set(json, 8);
  let at = 8 + headerLength;
  for (const { data } of tensors) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a safetensors file.
 * @param source file name for messages
 * @throws InputError when the file is cut short, is no safetensors file or holds other types.
 */
export function decodeSafetensors(bytes: Uint8Array, source: string): TensorFile {
  const fail = (reason: string): never => {
    throw new InputError(`${source}: damaged safetensors file: ${reason}`);
  };
  if (bytes.length < 8) fail(`${bytes.length} bytes, but the header's length alone takes 8`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = Number(view.getBigUint64(0, true));
  if (headerLength > bytes.length - 8)
    fail(`its header claims ${headerLength} of ${bytes.length} bytes`);

  let header: Record<string, { dtype?: string; shape?: number[]; data_offsets?: [number, number] }>;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength)));
  } catch {
    return fail('its header is not JSON');
  }
  // a copy, so that floats are aligned (not slice: on a Node Buffer that is a view)
  const body = new Uint8Array(bytes.subarray(8 + headerLength));
  const { __metadata__: metadata, ...entries } = header;
  const tensors = Object.entries(entries).map(([name, { dtype, shape, data_offsets: span }]) => {
    if (dtype !== 'F32') fail(`tensor ${name} has type ${dtype}; expected F32`);
    const count = (shape ?? []).reduce((product, dim) => product * dim, 1);
    const [start, end] = span ?? [0, -1];
    if (end - start !== count * 4 || start < 0 || end > body.length) {
      fail(`tensor ${name} of shape [${shape}] lies at bytes ${start}..${end} of ${body.length}`);
    }
    return { name, shape: shape!, data: new Float32Array(body.buffer, start, count) };
  });
  return { tensors, metadata: (metadata ?? {}) as Record<string, string> };
}
