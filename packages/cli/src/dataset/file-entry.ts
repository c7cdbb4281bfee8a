/** An entry of a data set's manifest. */

import type { DatasetFile } from './config.js';
import type { Dropped } from './rows.js';

/** What is known of a finished file. */
export interface FileEntry extends DatasetFile {
  readonly bytes: number;
  readonly sha256: string;
  readonly dropped: Readonly<Dropped>;
}
