import { readFile } from 'node:fs/promises';
import { openStream, TOPOLOGY_TOKENS } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { readModelFolder, type ModelFile, type ModelFolder } from '../../folder/model-folder.js';
import { REFERENCES } from '../../network/location-config.js';
import { listClasses } from '../board-class.js';
import { certify, formatCertificate } from '../certificate.js';
import { proveClasses } from '../certify.js';
import { judgeAxis, listNeighbourhood, namePlace } from '../place.js';
import { checkCertificateFiles, compareCertificate, deriveCertified } from './check.js';
import { listCornerClasses, readAxis, readNeighbourhood, readTouches } from './corner-class.js';
import { exponential, hyperbolicTangent, ONE, toFixed, toNumber } from './fixed.js';

function run<Result>(steps: Generator<unknown, Result>): Result {
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

describe('fixed-point numbers', () => {
  it('hold e^x and tanh between two ends that nearly meet', () => {
    const random = openStream(1, 'exponents');
    for (let i = 0; i < 2000; i++) {
      const x = i === 0 ? 0 : 60 * (random.nextFloat() - 0.7);
      const ends = exponential(toFixed(x)).map(toNumber);
      expect(Math.abs(ends[0]! - Math.exp(x))).toBeLessThanOrEqual(4e-16 * Math.exp(x) + 2 ** -60);
      const [lo, hi] = exponential(toFixed(x));
      expect(hi - lo).toBeGreaterThan(0n);
      expect(toNumber(hi - lo)).toBeLessThanOrEqual(1e-24 * Math.max(1, Math.exp(x)));
      const [from, to] = hyperbolicTangent(toFixed(x / 10));
      expect(from < to).toBe(true);
      expect(toNumber(from)).toBeCloseTo(Math.tanh(x / 10), 14);
    }
  });

  it('know e to the last digit that they keep', () => {
    // e - 2 in hexadecimal begins b7e151628aed2a6abf7158809cf4f3c7 (OEIS A170873)
    const e = 2n * ONE + (0xb7e151628aed2a6abf7158809cf4f3c7n >> 32n);
    const [lo, hi] = exponential(ONE);
    expect(lo <= e && e <= hi).toBe(true);
    expect(hi - lo).toBeLessThanOrEqual(3n);
  });

  it('take doubles as they are', () => {
    expect(toFixed(-1.5)).toBe((-3n * ONE) / 2n);
    expect(toFixed(2 ** -96)).toBe(1n);
    expect(toFixed(1 / 3)).toBe((6004799503160661n << 96n) >> 54n);
    expect(() => toFixed(NaN)).toThrow(RangeError);
  });
});

describe.each(TOPOLOGY_TOKENS)('the classes that the check derives of %s', (token) => {
  it('are those of the proof, and the same holds of them', () => {
    const proof = new Map(listClasses(token).map((cells) => [cells.name, cells]));
    const check = listCornerClasses(token);
    expect(new Set(check.map(({ name }) => name))).toEqual(new Set(proof.keys()));
    expect(check).toHaveLength(proof.size);
    const differences: string[] = [];
    for (const cells of check) {
      const other = proof.get(cells.name)!;
      if (readTouches(cells).join() !== other.touches.join()) differences.push(cells.name);
      // which of the nine cells are the same
      const pattern = (names: readonly (string | null)[]): string =>
        names.map((name) => (name === null ? -1 : names.indexOf(name))).join();
      const nine = listNeighbourhood(other).map((place) => place && namePlace(place));
      if (pattern(nine) !== pattern(readNeighbourhood(cells))) differences.push(cells.name);
      for (const axis of [0, 1] as const) {
        REFERENCES.forEach((_, reference) => {
          for (let offset = -3; offset <= 3; offset++) {
            const ours = judgeAxis(other, axis, reference, offset);
            const theirs = readAxis(cells, axis, reference, offset);
            const same =
              ours.isOn === theirs.isOn &&
              ours.order === theirs.side &&
              ours.isUpTo === theirs.isUpTo &&
              ours.mayBeFirst === theirs.mayBeFirst;
            if (!same) differences.push(`${cells.name} ${axis} ${reference} ${offset}`);
          }
        });
      }
    }
    expect(differences).toEqual([]);
  });
});

describe('a certificate', async () => {
  const whole = await readModelFolder('life', (file) =>
    readFile(new URL(`../../../zoo/life/${file}`, import.meta.url)),
  );
  // a topology with few classes stands for all
  const life: ModelFolder = {
    ...whole,
    config: { ...whole.config, trained_for: { ...whole.config.trained_for, topologies: ['S'] } },
  };
  const hashes: Record<ModelFile, string> = {
    'config.json': 'a',
    'tokenizer.json': 'b',
    'model.safetensors': 'c',
  };
  const text = formatCertificate(certify('life', hashes, run(proveClasses(life))));
  const derived = run(deriveCertified('some/where/life/', life, hashes));

  it('is what the check derives, to the letter', () => {
    expect(compareCertificate(text, derived)).toBeNull();
  });

  it.each([
    ['"margin": ', '"margin": 1'],
    ['"model": "life"', '"model": "file"'],
    ['topology S', 'topology T, S'],
    ['65536', '65537'],
    ['"classes": 104', '"classes": 103'],
    ['2^512', '2^513'],
    ['exp is right to 2^-21', 'exp is right to 2^-22'],
    ['  "rounding"', '  "more": true,\n  "rounding"'],
  ])('is refused where %s became %s', (before, after) => {
    expect(text).toContain(before);
    expect(compareCertificate(text.replace(before, after), derived)).not.toBeNull();
  });

  it('is refused where it is cut, empty, or of other files', () => {
    expect(compareCertificate('', derived)).toMatchObject({ line: 1 });
    expect(compareCertificate(text.slice(0, -1), derived)).not.toBeNull();
    const other = { ...hashes, 'model.safetensors': 'd' };
    expect(() => checkCertificateFiles(text, 'x.json', 'life', other)).toThrow(/another model/);
    expect(() => checkCertificateFiles('{', 'x.json', 'life', hashes)).toThrow(/not JSON/);
    expect(() => checkCertificateFiles('null', 'x.json', 'life', hashes)).toThrow(/names no files/);
    expect(() => checkCertificateFiles(text, 'x.json', 'life', hashes)).not.toThrow();
  });
});
