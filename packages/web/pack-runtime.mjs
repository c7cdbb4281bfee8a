/**
 * Packs the page's runtime as small as it goes, once: `npm run web`, what is published and the measured first visit have it so. A
 * build does not wait for it: without it the server packs as it sends, in a second and by a fifth less well.
 */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

/** ONNX Runtime's WebAssembly in the page's folder. */
export const RUNTIME = 'ort/ort-wasm-simd-threaded.wasm';
/** Of 14 MB of runtime, quality 9 leaves 2.67 MB in 2 s, 10 leaves 2.39 in 15 s, 11 leaves 2.30 in 28 s. */
const PACKING = {
  [constants.BROTLI_PARAM_QUALITY]: 10,
  [constants.BROTLI_PARAM_LGWIN]: 24,
};
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
/** What was packed before, by its content's hash. */
const kept = here('../../node_modules/.cache/lifegpt');

const pack = (content) => brotliCompressSync(content, { params: PACKING });

/** Puts `x.br` beside a file whose text a server would otherwise compress at each visit, and less well. */
export function packFile(path) {
  writeFileSync(`${path}.br`, pack(readFileSync(path)));
}

/** Puts the packed runtime into the built page. */
export function packRuntime(say = () => {}) {
  const path = join(here('dist/page'), RUNTIME);
  const content = readFileSync(path);
  const known = join(kept, `${createHash('sha256').update(content).digest('hex')}.br`);
  if (!existsSync(known)) {
    say('packing the runtime of the page, once: a quarter of a minute');
    mkdirSync(kept, { recursive: true });
    writeFileSync(known, pack(content));
  }
  writeFileSync(`${path}.br`, readFileSync(known));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) packRuntime(console.error);
