/**
 * The safetensors format: an 8-byte little-endian header length, a JSON header, raw tensors
 * (https://huggingface.co/docs/safetensors). Float32 only, which is all that we store.
 */

import { checkShape, InputError, shapes, showValue } from '@lifegpt/core';

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

  if (headerLength > LONGEST_HEADER) fail(`its header has ${headerLength} bytes`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength)));
  } catch {
    return fail('its header is not JSON');
  }
  const header = checkShape(HEADER, parsed, `${source}: damaged safetensors file: header`);
  // a copy, so that floats are aligned (not slice: on a Node Buffer that is a view)
  const body = new Uint8Array(bytes.subarray(8 + headerLength));
  const { __metadata__: described, ...entries } = header;
  const metadata = checkShape(METADATA, described ?? {}, `${source}: __metadata__`);
  const tensors = Object.entries(entries).map(([name, entry]) => {
    const place = `${source}: damaged safetensors file: tensor ${showValue(name)}`;
    const { dtype, shape, data_offsets: span } = checkShape(ENTRY, entry, place);
    if (dtype !== 'F32') fail(`tensor ${name} has type ${showValue(dtype)}; expected F32`);
    const count = shape.reduce((product, dim) => product * dim, 1);
    const [start, end] = span;
    if (end - start !== count * 4 || start % 4 !== 0 || end > body.length) {
      fail(`tensor ${name} of shape [${shape}] lies at bytes ${start}..${end} of ${body.length}`);
    }
    return { name, shape, start, data: new Float32Array(body.buffer, start, count) };
  });
  // the format wants every byte to belong to one tensor
  let at = 0;
  for (const { name, start, data } of tensors.toSorted((a, b) => a.start - b.start)) {
    if (start !== at)
      fail(`tensor ${name} begins at byte ${start}, and not at ${at}, where it should`);
    at += data.byteLength;
  }
  if (at !== body.length) fail(`${body.length - at} bytes belong to no tensor`);
  return { tensors: tensors.map(({ name, shape, data }) => ({ name, shape, data })), metadata };
}

/** Bytes of a header: room for a hundred thousand tensors. */
const LONGEST_HEADER = 2 ** 24;

const { list, range, record, table, text, wholeNumber } = shapes;

const HEADER = table<unknown>((value) => value, 100_000);

const METADATA = table(text(2 ** 20), 1000);

const ENTRY = record<{
  dtype: string;
  shape: readonly number[];
  data_offsets: readonly [number, number];
}>({
  dtype: text(16),
  shape: list(wholeNumber(0, 2 ** 31), 0, 8),
  data_offsets: range(wholeNumber(0)),
});
