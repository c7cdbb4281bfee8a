import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLifegpt, withoutTimes } from './lifegpt.js';
import { TINY_RECIPE } from './tiny-recipe.js';

/** The rule under which everything dies: a model learns it in a second. */
const RECIPE = {
  ...TINY_RECIPE,
  name: 'death',
  model: { ...TINY_RECIPE.model, trained_for: { rule: 'B/S', topology: 'torus', sides: [3, 4] } },
  steps: 150,
  learning_rate: 1e-2,
  answer_noise: 0.5,
  far_attention: { weight: 0.01, scale: 1e-3 },
};

describe('lifegpt certify', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lifegpt-certify-'));
    writeFileSync(join(folder, 'death.json'), JSON.stringify(RECIPE));
    runLifegpt(folder, ['train', 'death.json', '--out', 'death']);
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true }));
  const certify = (...given: string[]) => runLifegpt(folder, ['certify', ...given]);

  it('proves sizes, goes on with a certificate, and the check agrees', () => {
    const first = certify('--model', 'death', '--size', '3', '--out', 'c.json');
    expect(first.stdout).toMatch(/^3x3: certified, margin \d+\.\d\d nats/);
    expect(first.code).toBe(0);
    const more = certify('--model', 'death', '--all', '--out', 'c.json', '--json');
    expect(more.stderr).toContain('c.json has 1 sizes already');
    const found = JSON.parse(more.stdout) as {
      certified: boolean;
      sizes: { height: number; width: number; margin: number; cases: number }[];
    };
    expect(found.certified).toBe(true);
    expect(found.sizes.map(({ height, width }) => [height, width])).toEqual([
      [3, 3],
      [3, 4],
      [4, 3],
      [4, 4],
    ]);
    expect(found.sizes.map(({ cases }) => cases)).toEqual([8706, 11_778, 11_778, 15_874]);
    const check = certify('--model', 'death', '--check', 'c.json');
    expect(check.stdout).toContain('confirmed: 4 certified sizes');
    expect(check.stdout).toMatch(/4x3: the check agrees, margin at least \d/);
    expect(check.code).toBe(0);
  }, 600_000);

  it('proves a model that ships', () => {
    const given = ['--model', 'certified16', '--size', '4x5', '--out', 'shipped.json'];
    expect(certify(...given)).toMatchObject({ code: 0 });
    const check = certify('--model', 'certified16', '--check', 'shipped.json');
    expect(check.stdout).toMatch(/4x5: the check agrees, margin at least \d/);
  }, 600_000);

  it('is done in shards, and merged to what one machine proves', () => {
    const all = ['--model', 'death', '--all'];
    const part = certify(...all, '--shard', '0/2', '--out', 'part-0', '--json');
    expect(JSON.parse(part.stdout)).toMatchObject({ sizes: 2, isWhole: false });
    const early = runLifegpt(folder, ['merge', 'whole', 'part-0']);
    expect(early.stderr).toMatch(/2 of 4 pieces are missing, the first is 3x4/);
    expect(early.code).toBe(2);
    certify(...all, '--shard', '1/2', '--out', 'part-1');
    const merged = runLifegpt(folder, ['merge', 'whole', 'part-0', 'part-1', '--json']);
    expect(merged.code).toBe(0);
    expect(withoutTimes(merged.stdout)).toBe(withoutTimes(certify(...all, '--json').stdout));
    const check = certify('--model', 'death', '--check', 'whole/certificate.json');
    expect(check.stdout).toContain('confirmed: 4 certified sizes');
  }, 600_000);

  it('exits with 1 and names cell and neighbourhood where it cannot', () => {
    const life = { ...RECIPE, name: 'life', steps: 20 };
    life.model = { ...life.model, trained_for: { ...life.model.trained_for, rule: 'B3/S23' } };
    writeFileSync(join(folder, 'life.json'), JSON.stringify(life));
    expect(runLifegpt(folder, ['train', 'life.json', '--out', 'life']).code).toBe(0);
    const { code, stdout } = certify('--model', 'life', '--size', '3x4', '--out', 'life-c.json');
    expect(stdout).toMatch(
      /3x4: NOT certified, .* at cell \d,\d with neighbourhood [01]{3}\/[01]{3}\/[01]{3}/,
    );
    expect(code).toBe(1);
    const check = certify('--model', 'life', '--check', 'life-c.json');
    expect(check.stdout).toContain('0 certified sizes');
    expect(check.code).toBe(1);
  }, 600_000);

  it('calls bad input by its name', () => {
    expect(certify('--model', 'death', '--size', '3', '--out', 'd.json').code).toBe(0);
    const text = readFileSync(join(folder, 'd.json'), 'utf8');
    writeFileSync(
      join(folder, 'tampered.json'),
      text.replace('"certified": true', '"certified": false'),
    );
    writeFileSync(
      join(folder, 'other.json'),
      text.replace(/"model_sha256": "./, '"model_sha256": "x'),
    );
    const two = { ...RECIPE, name: 'two', steps: 1, far_attention: undefined };
    two.model = { ...two.model, n_layer: 2 };
    writeFileSync(join(folder, 'two.json'), JSON.stringify(two));
    expect(runLifegpt(folder, ['train', 'two.json', '--out', 'two']).code).toBe(0);
    const cases: [string[], RegExp][] = [
      [['--size', '5x3'], /trained for sides 3 to 4, but the grid is 3x5 \(width x height\)/],
      [['--size', 'big'], /size 'big' is no size/],
      [['--size', '3', '--topology', 'P'], /trained for tori, not for :P3,3/],
      [['--size', '3', '--topology', 'X'], /has the unknown topology 'X'/],
      [['--size', '3x4', '--topology', 'S'], /3x4 names no square, and a sphere is one/],
      [[], /needs --size, e\.g\. 32x32, or --all, and not both/],
      [['--size', '3', '--all'], /and not both/],
      [['--size', '3', '--out', 'c.txt'], /its extension says the format/],
      [['--check', 'none.json'], /there is no certificate 'none\.json'/],
      [['--check', 'tampered.json'], /says certified: false of 3x3/],
      [['--check', 'other.json'], /is for other weights/],
      [['--size', '3', '--out', 'other.json'], /is for other weights/],
      [['--model', 'two', '--size', '3'], /has 2 layers; a certificate is for models of one layer/],
    ];
    for (const [given, message] of cases) {
      const { code, stderr, stdout } = certify('--model', 'death', ...given);
      expect(stderr).toMatch(message);
      expect(stdout).toBe('');
      expect(code).toBe(2);
    }
  }, 600_000);
});
