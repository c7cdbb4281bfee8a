/** Builds the page into dist/page: bundled scripts, the engine, ONNX Runtime and the models. */

import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { packFile, RUNTIME } from './pack-runtime.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const resolved = (name) => fileURLToPath(import.meta.resolve(name));
const out = here('dist/page');
const zoo = fileURLToPath(new URL('../zoo', import.meta.resolve('@lifegpt/model')));
const runtime = fileURLToPath(new URL('.', import.meta.resolve('onnxruntime-web/wasm')));
/** The recipe of the page's Train view. */
const recipe = here('../../tools/recipes/torus8.json');

await rm(out, { recursive: true, force: true });
await mkdir(`${out}/ort`, { recursive: true });
await build({
  entryPoints: {
    main: here('src/main.ts'),
    worker: here('src/worker/main.ts'),
    proof: here('src/proof/worker.ts'),
  },
  outdir: out,
  bundle: true,
  minify: true,
  sourcemap: true,
  format: 'esm',
  splitting: true,
  target: 'es2022',
  logLevel: 'warning',
});
await cp(here('public'), out, { recursive: true });
await cp(resolved('uplot/dist/uPlot.min.css'), `${out}/uplot.css`);
await cp(resolved('@lifegpt/simd-life/simd-life.wasm'), `${out}/simd-life.wasm`);
await cp(recipe, `${out}/recipe.json`);
// what a link to the page shows where it is passed on
await cp(here('../../docs/page.png'), `${out}/page.png`);
// without and with WebGPU; a page loads one of them
const builds = ['ort-wasm-simd-threaded', 'ort-wasm-simd-threaded.asyncify'];
for (const file of builds.flatMap((name) => [`${name}.mjs`, `${name}.wasm`])) {
  await cp(`${runtime}/${file}`, `${out}/ort/${file}`);
}
const entries = await readdir(zoo, { withFileTypes: true });
const models = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
for (const name of models) await cp(`${zoo}/${name}`, `${out}/models/${name}`, { recursive: true });
await writeFile(`${out}/models/index.json`, JSON.stringify(models));
await writeFile(`${out}/files.json`, JSON.stringify(await listSizes(out)));
const needed = await listNeeded(out);
await writeOfflineWorker(out, needed);
const isSmall = (name) => !name.endsWith(RUNTIME); // pack-runtime.mjs does that one, where it is worth its time
for (const name of [...needed, 'index.html', 'offline-worker.js'].filter(isSmall)) {
  if (/\.(js|mjs|css|html|svg|json|wasm)$/.test(name)) packFile(join(out, name));
}

/** What the page needs on WASM with its first model, without the page itself. */
async function listNeeded(folder) {
  const all = Object.keys(await listSizes(folder)).toSorted();
  const isLeftOut = (name) =>
    /\.map$|asyncify|webgpu|page\.png|offline-worker|index\.html|README|metrics|training\.json/.test(
      name,
    ) ||
    (name.startsWith('models/') && !/^models\/(life\/|index)/.test(name));
  return all.filter((name) => !isLeftOut(name));
}

/** The service worker is told which files the page needs, and their hash. */
async function writeOfflineWorker(folder, files) {
  const path = `${folder}/offline-worker.js`;
  const hash = createHash('sha256');
  for (const name of files) hash.update(name).update(await readFile(join(folder, name)));
  const text = (await readFile(path, 'utf8'))
    .replace('%VERSION%', hash.digest('hex').slice(0, 16))
    .replace('%FILES%', JSON.stringify(['./', ...files]));
  await writeFile(path, text);
}

/** The bytes of every file: a compressed answer does not tell them. */
async function listSizes(folder) {
  const names = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(
    names.map(async (name) => [name.split('\\').join('/'), await stat(join(folder, name))]),
  );
  return Object.fromEntries(sizes.filter(([, s]) => s.isFile()).map(([name, s]) => [name, s.size]));
}
