/** What an export takes and what it makes. */

import type { GptConfig } from '../network/gpt-config.js';
import type { LocationConfig } from '../network/location-config.js';
import type { ModelFolder } from './model-folder.js';

/** The files of an exported folder by their paths. */
export type ExportedFiles = Readonly<Record<string, Uint8Array>>;

/** A folder of a model whose tokens stand in a line. */
export interface GptFolder extends ModelFolder {
  readonly config: GptConfig;
}

/** A folder of a model with attention by location. */
export interface LocationFolder extends ModelFolder {
  readonly config: LocationConfig;
}

/** A text as a file. */
export const writeText = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A value as a file. */
export const writeJson = (value: unknown): Uint8Array =>
  writeText(`${JSON.stringify(value, null, 2)}\n`);

/** What a card calls a model: its name, without the folders that lead to it. */
export const titleOf = ({ name }: ModelFolder): string =>
  name.split('/').findLast((part) => part !== '') ?? name;
