/**
 * The arrows between the packages, as the lint enforces them: each forbidden import is planted in
 * a copy of the workspace's layout and has to be refused; each allowed one has to pass.
 */

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** File, and what it must not import. */
const FORBIDDEN = [
  ['packages/core/src/a.ts', 'node:fs'],
  ['packages/core/src/a.ts', 'fs'],
  ['packages/core/src/a.ts', '@lifegpt/simd-life'],
  ['packages/core/src/a.ts', '@lifegpt/model'],
  ['packages/core/src/a.ts', 'onnxruntime-common'],
  ['packages/core/src/a.ts', 'onnxruntime-web'],
  ['packages/core/src/a.ts', 'vitest'],
  ['packages/core/src/formats/a.ts', '../../../model/src/index.js'],
  ['packages/core/src/a.test.ts', '@lifegpt/simd-life'],
  ['packages/core/src/a.test.ts', 'onnxruntime-node'],
  ['packages/simd-life/src/a.ts', 'node:fs'],
  ['packages/simd-life/src/a.ts', 'node:fs/promises'],
  ['packages/simd-life/src/a.ts', '@lifegpt/model'],
  ['packages/simd-life/src/a.ts', '@lifegpt/core/dist/index.js'],
  ['packages/simd-life/src/a.ts', '../../core/src/index.js'],
  ['packages/simd-life/src/a.ts', 'onnxruntime-common'],
  ['packages/simd-life/src/a.test.ts', '@lifegpt/model'],
  ['packages/simd-life/test/a.ts', '@lifegpt/model'],
  ['packages/onnx-training/src/a.ts', '@lifegpt/core'],
  ['packages/onnx-training/src/a.ts', '@lifegpt/model'],
  ['packages/onnx-training/src/a.ts', 'onnxruntime-common'],
  ['packages/onnx-training/src/a.ts', 'node:fs'],
  ['packages/onnx-training/src/a.test.ts', '@lifegpt/model'],
  ['packages/onnx-training/test/a.ts', '../../model/src/index.js'],
  ['packages/model/src/a.ts', 'node:fs'],
  ['packages/model/src/a.ts', '@lifegpt/simd-life'],
  ['packages/model/src/a.ts', 'onnxruntime-node'],
  ['packages/model/src/a.ts', 'onnxruntime-web'],
  ['packages/model/src/a.ts', 'onnxruntime-web/webgpu'],
  ['packages/model/src/decode/a.ts', '../../../simd-life/src/index.js'],
  ['packages/model/src/decode/a.ts', '@lifegpt/core/dist/grid.js'],
  ['packages/model/src/a.ts', '../../onnx-training/src/index.js'],
  ['packages/model/src/a.ts', 'protobufjs/minimal.js'],
  ['packages/model/src/decode/a.ts', 'lifegpt'],
  ['packages/model/src/a.test.ts', '@lifegpt/simd-life'],
  ['packages/model/test/a.ts', '@lifegpt/simd-life'],
  ['packages/model/test/a.test.ts', '../../simd-life/dist/index.js'],
  ['packages/cli/src/a.ts', '@lifegpt/web'],
  ['packages/cli/src/a.ts', 'onnxruntime-web/wasm'],
  ['packages/cli/src/a.ts', '@lifegpt/model/dist/gpt.js'],
  ['packages/cli/src/commands/a.ts', '../../../core/src/grid.js'],
  ['packages/cli/test/a.test.ts', '../../web/src/main.js'],
  ['packages/web/src/a.ts', 'node:fs'],
  ['packages/web/src/a.ts', 'onnxruntime-node'],
  ['packages/web/src/a.ts', 'lifegpt'],
  ['packages/web/src/a.ts', '@lifegpt/core/dist/index.js'],
  ['packages/web/e2e/a.test.ts', 'onnxruntime-node'],
  ['tools/bench/a.mjs', '@lifegpt/core/dist/index.js'],
  ['tools/bench/a.mjs', '../../packages/core/src/index.js'],
];

