import { InputError } from '@lifegpt/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from './safetensors.js';

const sample = encodeSafetensors({
  tensors: [
    { name: 'a', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
    { name: 'b', shape: [], data: Float32Array.of(7) },
  ],
  metadata: { step: '12' },
});

describe('safetensors', () => {
  it('returns what was written, with the metadata', () => {
    fc.assert(
      fc.property(fc.array(fc.float32Array({ noNaN: true })), fc.string(), (arrays, note) => {
        const tensors = arrays.map((data, i) => ({ name: `t${i}`, shape: [data.length], data }));
        const read = decodeSafetensors(encodeSafetensors({ tensors, metadata: { note } }), 'test');
        expect(read.metadata).toEqual({ format: 'pt', note });
        expect(read.tensors).toEqual(tensors);
      }),
    );
  });

  it('lays the file out as the format says', () => {
    const length = Number(new DataView(sample.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(sample.subarray(8, 8 + length)));
    expect(header.a).toEqual({ dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] });
    expect(header.b.data_offsets).toEqual([24, 28]);
    expect(sample.length).toBe(8 + length + 28);
  });

  it('reads from a Node Buffer that lies anywhere in a larger one', () => {
    const shifted = Buffer.concat([Buffer.alloc(3), sample]).subarray(3);
    expect([...decodeSafetensors(shifted, 'test').tensors[0]!.data]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('refuses a file that is cut short at any place', () => {
    for (let length = 0; length < sample.length; length++) {
      expect(() => decodeSafetensors(sample.subarray(0, length), 'cut')).toThrow(InputError);
    }
  });

  it('names the tensor whose type it cannot read', () => {
    const text = new TextDecoder('latin1').decode(sample).replace('F32', 'F16');
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    expect(() => decodeSafetensors(bytes, 'half.safetensors')).toThrow(
      /half.safetensors.*tensor a has type "F16"/,
    );
  });

  const withHeader = (header: unknown): Uint8Array => {
    const text = JSON.stringify(header);
    const bytes = new Uint8Array(8 + text.length + 16);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
    bytes.set(new TextEncoder().encode(text), 8);
    return bytes;
  };
  const one = { dtype: 'F32', shape: [4], data_offsets: [0, 16] };

  it('takes a header whose tensors fill the file', () => {
    expect(decodeSafetensors(withHeader({ a: one }), 'x').tensors[0]!.data).toHaveLength(4);
  });

  it.each([
    ['null', null, /header: it is null; expected an object/],
    ['a list', [], /expected an object/],
    ['a tensor that is null', { a: null }, /tensor "a": it is null/],
    ['a tensor without a shape', { a: { dtype: 'F32', data_offsets: [0, 16] } }, /"shape" is miss/],
    ['a negative side', { a: { ...one, shape: [-4] } }, /"shape\[0\]" is -4/],
    [
      'offsets that are no numbers',
      { a: { ...one, data_offsets: ['0', 16] } },
      /"data_offsets\[0\]"/,
    ],
    [
      'bytes of nobody',
      { a: { ...one, shape: [2], data_offsets: [0, 8] } },
      /8 bytes belong to no/,
    ],
    [
      'a misaligned tensor',
      { a: { ...one, shape: [3], data_offsets: [2, 14] } },
      /lies at bytes 2/,
    ],
    [
      'tensors over each other',
      { a: one, b: { ...one, shape: [0], data_offsets: [8, 8] } },
      /begins/,
    ],
    [
      'metadata that is no text',
      { __metadata__: { step: 3 }, a: one },
      /__metadata__: "step" is 3/,
    ],
  ])('refuses a header that is %s', (_, header, message) => {
    expect(() => decodeSafetensors(withHeader(header), 'x')).toThrow(message);
    expect(() => decodeSafetensors(withHeader(header), 'x')).toThrow(InputError);
  });
});
