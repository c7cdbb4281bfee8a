/** A model as a folder for Hugging Face's libraries. */

import { exportGpt } from './export-gpt.js';
import { exportLocation } from './export-location.js';
import type { ExportedFiles } from './exported-files.js';
import type { ModelFolder } from './model-folder.js';
import { isLocationConfig } from '../network/location-config.js';

/** The Python files that come with a model by location; whoever exports one reads them from this package's `python/`. */
export const PYTHON_FILES = ['configuration_lifegpt.py', 'modeling_lifegpt.py'] as const;

/**
 * Writes a model for Hugging Face's libraries.
 * @param python the content of each of `PYTHON_FILES`
 * @throws InputError when the libraries have no such parts
 */
export function exportForTransformers(
  folder: ModelFolder,
  python: Readonly<Record<(typeof PYTHON_FILES)[number], Uint8Array>>,
): ExportedFiles {
  const { config } = folder;
  return isLocationConfig(config)
    ? { ...exportLocation({ ...folder, config }), ...python }
    : exportGpt({ ...folder, config });
}
