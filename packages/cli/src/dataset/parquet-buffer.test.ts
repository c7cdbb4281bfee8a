import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openParquetBuffer, type ParquetBuffer } from './parquet-buffer.js';

describe('openParquetBuffer', () => {
  let folder: string;
  let buffer: ParquetBuffer;
  const unheard: unknown[] = [];
  const hear = (error: unknown): void => void unheard.push(error);
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parquet-'));
    writeFileSync(join(folder, 'file'), 'abcdef');
    buffer = await openParquetBuffer(join(folder, 'file'));
    process.on('unhandledRejection', hear);
  });
  afterEach(async () => {
    process.off('unhandledRejection', hear);
    await buffer.close();
    rmSync(folder, { recursive: true });
  });

  it('reads bytes by their place', async () => {
    const text = await buffer.read(async (file) => Buffer.from(await file.slice(2, 4)).toString());
    expect(text).toBe('cd');
  });

  it('ends a reader at bytes that are not there, and lets no other request fail unheard', async () => {
    const reading = buffer.read(async (file) => {
      // the reader waits for the first, while the others fail
      const slices = [file.slice(0, 6), file.slice(NaN, NaN), file.slice(4, 9)].map(async (slice) =>
        Buffer.from(await slice),
      );
      for (const slice of slices) {
        await slice;
        await setTimeout(30);
      }
    });
    await expect(reading).rejects.toThrow('bytes NaN to NaN are not in a file of 6');
    await expect(buffer.read(async () => Promise.reject(new Error('damaged')))).rejects.toThrow(
      'damaged',
    );
    await setTimeout(50);
    expect(unheard).toEqual([]);
  });
});
