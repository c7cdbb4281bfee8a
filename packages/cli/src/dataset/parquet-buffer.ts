/** A Parquet file as its reader sees it: bytes by their place, within the file, and none after it failed. */

import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import { open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';

/** An opened file. */
export interface ParquetBuffer extends AsyncBuffer {
  /**
   * What the reader makes of the file. A request for bytes that are not there ends it; the request itself is never answered,
   * since of several that fail together the reader hears one, and Node would end at the others.
   * @throws Error as the reader does, or where bytes are not there
   */
  read<T>(reader: (buffer: AsyncBuffer) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Opens a file. */
export async function openParquetBuffer(path: string): Promise<ParquetBuffer> {
  const file = await open(path, 'r');
  const { size: byteLength } = await file.stat();
  let hasFailed = false;
  let fail = (_error: unknown): void => {};

  async function readBytes(start: number, end: number): Promise<ArrayBuffer> {
    if (!(start >= 0 && end >= start && end <= byteLength)) {
      throw new Error(`bytes ${start} to ${end} are not in a file of ${byteLength}`);
    }
    const bytes = new Uint8Array(end - start);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    if (bytesRead !== bytes.length) throw new Error('the file ends early');
    return bytes.buffer;
  }

  const buffer: AsyncBuffer = {
    byteLength,
    async slice(start, end = byteLength) {
      // the reader plans everything in one turn, and may fail in it: then nobody waits for this
      await setImmediate();
      if (hasFailed) return new Promise<never>(() => {});
      return readBytes(start, end).catch((error: unknown) => {
        hasFailed = true;
        fail(error);
        return new Promise<never>(() => {});
      });
    },
  };
  return {
    ...buffer,
    async read(reader) {
      const failure = new Promise<never>((_resolve, reject) => (fail = reject));
      try {
        return await Promise.race([reader(buffer), failure]);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    },
    close: () => file.close(),
  };
}

/** Rows that a file of some size can hold: a byte for each value is far less than a state takes. */
const MOST_ROWS_A_BYTE = 64;

/** The rows of a file. @throws Error when its parts cannot be */
export function countParquetRows(
  { num_rows: rows, row_groups: groups }: FileMetaData,
  bytes: number,
): number {
  const count = Number(rows);
  const inGroups = groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  if (!(count >= 0 && count === inGroups && count <= MOST_ROWS_A_BYTE * bytes)) {
    throw new Error(`it cannot have ${count} rows, ${inGroups} in its groups`);
  }
  for (const { columns, num_rows: own } of groups) {
    for (const { meta_data: described } of columns) {
      if (described === undefined) throw new Error('a column is not described');
      if (Number(described.num_values) !== Number(own)) {
        throw new Error(`a column has ${described.num_values} values in ${own} rows`);
      }
    }
  }
  return count;
}
