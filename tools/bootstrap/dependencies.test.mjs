import { describe, expect, it } from 'vitest';
import { findInstallReason } from './dependencies.mjs';

const wanted = {
  packages: {
    '': { name: 'workspace' },
    'packages/core': { version: '0.1.0' },
    'node_modules/@lifegpt/core': { resolved: 'packages/core', link: true },
    'node_modules/nx': { version: '24.0.6' },
    'node_modules/@nx/nx-darwin-arm64': { version: '24.0.6', optional: true },
    'packages/model/node_modules/long': { version: '5.0.0' },
  },
};

/** What npm notes after installing `wanted` on another platform, with changes. */
function install(changes = {}) {
  const packages = { ...wanted.packages, ...changes };
  delete packages[''];
  delete packages['node_modules/@nx/nx-darwin-arm64'];
  return {
    packages: Object.fromEntries(Object.entries(packages).filter(([, entry]) => entry !== null)),
  };
}

describe('findInstallReason', () => {
  it('is null when everything is installed but the binaries of other platforms', () => {
    expect(findInstallReason(wanted, install())).toBeNull();
  });

  it('installs when nothing is there', () => {
    expect(findInstallReason(wanted, null)).toBe('nothing is installed');
  });

  it('installs when a package is missing, at the root or inside a package', () => {
    expect(findInstallReason(wanted, install({ 'node_modules/nx': null }))).toContain(
      'nx is missing',
    );
    expect(
      findInstallReason(wanted, install({ 'packages/model/node_modules/long': null })),
    ).toContain('long is missing');
  });

  it('installs when another version is there', () => {
    const installed = install({ 'node_modules/nx': { version: '23.0.0' } });
    expect(findInstallReason(wanted, installed)).toBe('node_modules/nx is 23.0.0, not 24.0.6');
  });

  it('installs when a workspace package is linked to another folder', () => {
    const moved = { resolved: 'packages/kernel', link: true };
    expect(findInstallReason(wanted, install({ 'node_modules/@lifegpt/core': moved }))).toContain(
      'links to packages/kernel, not packages/core',
    );
  });
});
