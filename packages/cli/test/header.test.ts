import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLifegpt, type Outcome } from './lifegpt.js';
import { TINY_LOCATION } from './tiny-recipe.js';

/** Too few steps to learn anything: what the commands let it do is the same. */
const RECIPE = { ...TINY_LOCATION, name: 'heads', steps: 40 };

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
    const table = `MAP${'Ab3/'.repeat(21)}AA`;
    for (const rule of ['B36/S125:P6,3', 'B2n3/S23-q:K5,6*', 'B13/S012V:S4', `${table}:T5,4`]) {
      expect(of(rule, 'jacobi')).toEqual(of(rule, 'greedy'));
      expect(of(rule, 'near')).toEqual(of(rule, 'greedy'));
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
    refused(`predict glider --model heads --rule B3/S23/4:T5,4`, /more than two states/);
    refused('dataset generate --out none --held-out torus8', /holds out neither sizes nor rules/);
    refused('dataset generate --out none --rows-per-kind 3', /no effect without --held-out/);
    const unseen = 'dataset generate --out none --held-out';
    refused(`${unseen} life --size 17`, /no board of recipe life, .* are 1 to 16/);
  });

  it('reads rules beside counting, and says where they differ', () => {
    const board = '--size 3x4 --rule B36/S23 --topology P --format csv';
    lifegpt(`dataset generate --out seen --rows 1 ${board}`);
    const file = 'seen/data/train-00000-of-00001.csv';
    const json = lifegpt(`infer-rule ${file} --rule-model heads --json`);
    const { ruleModel, bits } = JSON.parse(json.stdout) as {
      ruleModel: { bits: (0 | 1 | null)[]; differs: string[]; confidence: number[] };
      bits: (0 | 1 | null)[];
    };
    const names = bits.flatMap((bit, c) =>
      bit === ruleModel.bits[c] ? [] : [`${c < 9 ? 'B' : 'S'}${c % 9}`],
    );
    expect(names.length).toBeGreaterThan(0); // it has learned next to nothing
    expect(ruleModel.differs).toEqual(names);
    expect(ruleModel.confidence).toHaveLength(18);
    for (const p of ruleModel.confidence) expect(p > 0 && p <= 1).toBe(true);
    const { code, stdout } = lifegpt(`infer-rule ${file} --rule-model heads`);
    expect(code).toBe(0);
    expect(stdout).toContain(`heads reads ${names.join(' ')} differently`);
    const scores = lifegpt('eval-rules --model heads --rules 16 --size 3..6x3..6 --json');
    const { readers, kind } = JSON.parse(scores.stdout) as {
      kind: string;
      readers: { reader: string; wrongBits: number; exactRules: number }[];
    };
    expect(kind).toBe('rules that its recipe held out');
    expect(readers[0]).toMatchObject({ reader: 'counting', exactRules: 16, wrongBits: 0 });
    expect(readers[1]!.reader).toBe('heads');
    expect(readers[1]!.wrongBits).toBeGreaterThan(0);
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
    const csv = readFileSync(join(folder, 'unseen/data/test-00000-of-00001.csv'), 'utf8');
    expect(csv).toMatch(/:P[56],[56]"/); // the band
    const rules = csv.split('\n').flatMap((line) => /"(B[^:]*):/.exec(line)?.[1] ?? []);
    const isotropic = rules.filter((rule) => /[a-z]/.test(rule));
    expect(isotropic.length).toBeGreaterThan(0.3 * rules.length);
    expect(isotropic.length).toBeLessThan(0.7 * rules.length);
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
