/**
 * The demo page's files, listed once at the start. Each becomes a route of its own, so no request
 * names a path: what is not on the list does not exist, and a symbolic link is not on it.
 */

import { InputError } from '@lifegpt/core';
import type { FastifyInstance } from 'fastify';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { pathIn } from '../folder-path.js';
import { findShippedFolder } from '../shipped-folder.js';

/** A file of the page. */
export interface PageFile {
  /** What it is asked for as, from `/` on. */
  readonly route: string;
  readonly type: string;
  readonly bytes: number;
  /** The hash of its content. */
  readonly tag: string;
  readonly path: string;
  /** The same, compressed by Brotli when the page was built; null where it was not. */
  readonly packed: string | null;
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

/**
 * Lists the files of a folder.
 * @param folder the built page when left out; then there may be none
 * @throws InputError when the folder that was named holds no page
 */
export async function listPageFiles(folder?: string): Promise<PageFile[]> {
  const root = folder ?? findShippedFolder('page');
  if (!existsSync(pathIn(root, 'index.html'))) {
    if (folder === undefined) return [];
    throw new InputError(`${folder} holds no page: it has no index.html`);
  }
  const entries = await readdir(root, { withFileTypes: true, recursive: true });
  const all = entries.filter((entry) => entry.isFile());
  const paths = new Set(all.map((entry) => pathIn(entry.parentPath, entry.name)));
  const shown = [...paths].filter((path) => !['.map', '.br'].includes(extname(path)));
  return Promise.all(
    shown.map((path) => describeFile(root, path, paths.has(`${path}.br`) ? `${path}.br` : null)),
  );
}

async function describeFile(
  folder: string,
  path: string,
  packed: string | null,
): Promise<PageFile> {
  const name = relative(folder, path).split(sep).join('/');
  const content = await readFile(path);
  return {
    route: name === 'index.html' ? '/' : `/${name}`,
    type: TYPES[extname(name)] ?? 'application/octet-stream',
    bytes: content.length,
    tag: createHash('sha256').update(content).digest('base64url').slice(0, 22),
    path,
    packed,
  };
}

/** What the page may do: load its own scripts, compile its own WebAssembly, ask its own server. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  // threads of the page's WebAssembly need an isolated origin
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': POLICY,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Names that esbuild makes from the content. */
const HASHED = /-[A-Z0-9]{8}\.js$/;

/** Adds a route for each file. */
export function addPageFiles(app: FastifyInstance, files: readonly PageFile[]): void {
  for (const file of files) addFile(app, file);
}

function addFile(
  app: FastifyInstance,
  { route, type, bytes, tag, path, packed: built }: PageFile,
): void {
  const packed = new Map<Encoding, Promise<Buffer>>();
  const isText = !/octet-stream|safetensors/.test(type);
  app.get(route, async (request, reply) => {
    const encoding = isText ? chooseEncoding(request.headers['accept-encoding']) : null;
    const ownTag = `"${tag}${encoding === null ? '' : `-${encoding}`}"`;
    void reply.headers({
      ...HEADERS,
      'content-type': type,
      'cache-control': HASHED.test(route) ? 'public, max-age=31536000, immutable' : 'no-cache',
      etag: ownTag,
      ...(isText ? { vary: 'accept-encoding' } : {}),
    });
    if (matches(request.headers['if-none-match'], ownTag)) return reply.code(304).send();
    if (encoding === null) {
      return reply.header('content-length', bytes).send(createReadStream(path));
    }
    // where the build did not, packed when somebody asks, and once
    const isBuilt = encoding === 'br' && built !== null;
    const found = packed.get(encoding) ?? (isBuilt ? readFile(built) : PACK[encoding](path));
    packed.set(encoding, found);
    const content = await found;
    return reply
      .headers({ 'content-encoding': encoding, 'content-length': content.length })
      .send(content);
  });
}

type Encoding = 'br' | 'gzip';

const PACK: Readonly<Record<Encoding, (path: string) => Promise<Buffer>>> = {
  br: async (path) =>
    promisify(brotliCompress)(await readFile(path), {
      params: { [constants.BROTLI_PARAM_QUALITY]: 6 },
    }),
  gzip: async (path) => promisify(gzip)(await readFile(path)),
};

/** The best encoding that a client takes. */
function chooseEncoding(accepted: string | undefined): Encoding | null {
  const names = (accepted ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.trim())
    .filter((part) => !/;\s*q=0(\.0*)?$/.test(part))
    .map((part) => part.split(';')[0]!.trim());
  return (['br', 'gzip'] as const).find((name) => names.includes(name)) ?? null;
}

const matches = (header: string | undefined, tag: string): boolean =>
  header?.split(',').some((part) => part.trim().replace(/^W\//, '') === tag) ?? false;
