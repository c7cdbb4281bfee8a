/** Folders of the project that an installed package holds itself. */

import { existsSync } from 'node:fs';
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
