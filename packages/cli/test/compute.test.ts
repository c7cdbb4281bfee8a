/** `lifegpt compute` as a process: machines in the model that ships. Needs the build. */

import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runLifegpt, startLifegpt } from './lifegpt.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'compute-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface AddReport {
  readonly sum: number;
  readonly generations: number;
  readonly tokens: { readonly computed: number; readonly kept: number };
  readonly wrongCells: number;
}

describe('lifegpt compute add', () => {
  it(
    'adds by gliders in the model, every cell of every generation right',
    { timeout: 120_000 },
    () => {
      const { code, stdout } = runLifegpt(folder, 'compute add 1 1 --json'.split(' '));
      expect(code).toBe(0);
      const report = JSON.parse(stdout) as AddReport;
      expect(report).toMatchObject({ a: 1, b: 1, sum: 2, generations: 1220, wrongCells: 0 });
      const { computed, kept } = report.tokens;
      expect(computed + kept).toBe(1220 * (227 * 217 + 1));
      expect(computed).toBeLessThan(kept / 10);
    },
  );

  it('goes on where it was interrupted', { timeout: 120_000 }, async () => {
    const given = 'compute add 2 3 --out run'.split(' ');
    const state = join(folder, 'run/machine.json');
    const first = startLifegpt(folder, given);
    const closed = once(first, 'close');
    // the first reading is saved; ask it to stop then
    while (!existsSync(state) && first.exitCode === null) await sleep(50);
    first.kill('SIGINT');
    const [firstCode] = (await closed) as [number | null];
    const { generation } = JSON.parse(readFileSync(state, 'utf8')) as { generation: number };
    expect([firstCode, generation < 1542]).toEqual([130, true]);

    const { code, stdout, stderr } = runLifegpt(folder, given);
    expect(code).toBe(0);
    expect(stderr).toContain(`going on at generation ${generation.toLocaleString('en')} of run`);
    expect(stdout).toContain('generation 1,542: bit 2 of the sum: 1 (no more bits)\n2 + 3 = 5\n');
    const again = runLifegpt(folder, given);
    expect([again.code, again.stdout]).toEqual([0, stdout]);

    const other = runLifegpt(folder, 'compute add 1 1 --out run'.split(' '));
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringMatching(
        /run holds the run of add 2 3 by life \(weights \w{8}\), not of add 1 1 by life \(weights /,
      ),
    ]);
  });

  it('refuses numbers that its board has no room for', () => {
    const large = runLifegpt(folder, 'compute add 65536 1 --out run'.split(' '));
    expect([large.code, large.stdout]).toEqual([2, '']);
    expect(large.stderr).toContain('from 0 to 65535 (16 bits), not for 65536');
    expect(runLifegpt(folder, ['compute', 'add', '1', 'two']).code).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('lifegpt compute turing', () => {
  it('says that Golly’s patterns are not where they were said to be', () => {
    const given = runLifegpt(folder, 'compute turing --patterns .'.split(' '));
    expect([given.code, given.stderr]).toEqual([2, expect.stringContaining('there is no Life')]);
    expect(readdirSync(folder)).toEqual([]);
  });
});
