/** Installs tarballs as a user does, and tries the command line that comes out of it. */

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Installs packages (tarballs' paths, or names) into an empty folder; `options` are npm's. */
export function installInto(folder, packages, options = []) {
  const manifest = { name: 'empty', version: '1.0.0', private: true };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  execFileSync(
    'npm',
    ['install', '--no-audit', '--no-fund', '--prefer-offline', ...options, ...packages],
    {
      cwd: folder,
      env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
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
