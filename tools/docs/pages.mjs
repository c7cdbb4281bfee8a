/**
 * Pages of docs/ that are written from the sources. `npm run docs` writes them.
 * Usage: node pages.mjs, in a workspace that is built
 */

import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { cliPage } from './cli-page.mjs';
import { recipesPage } from './recipes-page.mjs';

const root = resolve(import.meta.dirname, '../..');
const PAGES = { 'cli.md': cliPage, 'recipes.md': recipesPage };

/** The pages as they should be. @returns {Promise<Record<string, string>>} texts by their paths */
export async function writePages() {
  const pages = Object.entries(PAGES).map(async ([name, write]) => {
    const path = join(root, 'docs', name);
    const options = await resolveConfig(path);
    return [path, await format(write(root), { ...options, filepath: path })];
  });
  return Object.fromEntries(await Promise.all(pages));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of Object.entries(await writePages())) {
    writeFileSync(path, text);
    process.stderr.write(`wrote ${path}\n`);
  }
}
