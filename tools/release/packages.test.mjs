import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkNeeds, installInto, predictGlider } from './install.mjs';
import { takeInventory } from './inventory.mjs';
import { layOut } from './lay-out.mjs';
import { packAll } from './pack.mjs';

/** Whether all is packed, and npm itself installs, which takes half a minute: `npm run test:slow`. */
const isSlowRun = process.env.LIFEGPT_SLOW_TESTS !== undefined;
let folder;
let tarballs;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'packages-'));
  tarballs = packAll(join(folder, 'tarballs'), isSlowRun);
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true }), 600_000);

const createFolder = (name) => {
  const created = join(folder, name);
  mkdirSync(created);
  return created;
};
/** Bytes of all files in a folder. */
const measureFolder = (path) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
const runNode = (cwd, ...given) => execFileSync(process.execPath, given, { cwd, encoding: 'utf8' });

describe('the tarball of lifegpt', () => {
  let empty;
  beforeAll(() => {
    empty = createFolder('cli');
  });
  function install(isWhole) {
    const options = isWhole ? ['--engine-strict'] : ['--engine-strict', '--omit=optional'];
    if (isSlowRun) installInto(empty, [tarballs.lifegpt], options);
    else layOut(empty, [tarballs.lifegpt], { isWhole });
  }

  it('needs what npm finds, and all of it says that it runs on this version of Node', () => {
    const found = checkNeeds(tarballs.lifegpt, createFolder('needs'));
    expect(found).toContain('node_modules/onnxruntime-node');
    expect(found).toContain('node_modules/fastify');
  }, 600_000);

  it('predicts a glider by WebAssembly where the binary of ONNX Runtime cannot be installed, from a third of the bytes', () => {
    install(false);
    const modules = join(empty, 'node_modules');
    expect(existsSync(join(modules, 'onnxruntime-node'))).toBe(false);
    predictGlider(empty, process.execPath);
    expect(measureFolder(modules) / 2 ** 20).toBeLessThan(115);
  }, 600_000);

  it('installs into an empty folder and predicts a glider with its weights', () => {
    install(true);
    predictGlider(empty, process.execPath);
    const own = join(empty, 'node_modules/lifegpt');
    expect(existsSync(join(own, 'page/index.html'))).toBe(true);
    expect(existsSync(join(own, 'page/main.js.br'))).toBe(isSlowRun);
    expect(existsSync(join(own, 'recipes/torus8.json'))).toBe(true);
    expect(existsSync(join(own, 'LICENSE'))).toBe(true);
    expect(existsSync(join(own, 'dist/main.js.map'))).toBe(false);
    // the threads and the engine find their files
    const main = join(own, 'bin/lifegpt.js');
    runNode(empty, main, ...'dataset generate --out d --rows 50 --size 8 --format csv'.split(' '));
    expect(runNode(empty, main, 'dataset', 'inspect', 'd')).toContain('all 50 pairs of 50 rows');
    // a font and what draws with it are there
    runNode(empty, main, ...'eval --fresh 2 --size 8 --report report'.split(' '));
    expect(readdirSync(join(empty, 'report'), { recursive: true }).join(' ')).toContain('.png');
    const { parts, problems } = takeInventory(empty);
    expect(problems).toEqual([]);
    const names = parts.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['lifegpt', '@lifegpt/core', 'onnxruntime-node']));
  }, 600_000);
});

describe('the libraries', () => {
  let empty;
  beforeAll(() => {
    empty = createFolder('libraries');
    const { lifegpt: _, ...libraries } = tarballs;
    const paths = Object.values(libraries);
    if (isSlowRun) installInto(empty, [...paths, 'onnxruntime-node@1.30.0']);
    else layOut(empty, paths, { others: ['onnxruntime-node'] });
  }, 600_000);
  const run = (example) => runNode(empty, `node_modules/@lifegpt/${example}`);

  it('run their examples from an empty folder', () => {
    expect(run('core/examples/next-state.mjs')).toContain('\n3$2bobo$3b2o$3bo!\n');
    expect(run('simd-life/examples/many-generations.mjs')).toContain(
      ' torus: 472 live cells\n16384 ',
    );
    const states = run('model/examples/predict.mjs').trim().split('\n');
    expect(states).toHaveLength(4);
    // four generations move a glider by one cell, down and right
    const glider = '0000000000000000000000000000100000000100000111000000000000000000';
    expect(states[3]).toBe(`4: ${glider} in 2 passes`);
    expect(run('onnx-training/examples/train-spirals.mjs')).toMatch(/step 600: loss 0\.0/);
  });

  it('are ESM with types for what they export, and without side effects', () => {
    for (const name of ['core', 'simd-life', 'onnx-training', 'model']) {
      const own = join(empty, 'node_modules/@lifegpt', name);
      const manifest = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8'));
      expect(manifest).toMatchObject({ type: 'module', sideEffects: false, license: 'MIT' });
      expect(existsSync(join(own, manifest.exports['.'].types))).toBe(true);
      const wanted = Object.entries(manifest.dependencies ?? {});
      expect(wanted.filter(([, version]) => version === '*')).toEqual([]);
    }
  });

  it('shake: a bundle that needs one function of core holds hardly more', async () => {
    const { build } = await import('esbuild');
    const entry = join(empty, 'entry.mjs');
    writeFileSync(
      entry,
      `import { parseRule } from '@lifegpt/core'; console.log(parseRule('B3/S23'));`,
    );
    const options = { bundle: true, minify: true, write: false, format: 'esm' };
    const { outputFiles } = await build({ ...options, entryPoints: [entry] });
    const whole = await build({
      ...options,
      stdin: { contents: `export * from '@lifegpt/core'`, resolveDir: empty },
    });
    expect(outputFiles[0].contents.length).toBeLessThan(whole.outputFiles[0].contents.length / 3);
  });
});
