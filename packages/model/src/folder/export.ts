/** A model as a folder for Hugging Face's libraries. */

import { InputError } from '@lifegpt/core';
import type { ModelFolder } from './model-folder.js';
import { isLocationConfig } from '../network/location-config.js';
import { exportGpt } from './export-gpt.js';
import type { ExportedFiles } from './exported-files.js';

/**
 * Writes a model for Hugging Face's libraries.
 * @throws InputError when GPT-2 has no such parts.
 */
export function exportForTransformers(folder: ModelFolder): ExportedFiles {
  const { config } = folder;
  if (isLocationConfig(config)) {
    throw new InputError(
      `model ${folder.name} attends by location, which GPT-2 in Hugging Face's libraries does not; ` +
        `export a model whose tokens stand in a line, such as flat32`,
    );
  }
  return exportGpt({ ...folder, config });
}
