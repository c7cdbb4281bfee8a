/** Installs the packages of package-lock.json when node_modules holds others. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.mjs';

/**
 * Runs `npm ci` unless node_modules is what package-lock.json asks for.
 * @param {string} root The workspace's folder.
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} say
 */
export async function installDependencies(root, env, say) {
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const reason = findInstallReason(wanted, readInstalled(root));
  if (reason === null) return;
  say(`installing dependencies (npm ci): ${reason}`);
  const code = await runCommand('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    env,
    stdout: 'stderr',
  });
  if (code !== 0) {
    throw new Error(
      `npm ci failed with exit code ${code}; its messages are above (it needs the npm registry, and no other process working in node_modules)`,
    );
  }
}

/**
 * Why an install is needed, or null when it is not. Contents are compared, not times: a fresh
 * checkout or a restored cache has any times.
 * @param {{ packages: Record<string, LockEntry> }} wanted package-lock.json
 * @param {{ packages: Record<string, LockEntry> } | null} installed npm's note in node_modules of
 *   what it installed, null when there is none.
 * @typedef {{ version?: string, resolved?: string, link?: boolean, optional?: boolean }} LockEntry
 * @returns {string | null}
 */
export function findInstallReason(wanted, installed) {
  if (installed === null) return 'nothing is installed';
  for (const [path, entry] of Object.entries(wanted.packages)) {
    if (!/(^|\/)node_modules\//.test(path)) continue;
    const found = installed.packages[path];
    if (found === undefined && entry.optional === true) continue; // another platform's binary
    if (found === undefined) return `${path} is missing`;
    if (found.version !== entry.version) {
      return `${path} is ${found.version ?? 'a link'}, not ${entry.version ?? 'a link'}`;
    }
    if (entry.link === true && found.resolved !== entry.resolved) {
      return `${path} links to ${found.resolved}, not ${entry.resolved}`;
    }
  }
  return null;
}

function readInstalled(root) {
  try {
    return JSON.parse(readFileSync(join(root, 'node_modules/.package-lock.json'), 'utf8'));
  } catch {
    return null; // no install, or one that was interrupted: npm writes this file last
  }
}
