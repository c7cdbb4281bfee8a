/**
 * What a source file imports has to be declared by its own package. Installing hoists, so an
 * undeclared import works by accident; but Nx learns the order of builds, and what makes a cached
 * result stale, from the declarations alone.
 */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const folders = [...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`), 'tools'];
const packages = folders.flatMap((folder) => {
  const manifest = readManifest(folder);
  return manifest === null ? [] : [{ folder, manifest, files: listSources(join(root, folder)) }];
});

describe('.npmrc', () => {
  it('holds settings that npm knows, so that npx warns of none, and lets no package run a script', () => {
    const given = ['config', 'get', 'ignore-scripts'];
    const { stdout, stderr } = spawnSync('npm', given, { cwd: root, encoding: 'utf8' });
    expect(stderr).not.toContain('project config');
    // ONNX Runtime's script would fetch CUDA libraries, from another host than npm's registry
    expect(stdout.trim()).toBe('true');
  });
});

describe('findImports', () => {
  it('sees every way to name a package, and no comment', () => {
    const text = [
      `import a, { b } from 'one';`,
      `import type {\n  c,\n} from "two";`,
      `import 'three/setup';`,
      `export * from '@four/index';`,
      `const d = await import('five');`,
      `import.meta.resolve('@six/seven/data.wasm');`,
      `// import x from 'commented';`,
      `/** like import x from 'documented' */`,
      `import e from './local.js';`,
      `import f from 'node:fs';`,
    ].join('\n');
    expect(findImports(text)).toEqual([
      'one',
      'two',
      'three',
      '@four/index',
      'five',
      '@six/seven',
      'node:fs',
    ]);
  });
});

describe.each(packages)('$manifest.name', ({ manifest, files }) => {
  it('has sources', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  it('declares every package that it imports', () => {
    const undeclared = files.flatMap((path) =>
      findImports(readFileSync(path, 'utf8'))
        .filter((name) => !isBuiltin(name) && !isDeclared(manifest, name, isShipped(path)))
        .map((name) => `${relative(root, path)} imports ${name}`),
    );
    expect(undeclared).toEqual([]);
  });

  it('declares nothing of the workspace that it does not import', () => {
    const imported = new Set(files.flatMap((path) => findImports(readFileSync(path, 'utf8'))));
    const declared = Object.keys(manifest.dependencies ?? {});
    const unused = declared.filter((name) => name.startsWith('@lifegpt/') && !imported.has(name));
    expect(unused).toEqual([]);
  });
});

// tools is plain JavaScript and has no tsconfig.json
const compiled = packages.filter(({ folder }) => folder !== 'tools');

describe.each(compiled)('tsconfig.json of $manifest.name', ({ folder, manifest }) => {
  it('references the packages it depends on, so that tsc -b goes in order', () => {
    const { references } = JSON.parse(readFileSync(join(root, folder, 'tsconfig.json'), 'utf8'));
    const names = references.map(({ path }) => readManifest(join(folder, path)).name);
    const declared = Object.keys(manifest.dependencies ?? {});
    expect(names.toSorted()).toEqual(
      declared.filter((name) => name.startsWith('@lifegpt/')).toSorted(),
    );
  });
});

/** Names of the packages (and `node:` modules) that a text imports, in order. */
function findImports(text) {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const specifier =
    /(?:\b(?:from|import)\s*|\bimport\(\s*|\bimport\.meta\.resolve\(\s*)(['"])([^'"\n$]+)\1/g;
  return [...code.matchAll(specifier)]
    .map(([, , name]) => name)
    .filter((name) => /^[@\w]/.test(name))
    .map((name) =>
      name.startsWith('node:') ? name : name.split('/', name.startsWith('@') ? 2 : 1).join('/'),
    );
}

/** What ships needs a dependency; tests, benches and configurations may use devDependencies. */
function isShipped(path) {
  const inside = relative(root, path).split('/').slice(2).join('/');
  return /^(src|bin)\//.test(inside) && !inside.endsWith('.test.ts');
}

function isDeclared(manifest, name, shipped) {
  if (name === manifest.name) return true;
  const { dependencies, optionalDependencies, devDependencies } = manifest;
  const declared = {
    ...dependencies,
    ...optionalDependencies,
    ...(shipped ? {} : devDependencies),
  };
  return Object.hasOwn(declared, name);
}

function readManifest(folder) {
  try {
    return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  } catch {
    return null;
  }
}

function listSources(folder) {
  const skipped = new Set(['node_modules', 'dist', 'build', 'assembly', 'zoo', 'public']);
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : listSources(path);
    const isSource = /\.[mc]?[jt]s$/.test(entry.name) && path !== import.meta.filename;
    return isSource ? [path] : [];
  });
}
