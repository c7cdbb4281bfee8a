/**
 * Puts packed packages into a folder as npm does, in a fifth of the time: their tarballs are unpacked, and what their manifests need, and
 * nothing else, is linked from the workspace, where npm put the same versions.
 */

import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/**
 * @param {string} folder what lies there from before stays
 * @param {string[]} tarballs of packages of the workspace
 * @param {{ isWhole?: boolean, others?: string[] }} options `isWhole` takes what manifests call optional, `others` are
 *   names of packages that lie beside the tarballs'
 */
export function layOut(folder, tarballs, { isWhole = true, others = [] } = {}) {
  const own = tarballs.map((tarball) => unpack(tarball, join(folder, 'node_modules')));
  const isOwn = new Set(own.map(({ name }) => name));
  const places = new Set();
  const take = (from, name, range, isNeeded) => {
    const place = findPlace(from, name);
    if (place === null && isNeeded) throw new Error(`${name} ${range} is not in the workspace`);
    if (place === null || places.has(place)) return;
    places.add(place);
    takeAll(place, readManifest(place));
  };
  const takeAll = (from, { dependencies = {}, optionalDependencies = {}, ...manifest }) => {
    const { peerDependencies = {}, peerDependenciesMeta = {}, bundleDependencies = [] } = manifest;
    for (const [name, range] of Object.entries({ ...dependencies, ...peerDependencies })) {
      const isElsewhere = isOwn.has(name) || bundleDependencies.includes(name);
      const isOptional = name in optionalDependencies || peerDependenciesMeta[name]?.optional;
      if (!isElsewhere && !isOptional) take(from, name, range, true);
    }
    if (!isWhole) return;
    for (const [name, range] of Object.entries(optionalDependencies))
      take(from, name, range, false);
  };
  for (const manifest of own) {
    for (const [name, version] of Object.entries(manifest.dependencies ?? {})) {
      const place = findPlace(root, name);
      const there = place === null ? 'none' : readManifest(place).version;
      const isPinned = /^\d/.test(version) && !isOwn.has(name);
      if (isPinned && there !== version) {
        throw new Error(
          `${manifest.name} needs ${name} ${version}, and the workspace has ${there}`,
        );
      }
    }
    takeAll(root, manifest);
  }
  for (const name of others) take(root, name, '*', true);
  for (const place of places) {
    const target = join(folder, relative(root, place));
    if (!existsSync(join(target, 'package.json'))) linkFolder(place, target);
  }
  const dependencies = Object.fromEntries(own.map(({ name, version }) => [name, version]));
  const manifest = { name: 'empty', version: '1.0.0', private: true, dependencies };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
}

/** The manifest of a tarball that is unpacked where its name says. */
function unpack(tarball, modules) {
  mkdirSync(modules, { recursive: true });
  const text = execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], {
    encoding: 'utf8',
  });
  const manifest = JSON.parse(text);
  const target = join(modules, manifest.name);
  if (existsSync(target)) return manifest;
  mkdirSync(dirname(target), { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', modules]);
  renameSync(join(modules, 'package'), target);
  return manifest;
}

/** Where Node finds a package, seen from another one in the workspace. */
function findPlace(from, name) {
  for (let folder = from; folder.startsWith(root); folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name);
    if (existsSync(join(place, 'package.json'))) return place;
  }
  return null;
}

const readManifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** Links the files of a package, or copies them from another disk; without the packages inside of it. */
function linkFolder(source, target, isTop = true) {
  mkdirSync(target, { recursive: isTop });
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    const [from, to] = [join(source, entry.name), join(target, entry.name)];
    if (!entry.isDirectory()) linkFile(from, to);
    else if (!isTop || entry.name !== 'node_modules') linkFolder(from, to, false);
  }
}

function linkFile(from, to) {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
