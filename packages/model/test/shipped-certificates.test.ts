/** The certificates that ship: they are for the weights beside them, and their worst cases are what they say. */

import { parseRule } from '@lifegpt/core';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { checkBelongs, parseCertificate } from '../src/certify/certificate.js';
import { openCertifier } from '../src/certify/certifier.js';
import { openChecker } from '../src/certify/check.js';
import { readModelFolder } from '../src/model-folder.js';

const zoo = new URL('../zoo/', import.meta.url);
const certified = readdirSync(zoo).filter((name) =>
  existsSync(new URL(`${name}/certificate.json`, zoo)),
);

describe('the certificates that ship', () => {
  it('are there', () => expect(certified).toContain('certified32'));

  it.each(certified)(
    '%s: belongs to the weights, and its worst cells are as bad as it says',
    async (name) => {
      const folder = new URL(`${name}/`, zoo);
      const file = new URL('certificate.json', folder);
      const certificate = parseCertificate(readFileSync(file, 'utf8'), name);
      const model = await readModelFolder(name, (part) => readFile(new URL(part, folder)));
      await checkBelongs(certificate, model, name);
      const proved = certificate.sizes.filter((size) => size.certified);
      const sizes = proved.sort((a, b) => a.margin! - b.margin!);
      for (const { rule, width, worst, margin } of sizes.slice(0, 3)) {
        const { bounds } = parseRule(rule);
        const answer =
          worst.row === null ? bounds!.width * bounds!.height : worst.row * width + worst.column!;
        expect(openCertifier(model, bounds!).prove(answer).margin).toBeCloseTo(margin!, 2);
        expect(openChecker(model, bounds!).check(answer)).toBeGreaterThan(0);
      }
    },
    120_000,
  );
});
