/** Builds the page into dist/page: bundled scripts, the engine, ONNX Runtime and the models. */

import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const resolved = (name) => fileURLToPath(import.meta.resolve(name));
const out = here('dist/page');
const zoo = fileURLToPath(new URL('../zoo', import.meta.resolve('@lifegpt/model')));
const runtime = fileURLToPath(new URL('.', import.meta.resolve('onnxruntime-web/wasm')));

await rm(out, { recursive: true, force: true });
await mkdir(`${out}/ort`, { recursive: true });
await build({
  entryPoints: [here('src/main.ts'), here('src/worker.ts')],
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
await cp(resolved('@lifegpt/simd-life/simd-life.wasm'), `${out}/simd-life.wasm`);
// without and with WebGPU; a page loads one of them
const builds = ['ort-wasm-simd-threaded', 'ort-wasm-simd-threaded.asyncify'];
for (const file of builds.flatMap((name) => [`${name}.mjs`, `${name}.wasm`])) {
  await cp(`${runtime}/${file}`, `${out}/ort/${file}`);
}
await cp(zoo, `${out}/models`, { recursive: true });
const models = (await readdir(zoo, { withFileTypes: true })).filter((entry) => entry.isDirectory());
await writeFile(`${out}/models/index.json`, JSON.stringify(models.map(({ name }) => name)));
