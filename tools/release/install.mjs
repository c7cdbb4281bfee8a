/** Installs tarballs as a user does, and tries the command line that comes out of it. */

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Installs packages (tarballs' paths, or names) into a folder; `options` are npm's. */
export function installInto(folder, packages, options = []) {
  writeManifest(folder, {});
  npmInstall(folder, [...options, ...packages]);
}

/**
 * Has npm find in the registry what a tarball needs, without unpacking it.
 * @returns where it would all lie
 * @throws when something is not to be had, or says that it does not run on this version of Node
 */
export function checkNeeds(tarball, folder) {
  const given = ['-xzOf', tarball, 'package/package.json'];
  const packed = JSON.parse(execFileSync('tar', given, { encoding: 'utf8' }));
  const { dependencies, optionalDependencies, engines, bundleDependencies } = packed;
  const isOutside = ([name]) => !bundleDependencies.includes(name);
  const outside = Object.fromEntries(Object.entries(dependencies).filter(isOutside));
  writeManifest(folder, { engines, dependencies: outside, optionalDependencies });
  npmInstall(folder, ['--package-lock-only', '--engine-strict']);
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
  return Object.keys(packages).filter((path) => path !== '');
}

function writeManifest(folder, more) {
  const manifest = { name: 'empty', version: '1.0.0', private: true, ...more };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
}

function npmInstall(folder, given) {
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...given], {
    cwd: folder,
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** Predicts a glider with an installed `lifegpt`, every cell compared. @throws when one is wrong */
export function predictGlider(folder, node) {
  const main = join(folder, 'node_modules/lifegpt/bin/lifegpt.js');
  const given = ['predict', 'glider', '--require-exact', '--json'];
  const output = execFileSync(node, [main, ...given], { cwd: folder, encoding: 'utf8' });
  const { states, comparison } = JSON.parse(output);
  const alive = states.map((state) => state.split('1').length - 1);
  if (comparison.exact !== true || alive.join() !== '5,5')
    throw new Error(`not a glider: ${output}`);
}
