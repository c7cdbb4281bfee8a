/**
 * Programs that some tests drive: a Chromium for the page, bgolly as an independent Life, Redis for the
 * queue, and the software GPU that Debian's Chromium brings, for WebGPU in Node.
 */

import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from './command.mjs';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC_BROWSERS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The software GPU's description, and the loader that reads it. */
const SOFTWARE_GPUS = ['/usr/lib/chromium/vk_swiftshader_icd.json'];
const VULKAN_LOADERS = [
  '/usr/lib/x86_64-linux-gnu/libvulkan.so.1',
  '/usr/lib/aarch64-linux-gnu/libvulkan.so.1',
];

/** Asks for the packages of the system to be installed; without it nothing outside the project is touched. */
export const WITH_PACKAGES = '--with-system-packages';

/**
 * Finds the programs. Those that are missing are installed where that was asked for and needs no password.
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} say
 * @param {boolean} mayInstall whether it was asked for
 * @returns {Promise<{ CHROME_PATH?: string, BGOLLY_PATH?: string, REDIS_PATH?: string, VK_ICD_FILENAMES?: string }>} Variables for the tests.
 */
export async function prepareTestTools(env, say, mayInstall) {
  const found = findTestTools(env);
  const missing = listMissingPackages(found);
  if (missing.length === 0) return found;
  const canInstall = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  if (mayInstall && canInstall) {
    await installPackages(missing, env, say);
    return findTestTools(env);
  }
  if (mayInstall)
    say(`${WITH_PACKAGES} needs root on Debian; install ${missing.join(', ')} yourself`);
  return found;
}

/**
 * What a run without some of the programs skips, a line each.
 * @param {{ CHROME_PATH?: string, BGOLLY_PATH?: string, REDIS_PATH?: string, VK_ICD_FILENAMES?: string }} tools
 * @returns {string[]}
 */
export function listSkipped(tools) {
  return [
    ...(tools.CHROME_PATH === undefined
      ? ['skipped: tests of the page in a browser (no Chromium; install one, or set CHROME_PATH)']
      : []),
    ...(tools.BGOLLY_PATH === undefined
      ? ['skipped: comparisons with Golly (no bgolly; install golly)']
      : []),
    ...(tools.REDIS_PATH === undefined
      ? ['skipped: tests of the queue (no redis-server; its package also starts a system service)']
      : []),
    ...(tools.VK_ICD_FILENAMES === undefined
      ? ['skipped: tests of WebGPU in Node (no Vulkan loader with a software GPU)']
      : []),
  ];
}

/**
 * Where the programs are. CHROME_PATH, BGOLLY_PATH, REDIS_PATH and VK_ICD_FILENAMES win over the search.
 * @param {NodeJS.ProcessEnv} env
 * @param {(path: string) => boolean} isProgram
 * @param {(path: string) => boolean} isFile
 * @returns {{ CHROME_PATH?: string, BGOLLY_PATH?: string, REDIS_PATH?: string, VK_ICD_FILENAMES?: string }}
 */
export function findTestTools(env, isProgram = isExecutable, isFile = existsSync) {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const search = (names) =>
    names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
  const given = (path) => (path !== undefined && isProgram(path) ? path : undefined);
  const chrome = given(env.CHROME_PATH) ?? search(BROWSERS) ?? MAC_BROWSERS.find(isProgram);
  const hasLoader = VULKAN_LOADERS.some(isFile);
  const gpu = env.VK_ICD_FILENAMES ?? (hasLoader ? SOFTWARE_GPUS.find(isFile) : undefined);
  const bgolly = given(env.BGOLLY_PATH) ?? search(['bgolly']);
  const redis = given(env.REDIS_PATH) ?? search(['redis-server']);
  return {
    ...(chrome === undefined ? {} : { CHROME_PATH: chrome }),
    ...(bgolly === undefined ? {} : { BGOLLY_PATH: bgolly }),
    ...(redis === undefined ? {} : { REDIS_PATH: redis }),
    ...(gpu === undefined ? {} : { VK_ICD_FILENAMES: gpu }),
  };
}

/**
 * The Debian packages that hold what was not found.
 * @param {{ CHROME_PATH?: string, BGOLLY_PATH?: string, REDIS_PATH?: string, VK_ICD_FILENAMES?: string }} tools
 * @returns {string[]}
 */
export function listMissingPackages(tools) {
  return [
    ...(tools.CHROME_PATH === undefined ? ['chromium'] : []),
    ...(tools.BGOLLY_PATH === undefined ? ['golly'] : []),
    ...(tools.REDIS_PATH === undefined ? ['redis-server'] : []),
    ...(tools.VK_ICD_FILENAMES === undefined ? ['libvulkan1'] : []),
  ];
}

async function installPackages(packages, env, say) {
  say(`installing ${packages.join(', ')} for the tests (apt-get)`);
  const options = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, stdout: 'stderr' };
  const patience = ['-o', 'Acquire::Retries=0', '-o', 'Acquire::http::Timeout=20'];
  const updated = await runCommand('apt-get', ['update', '-qq', ...patience], options);
  const given = ['install', '-y', '-qq', '--no-install-recommends', ...packages];
  const installed = updated === 0 ? await runCommand('apt-get', given, options) : updated;
  if (installed !== 0) say(`apt-get failed with exit code ${installed}`);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
