/**
 * TensorBoard's event files: records of a length, its checksum, a message and its checksum, little-endian. The message is
 * `Event` of tensorboard/compat/proto/event.proto, of which training needs five fields.
 */

import protobuf from 'protobufjs/minimal.js';

/** Numbers by their names at a step. */
export interface ScalarEvent {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
  readonly scalars: Readonly<Record<string, number>>;
}

/** What a file begins with: the version of the format. */
export function encodeFileStart(wallTime: number): Uint8Array {
  const event = protobuf.Writer.create().uint32(DOUBLE(1)).double(wallTime);
  return frame(event.uint32(BYTES(3)).string('brain.Event:2').finish());
}

/** A record of some numbers. */
export function encodeScalars({ wallTime, step, scalars }: ScalarEvent): Uint8Array {
  const event = protobuf.Writer.create();
  event.uint32(DOUBLE(1)).double(wallTime).uint32(VARINT(2)).int64(step);
  const summary = event.uint32(BYTES(5)).fork();
  for (const [tag, value] of Object.entries(scalars)) {
    const entry = summary.uint32(BYTES(1)).fork();
    entry.uint32(BYTES(1)).string(tag).uint32(FLOAT(2)).float(value).ldelim();
  }
  return frame(summary.ldelim().finish());
}

/** Keys of a field by how it is written. */
const VARINT = (field: number): number => field << 3;
const DOUBLE = (field: number): number => (field << 3) | 1;
const BYTES = (field: number): number => (field << 3) | 2;
const FLOAT = (field: number): number => (field << 3) | 5;

function frame(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16 + message.length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(message.length), true);
  view.setUint32(8, mask(crc32c(bytes.subarray(0, 8))), true);
  bytes.set(message, 12);
  view.setUint32(12 + message.length, mask(crc32c(message)), true);
  return bytes;
}

/** Checksums of what holds checksums are changed, so that they are none by accident. */
const mask = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;

/** Castagnoli's polynomial, its bits the other way round. */
const CASTAGNOLI = 0x82f63b78;
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? CASTAGNOLI : 0);
  return crc;
});

/** CRC-32C, which Node's zlib does not have. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 0xff]!;
  return ~crc >>> 0;
}
