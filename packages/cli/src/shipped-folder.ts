/** Folders of the project that an installed package holds itself, and what is in them. */

import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where each lies in the workspace, as seen from the package. */
const IN_WORKSPACE = {
  page: '../web/dist/page',
  recipes: '../../tools/recipes',
  ablations: '../../tools/ablations',
} as const;

/** Finds a folder: in the package when it was installed, else in the workspace. It may be missing. */
export function findShippedFolder(name: keyof typeof IN_WORKSPACE): string {
  const place = (path: string): string => fileURLToPath(new URL(`../${path}/`, import.meta.url));
  const packed = place(name);
  return existsSync(packed) ? packed : place(IN_WORKSPACE[name]);
}

/** Names of the recipes or ablations of the project. */
export function listShippedFiles(name: 'recipes' | 'ablations'): string[] {
  const folder = findShippedFolder(name);
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -5))
    .sort();
}

/** Where the shipped models lie. */
export const ZOO = fileURLToPath(new URL('../zoo/', import.meta.resolve('@lifegpt/model')));

/** Names of the shipped models. */
export function listModels(): string[] {
  if (!existsSync(ZOO)) return []; // none yet
  return readdirSync(ZOO, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
