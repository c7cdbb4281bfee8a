/** One file of a data set, from drawing its boards to its entry in the manifest. */

import type { SimdLife } from '@lifegpt/simd-life';
import { targetIn } from '../folder-path.js';
import type { DatasetConfig, DatasetFile } from './config.js';
import { openHashedFile } from './hashed-file.js';
import type { FileEntry } from './file-entry.js';
import { openRowWriter, shapeOf } from './row-writers.js';
import { drawRows, type Dropped } from './rows.js';

/**
 * Draws and writes a file.
 * @param onRows called now and then with the rows written since
 */
export function writeDatasetFile(
  engine: SimdLife,
  config: DatasetConfig,
  file: DatasetFile,
  folder: string,
  onRows: (rows: number) => void,
): FileEntry {
  const output = openHashedFile(targetIn(folder, file.path));
  try {
    const shape = shapeOf(config);
    const writer = openRowWriter(config.format, shape, output.write);
    const dropped: Dropped = { duplicates: 0, otherSplits: 0 };
    let pending = 0;
    for (const batch of drawRows(engine, config, file, dropped)) {
      writer.write(batch);
      pending += batch.rows;
      if (pending < 1000) continue;
      onRows(pending);
      pending = 0;
    }
    writer.finish();
    onRows(pending);
    return { ...file, ...output.finish(), dropped };
  } catch (error) {
    output.discard();
    throw error;
  }
}
