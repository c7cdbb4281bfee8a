import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HEADER_VOCABULARY } from '@lifegpt/core';
import { runLifegpt, type Outcome } from './lifegpt.js';
import { TINY_RECIPE } from './tiny-recipe.js';

/** Too few steps to learn anything: what the commands let it do is the same. */
const RECIPE = {
  ...TINY_RECIPE,
  name: 'heads',
  vocabulary: 'header',
  model: {
    ...TINY_RECIPE.model,
    n_layer: 2,
    vocab_size: HEADER_VOCABULARY.length,
    n_positions: 6,
    header: true,
    trained_for: {
      rule: 'B3/S23',
      rules: 'all',
      topology: 'torus',
      topologies: ['T', 'P', 'K', 'S'],
      sides: [3, 6],
    },
  },
  steps: 40,
  rules: { count: 1000, held_out: 1000, grows: [0.1, 0.5] },
  held_out: { seed: 2, share: 0.2, bands: [{ topology: 'P', height: [5, 6], width: [5, 6] }] },
  stages: [
    { until: 1, cells_per_batch: 128, sizes: [{ weight: 1, height: [3, 6], width: [3, 6] }] },
  ],
};

describe('a model that reads headers', { timeout: 600_000 }, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lifegpt-header-'));
    writeFileSync(join(folder, 'heads.json'), JSON.stringify(RECIPE));
    const { code, stderr } = lifegpt('train heads.json --out heads --json');
    if (code !== 0) throw new Error(stderr);
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true }));
  const lifegpt = (line: string): Outcome => runLifegpt(folder, line.split(' '));

  it('predicts under any rule on its topologies, the same by every strategy', () => {
    const of = (rule: string, decode: string): string[] => {
      const found = lifegpt(
        `predict glider --model heads --rule ${rule} -n 1 --decode ${decode} --json`,
      );
      expect(found.code).toBe(0);
      return (JSON.parse(found.stdout) as { states: string[] }).states;
    };
    for (const rule of ['B36/S125:P6,3', 'B3/S23:K5,6*', 'B1/S012345678:S4']) {
      expect(of(rule, 'jacobi')).toEqual(of(rule, 'greedy'));
    }
  });

  it('refuses what it was not trained for, with exit code 2', () => {
    const refused = (line: string, reason: RegExp): void => {
      const { code, stderr, stdout } = lifegpt(line);
      expect(stderr).toMatch(reason);
      expect([code, stdout]).toEqual([2, '']);
    };
    refused(
      'predict glider --model heads --rule B3/S23:C5,4',
      /for tori, planes, Klein bottles \(:K8,8\*\) and spheres, not for :C5,4/,
    );
    refused('predict glider --model heads --rule B3/S23:K5*,4', /not for :K5\*,4/);
    refused('predict glider --model heads --rule B3/S23:T7,4', /for sides 3 to 6/);
    refused('certify --model heads --size 4 --topology C', /not for :C4,4/);
    refused('model export heads --size 4x4 --out exported', /in a header/);
    refused('dataset generate --out none --held-out torus32', /holds out neither sizes nor rules/);
    refused('dataset generate --out none --rows-per-kind 3', /needs --held-out/);
    const unseen = 'dataset generate --out none --held-out';
    refused(`${unseen} surfaces64 --size 8`, /none of the sizes that recipe surfaces64 holds out/);
    refused(`${unseen} rules16 --size 17`, /no board of recipe rules16, .* are 3 to 16/);
  });

  it('is certified by topology, as far as it goes', () => {
    const found = lifegpt('certify --model heads --size 3..4x4 --topology T,K,S --out c.json');
    expect(found.code).toBe(1);
    const lines = found.stdout.split('\n').map((line) => line.split(':')[0]!.trim());
    expect(lines.slice(0, 5)).toEqual(['3x4', '3x4', '4x4', '4x4', '4x4']);
    for (const name of ['3x4: NOT', '3x4 :K4,3*: NOT', '4x4 :S4: NOT'])
      expect(found.stdout).toContain(`${name} certified`);
    const { assumptions, sizes } = JSON.parse(readFileSync(join(folder, 'c.json'), 'utf8')) as {
      assumptions: { first_layer_relative_error: number };
      sizes: { rule: string; first_layer_error: number }[];
    };
    expect(sizes.map(({ rule }) => rule).toSorted()).toEqual([
      'B3/S23:K4,3*',
      'B3/S23:K4,4*',
      'B3/S23:S4',
      'B3/S23:T4,3',
      'B3/S23:T4,4',
    ]);
    for (const { first_layer_error: error } of sizes) {
      expect(error).toBeGreaterThan(0);
      expect(error).toBeLessThan(assumptions.first_layer_relative_error);
    }
    const again = lifegpt('certify --model heads --size 3x4 --topology K --out c.json');
    expect(again.stderr).toContain('c.json has 5 sizes already');
    const shard = lifegpt('certify --model heads --size 3x4 --topology T,K --out shards --json');
    expect(JSON.parse(shard.stdout)).toMatchObject({ sizes: [{}, {}] });
  });

  it('is evaluated by topology on what its recipe holds out, and on the rest apart', () => {
    const held = 'dataset generate --held-out heads --rows-per-kind 3 --format csv --json --out';
    const made = JSON.parse(lifegpt(`${held} unseen`).stdout) as { rows: number };
    expect(JSON.parse(lifegpt('dataset inspect unseen --json').stdout)).toMatchObject({
      wrongPairs: 0,
      rows: made.rows,
    });
    const chosen = lifegpt(`${held} chosen --size 4..5,3x6`);
    expect(JSON.parse(chosen.stdout).rows).toBe(3 * (3 * 3 + 2)); // on a sphere only the squares
    const some = 'dataset generate --held-out surfaces64 --size 8,9,19..20 --rows-per-kind 1';
    const two = JSON.parse(lifegpt(`${some} --out some --format csv --json`).stdout);
    expect(two.rows).toBe(6 + 6 + 1); // 9x9 and 20x20, and 19x19 on the cross-surface of its band
    const csv = readFileSync(join(folder, 'unseen/data/test-00000-of-00001.csv'), 'utf8');
    expect(csv).toMatch(/:P[56],[56]"/); // the band
    const kindsOf = (data: string): Record<string, { boards: number }> => {
      const found = lifegpt(`eval ${data} --model heads --json`);
      expect(found.code).toBe(0);
      return (
        JSON.parse(found.stdout) as { results: { kinds: Record<string, { boards: number }> }[] }
      ).results[0]!.kinds;
    };
    const unseen = kindsOf('unseen');
    expect(Object.keys(unseen)).toEqual([
      'K, held out',
      'P, held out',
      'S, held out',
      'T, held out',
    ]);
    const boards = Object.values(unseen).reduce((sum, kind) => sum + kind.boards, 0);
    expect(boards).toBe(made.rows);
    lifegpt('dataset generate --out any --rows 80 --size 3..6x3..6 --topology T,P --format csv');
    expect(Object.keys(kindsOf('any'))).toEqual(['P', 'P, held out', 'T', 'T, held out']);
    expect(lifegpt('eval any --model heads').stdout).toMatch(
      /\n {2}P, held out: \d+ wrong cells of/,
    );
  });
});
