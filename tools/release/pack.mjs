/**
 * Packs what is published: the libraries, and the command line with the libraries, the weights and the
 * page inside, so that it installs where the registry has only public packages.
 * Usage: node pack.mjs [folder]
 *
 * Each package is packed by npm in the workspace and unpacked again; what differs from the workspace is
 * changed in that copy, and the copy is packed. So nothing in the workspace ever changes.
 */

import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packRuntime } from '../../packages/web/pack-runtime.mjs';

const root = resolve(import.meta.dirname, '../..');
/** In the order of their arrows. */
export const LIBRARIES = ['core', 'simd-life', 'onnx-training', 'model'];
/**
 * Packages of which the command line needs a part: it is put into its tarball. Of ONNX Runtime for the web that is one script, for
 * where the binary does not load; the WebAssembly is the page's, and the whole has 140 MB. Of the fonts it is one of 22.
 */
const CUT = [
  {
    name: 'onnxruntime-web',
    files: ['dist/ort.node.min.mjs', 'types.d.ts'],
    exports: { '.': { types: './types.d.ts', default: './dist/ort.node.min.mjs' } },
    needs: ['onnxruntime-common'],
  },
  { name: 'dejavu-fonts-ttf', files: ['ttf/DejaVuSans.ttf', 'LICENSE', 'README.md'], needs: [] },
];
/** Folders that the command line finds in its package; `shipped-folder.ts` knows both places. */
const SHIPPED = {
  page: 'packages/web/dist/page',
  recipes: 'tools/recipes',
  ablations: 'tools/ablations',
};
/** Compressed files, and the WebAssembly that calls WebGPU. */
const FOR_BROWSERS = /\.br$|\.asyncify\.wasm$/;

/**
 * Packs everything; the workspace has to be built.
 * @param {string} destination folder of the tarballs
 * @param {boolean} [isWhole] false leaves out what only browsers read of the page: half of the bytes, and of the time
 * @returns {Record<string, string>} paths of the tarballs by the names of the packages
 */
export function packAll(destination, isWhole = true) {
  mkdirSync(destination, { recursive: true });
  if (isWhole) packRuntime(console.error);
  const stage = mkdtempSync(join(tmpdir(), 'lifegpt-pack-'));
  try {
    const staged = stagePackages([...LIBRARIES, 'cli'], stage);
    const libraries = staged.slice(0, -1);
    const cli = staged.at(-1);
    const versions = Object.fromEntries(
      libraries.map(({ manifest: { name, version } }) => [name, version]),
    );
    for (const { folder, manifest } of libraries) {
      const dependencies = { ...manifest.dependencies };
      for (const name of Object.keys(dependencies)) {
        if (versions[name] !== undefined) dependencies[name] = `^${versions[name]}`;
      }
      writeManifest(folder, { ...manifest, dependencies });
    }
    bundleLibraries(cli, [...libraries, ...CUT.map((part) => cutPackage(part, stage))]);
    for (const [name, source] of Object.entries(SHIPPED)) {
      const filter = (path) => !path.endsWith('.map') && (isWhole || !FOR_BROWSERS.test(path));
      cpSync(join(root, source), join(cli.folder, name), { recursive: true, filter });
    }
    return npmPack(
      staged.map(({ folder }) => folder),
      destination,
    );
  } finally {
    rmSync(stage, { recursive: true });
  }
}

/** Copies of what packages publish. */
function stagePackages(names, stage) {
  const tarballs = npmPack(
    names.map((name) => join(root, 'packages', name)),
    stage,
  );
  return names.map((name) => {
    const { name: packed } = readManifest(join(root, 'packages', name));
    execFileSync('tar', ['-xzf', tarballs[packed], '-C', stage]);
    const folder = join(stage, name);
    renameSync(join(stage, 'package'), folder);
    cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
    const { devDependencies: _, scripts: __, ...manifest } = readManifest(folder);
    writeManifest(folder, manifest);
    return { folder, manifest };
  });
}

/** A copy of a part of a package. */
function cutPackage({ name, files, exports, needs }, stage) {
  const whole = join(root, 'node_modules', name);
  const folder = join(stage, name);
  for (const file of files) cpSync(join(whole, file), join(folder, file));
  const all = readManifest(whole);
  const manifest = {
    name,
    version: all.version,
    license: all.license,
    author: all.author,
    repository: all.repository,
    description: `${files[0]} of ${name} ${all.version}, and what goes with it`,
    exports,
    dependencies: Object.fromEntries(needs.map((need) => [need, all.dependencies[need]])),
  };
  writeManifest(folder, manifest);
  return { folder, manifest };
}

/** Puts the libraries into the command line's node_modules; what they need from outside it declares. */
function bundleLibraries({ folder, manifest }, libraries) {
  const dependencies = { ...manifest.dependencies };
  for (const library of libraries) {
    const { name, version } = library.manifest;
    cpSync(library.folder, join(folder, 'node_modules', name), { recursive: true });
    Object.assign(dependencies, library.manifest.dependencies);
    dependencies[name] = version;
  }
  for (const {
    manifest: { name, version },
  } of libraries)
    dependencies[name] = version;
  const names = libraries.map((library) => library.manifest.name);
  const files = [...manifest.files, ...Object.keys(SHIPPED)];
  writeManifest(folder, { ...manifest, files, dependencies, bundleDependencies: names });
}

const readManifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

function writeManifest(folder, manifest) {
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Packs folders by one npm, whose start takes longer than most packages. @returns paths of the tarballs by the packages' names */
function npmPack(folders, destination) {
  const given = ['pack', '--json', '--ignore-scripts', '--pack-destination', destination];
  const output = execFileSync('npm', [...given, ...folders], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const report = JSON.parse(output);
  const packed = Array.isArray(report) ? report : Object.values(report); // npm 11.20 names them
  return Object.fromEntries(
    packed.map(({ name, filename }) => [name, join(destination, filename)]),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const tarballs = packAll(resolve(process.argv[2] ?? 'dist'));
  for (const path of Object.values(tarballs)) console.log(path);
}
