/**
 * What a user of the packed command line gets: its bill of materials (CycloneDX, by `npm sbom`) and the
 * licences in it. A licence that nobody has looked at is an error.
 * Usage: node inventory.mjs [folder]
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installInto } from './install.mjs';
import { packAll } from './pack.mjs';

/** Licences that ask for no more than their text and the author's name. */
const ACCEPTED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'Unlicense',
]);
/** Packages with another licence that somebody has read, and what it asks. */
const READ = new Map([
  ['@resvg/resvg-wasm', 'MPL-2.0: its own files stay open; it is installed as it is'],
  ['dejavu-fonts-ttf', 'Bitstream Vera: free to use and to pass on, not to sell alone'],
]);

/** A part of what is installed. @typedef {{ name: string, version: string, licence: string }} Part */

/**
 * Lists what stands in an installed folder.
 * @returns {{ bill: object, parts: Part[], problems: string[] }} `bill` is CycloneDX's JSON.
 */
export function takeInventory(folder) {
  const output = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const bill = JSON.parse(output);
  const parts = bill.components.map(({ name, version, licenses }) => ({
    name,
    version,
    licence: (licenses ?? [])
      .map(({ license, expression }) => expression ?? license.id ?? license.name)
      .join(' AND '),
  }));
  const problems = parts
    .filter(({ name, licence }) => !READ.has(name) && !isAccepted(licence))
    .map(({ name, version, licence }) => `${name} ${version} has the licence '${licence}'`);
  return { bill, parts: parts.toSorted((a, b) => a.name.localeCompare(b.name)), problems };
}

/** One of several licences is enough; of several that go together each has to be accepted. */
function isAccepted(licence) {
  const plain = licence.replaceAll(/[()]/g, '');
  return plain
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((id) => ACCEPTED.has(id)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const target = resolve(process.argv[2] ?? 'dist');
  const work = mkdtempSync(join(tmpdir(), 'inventory-'));
  try {
    const { lifegpt } = packAll(join(work, 'tarballs'));
    mkdirSync(join(work, 'empty'));
    installInto(join(work, 'empty'), [lifegpt]);
    const { bill, parts, problems } = takeInventory(join(work, 'empty'));
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, 'sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`);
    const lines = parts.map(({ name, version, licence }) => `${name} ${version}: ${licence}`);
    writeFileSync(join(target, 'licences.txt'), `${lines.join('\n')}\n`);
    for (const problem of problems) console.error(problem);
    console.log(`${parts.length} packages; sbom.cdx.json and licences.txt are in ${target}`);
    process.exitCode = problems.length === 0 ? 0 : 1;
  } finally {
    rmSync(work, { recursive: true });
  }
}
