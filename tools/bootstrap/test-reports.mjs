/** The JSON reports that vitest leaves in every package with a test script. */

import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const REPORT = '.test-report.json';

/** Removes old reports, so that none of them is counted for a run that never happened. */
export function removeTestReports(root) {
  for (const folder of listTestedPackages(root)) rmSync(join(folder, REPORT), { force: true });
}

/**
 * Reads the reports of a run.
 * @param {string} root The workspace's folder.
 * @returns {{ name: string, report: object | null }[]} null where a package left none.
 */
export function readTestReports(root) {
  return listTestedPackages(root).map((folder) => {
    const { name } = readJson(join(folder, 'package.json'));
    try {
      return { name, report: readJson(join(folder, REPORT)) };
    } catch {
      return { name, report: null };
    }
  });
}

function listTestedPackages(root) {
  const packages = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name));
  return [...packages, join(root, 'tools')].filter((folder) => {
    try {
      return readJson(join(folder, 'package.json')).scripts?.test !== undefined;
    } catch {
      return false; // a leftover folder without a package
    }
  });
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