const ALLOWED = [
  ['packages/core/src/a.ts', './grid.js'],
  ['packages/core/src/formats/a.ts', '../grid.js'],
  ['packages/core/src/a.test.ts', 'node:fs'],
  ['packages/core/src/a.test.ts', 'node:fs/promises'],
  ['packages/core/src/a.test.ts', 'vitest'],
  ['packages/core/src/a.test.ts', 'fast-check'],
  ['packages/simd-life/src/a.ts', '@lifegpt/core'],
  ['packages/simd-life/src/a.test.ts', 'node:fs'],
  ['packages/onnx-training/src/ops/a.ts', '../builder.js'],
  ['packages/onnx-training/src/a.ts', 'protobufjs'],
  ['packages/onnx-training/src/a.ts', 'protobufjs/minimal.js'],
  ['packages/onnx-training/src/a.test.ts', 'onnxruntime-node'],
  ['packages/model/src/a.ts', '@lifegpt/onnx-training'],
  ['packages/model/src/a.ts', '@lifegpt/core'],
  ['packages/model/src/a.ts', 'onnxruntime-common'],
  ['packages/model/src/a.test.ts', 'onnxruntime-node'],
  ['packages/model/src/a.test.ts', '@lifegpt/core'],
  ['packages/model/test/a.ts', '../src/index.js'],
  ['packages/cli/src/a.ts', '@lifegpt/simd-life'],
  ['packages/cli/src/a.ts', '@lifegpt/model'],
  ['packages/cli/src/a.ts', 'onnxruntime-node'],
  ['packages/cli/src/a.ts', 'onnxruntime-web'],
  ['packages/cli/src/a.ts', 'node:fs'],
  ['packages/web/src/a.ts', '@lifegpt/model'],
  ['packages/web/src/a.ts', 'onnxruntime-web/webgpu'],
  ['packages/web/src/a.test.ts', 'node:fs'],
  ['tools/bench/a.mjs', '@lifegpt/core'],
];

/** Ways to write an import; a type is as much of an arrow as a value. */
const FORMS = [
  ['import', (specifier) => `import { a } from '${specifier}';\nexport default a;\n`],
  ['export', (specifier) => `export * from '${specifier}';\n`],
  ['dynamic import', (specifier) => `export const a = await import('${specifier}');\n`],
];

const plants = [
  ...FORBIDDEN.map((pair) => [...pair, FORMS[0]]),
  ...FORMS.slice(1).map((form) => ['packages/model/src/a.ts', '@lifegpt/simd-life', form]),
  [
    'packages/model/src/a.ts',
    '@lifegpt/simd-life',
    ['type import', (name) => `import type { A } from '${name}';\nexport type B = A;\n`],
  ],
].map(([path, specifier, [form, write]]) => ({ path, specifier, form, text: write(specifier) }));

const controls = ALLOWED.map(([path, specifier]) => ({
  path,
  specifier,
  text: FORMS[0][1](specifier),
}));

let folder;
/** Diagnostics by the planted file's place in the list. */
let found;

/** Writes each plant beside the others under a name of its own, and lints them all at once. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'arrows-'));
  copyFileSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  const consoles = ['core', 'simd-life', 'onnx-training', 'model'].map((name) => ({
    path: `packages/${name}/src/a.ts`,
    text: `console.log('told');\n`,
  }));
  const all = [...plants, ...controls, ...consoles];
  const files = all.map(({ path, text }, i) => {
    const file = path.replace(/a(?=\.(test\.)?m?[jt]s$)/, `a${i}`);
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), text);
    return file;
  });
  const linter = join(root, 'node_modules/.bin/oxlint');
  const { stdout, stderr } = spawnSync(
    linter,
    ['--config', '.oxlintrc.json', '--format=json', '.'],
    { cwd: folder, encoding: 'utf8' },
  );
  if (stderr !== '') throw new Error(`the lint did not run: ${stderr}`);
  const { diagnostics } = JSON.parse(stdout);
  found = files.map((file) => diagnostics.filter(({ filename }) => filename === file));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the lint', () => {
  it.each(plants.map((plant, i) => [plant.path, plant.form, plant.specifier, i]))(
    'refuses in %s the %s of %s',
    (_path, _form, _specifier, i) => {
      expect(found[i].map(({ code }) => code)).toContain('eslint(no-restricted-imports)');
    },
  );

  it.each(controls.map((control, i) => [control.path, control.specifier, plants.length + i]))(
    'lets %s import %s',
    (_path, _specifier, i) => {
      expect(found[i].map(({ message }) => message)).toEqual([]);
    },
  );

  it.each(['core', 'simd-life', 'onnx-training', 'model'].map((name, i) => [name, i - 4]))(
    'refuses console.log in %s',
    (_name, i) => {
      expect(found.at(i).map(({ code }) => code)).toContain('eslint(no-console)');
    },
  );
});
