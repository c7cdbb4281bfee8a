/** A model as Hugging Face's libraries want it, with the Python files that lie in the model's package. */

import {
  exportForTransformers,
  PYTHON_FILES,
  type ExportedFiles,
  type ModelFolder,
} from '@lifegpt/model';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { pathIn } from './folder-path.js';

const PYTHON = fileURLToPath(new URL('../python/', import.meta.resolve('@lifegpt/model')));

/** Writes the files. @throws InputError when the libraries have no such parts */
export async function exportFolder(folder: ModelFolder): Promise<ExportedFiles> {
  const [configuration, modeling] = await Promise.all(
    PYTHON_FILES.map((file) => readFile(pathIn(PYTHON, file))),
  );
  return exportForTransformers(folder, {
    'configuration_lifegpt.py': configuration!,
    'modeling_lifegpt.py': modeling!,
  });
}
