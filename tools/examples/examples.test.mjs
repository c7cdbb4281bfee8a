/** Runs the numbered examples: each has to end well and print what it is there to show. */

import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const folder = resolve(import.meta.dirname, '../../examples');

/** Of each: its arguments, and what it prints. */
const EXAMPLES = {
  '00_predict.mjs': [[], /generation 4: 0 wrong cells, 2 passes\n(·{8}\n){2}/],
  '01_attention.mjs': [[], /^what \d+ heads look at[^\n]*\n( +\d\.\d\d){5}\n/],
  '02_knock_out_a_head.mjs': [[], /without head 1\.\d+: [1-9]\d* of 256 cells change/],
  '03_train.mjs': [['10'], /step 10: loss \d\.\d{4}, [\d.]+ % wrong\n$/],
  '04_neighbourhood.mjs': [[], /depends on 9 cells: -1,-1 -1,0 -1,1 0,-1 0,0 0,1 1,-1 1,0 1,1\n$/],
  '05_certificate.mjs': [[], /^(topology \S+: (\d+) of \2 classes proved\n){6}/],
  '06_infer_rule.mjs': [[], /^born +[01?]{9} [^\n]*\nsurvives [01?]{9}\n$/],
};

describe('examples', () => {
  it('are all run', () => {
    const names = readdirSync(folder).filter((name) => /^\d\d_.*\.mjs$/.test(name));
    expect(names.sort()).toEqual(Object.keys(EXAMPLES));
  });

  const isSlowRun = process.env.LIFEGPT_SLOW_TESTS !== undefined;
  // the proof takes seconds; certify.test.ts of the command line has it, and `npm run test:slow` the example
  const isRun = ([name]) => isSlowRun || name !== '05_certificate.mjs';
  it.each(Object.entries(EXAMPLES).filter(isRun))(
    '%s shows what it is there for',
    async (name, [given, shown]) => {
      const { stdout } = await run(process.execPath, [join(folder, name), ...given]);
      expect(stdout).toMatch(shown);
    },
  );

  it('of the graph library learns two spirals', async () => {
    const example = join(folder, '../packages/onnx-training/examples/train-spirals.mjs');
    const { stdout } = await run(process.execPath, [example, '300']);
    const losses = [...stdout.matchAll(/loss ([\d.]+)/g)].map(([, loss]) => Number(loss));
    expect(losses).toHaveLength(3);
    expect(losses.at(-1)).toBeLessThan(0.1);
  });
});
