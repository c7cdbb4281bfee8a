/**
 * Packs the command line, and predicts a glider with it in an empty folder on several versions of Node,
 * which the npm package `node` brings. Slow: it downloads each of them.
 * Usage: node node-versions.mjs [version ...]
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installInto, predictGlider } from './install.mjs';
import { packAll } from './pack.mjs';

const versions = process.argv.length > 2 ? process.argv.slice(2) : ['20.19.0', '22', '24'];
const folder = mkdtempSync(join(tmpdir(), 'node-versions-'));
try {
  const { lifegpt } = packAll(join(folder, 'tarballs'));
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  installInto(empty, [lifegpt]);
  for (const version of versions) {
    const own = join(folder, `node-${version}`);
    mkdirSync(own);
    // what the package `node` fetches in its install script: the binary of this platform
    const platform = `node-${process.platform}-${process.arch}`;
    installInto(own, [`${platform}@${version}`]);
    const node = join(own, 'node_modules', platform, 'bin/node');
    const found = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    predictGlider(empty, node);
    console.log(`${found}: the glider is exact`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
