/**
 * The demo page's files, listed once at the start. Each becomes a route of its own, so no request
 * names a path: what is not on the list does not exist.
 */

import { createReadStream, existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { extname, relative, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pathIn } from '../folder-path.js';
import { findShippedFolder } from '../shipped-folder.js';

/** A file of the page. */
export interface PageFile {
  /** What it is asked for as, from `/` on. */
  readonly route: string;
  readonly type: string;
  readonly bytes: number;
  /** Another one after a change. */
  readonly tag: string;
  open(): Readable;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** Lists the built page; empty when it was not built. */
export async function listPageFiles(): Promise<PageFile[]> {
  const folder = findShippedFolder('page');
  if (!existsSync(pathIn(folder, 'index.html'))) return [];
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && extname(entry.name) !== '.map')
    .map((entry) => describeFile(folder, pathIn(entry.parentPath, entry.name)));
}

function describeFile(folder: string, path: string): PageFile {
  const name = relative(folder, path).split(sep).join('/');
  const { size, mtimeMs } = statSync(path);
  return {
    route: name === 'index.html' ? '/' : `/${name}`,
    type: TYPES[extname(name)] ?? 'application/octet-stream',
    bytes: size,
    tag: `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"`,
    open: () => createReadStream(path),
  };
}
