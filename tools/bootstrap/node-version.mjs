/** The oldest Node that runs LifeGPT. The root package.json says the same to npm. */

export const OLDEST_NODE = '20.19.0';

/**
 * @param {string} version As in `process.versions.node`.
 * @throws {Error} When the version is older than `OLDEST_NODE`.
 */
export function requireNode(version) {
  if (compareVersions(version, OLDEST_NODE) < 0) {
    throw new Error(
      `LifeGPT needs Node ${OLDEST_NODE} or newer, and this is Node ${version}; install a newer one from https://nodejs.org`,
    );
  }
}

/** Negative when a is older than b, positive when it is newer, 0 when they are the same. */
function compareVersions(a, b) {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number.parseFloat));
  const differing = left.findIndex((part, i) => part !== right[i]);
  return differing === -1 ? 0 : left[differing] - right[differing];
}
