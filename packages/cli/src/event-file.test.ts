import protobuf from 'protobufjs/minimal.js';
import { describe, expect, it } from 'vitest';
import { crc32c, encodeFileStart, encodeScalars } from './event-file.js';

/** The messages of a file, lengths and the places of checksums held against what they have to be. */
function readRecords(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(view.getBigUint64(at, true));
    records.push(bytes.subarray(at + 12, at + 12 + length));
    at += 16 + length;
    expect(at).toBeLessThanOrEqual(bytes.length);
  }
  return records;
}

describe('an event file', () => {
  it('has the checksums of the standard', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  });

  it('begins with the version, and holds every number by its name, step and time', () => {
    const scalars = { 'train/loss': 0.25, 'train/learning_rate': 0.5 };
    const step = 2 ** 33; // more than 32 bits
    const parts = [encodeFileStart(9.5), encodeScalars({ wallTime: 11.25, step, scalars })];
    const [start, event] = readRecords(Buffer.concat(parts));
    expect(new TextDecoder().decode(start!)).toContain('brain.Event:2');
    const reader = protobuf.Reader.create(event!);
    expect([reader.uint32() >>> 3, reader.double()]).toEqual([1, 11.25]);
    expect([reader.uint32() >>> 3, Number(reader.int64())]).toEqual([2, step]);
    expect(reader.uint32() >>> 3).toBe(5);
    const summary = protobuf.Reader.create(reader.bytes());
    for (const [tag, value] of Object.entries(scalars)) {
      expect(summary.uint32() >>> 3).toBe(1);
      const entry = protobuf.Reader.create(summary.bytes());
      expect([entry.uint32() >>> 3, entry.string()]).toEqual([1, tag]);
      expect([entry.uint32() >>> 3, entry.float()]).toEqual([2, value]);
    }
    expect(summary.pos).toBe(summary.len);
  });
});
