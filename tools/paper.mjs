/**
 * `npm run paper`: the paper's experiments rerun with the weights that ship, and a report in runs/paper.
 * Usage: npm run paper [-- <data.csv> [folder]]
 *
 * The paper's ten test boards are the file test_states_32x32_10.csv of lamm-mit/LifeGPT; name it as the
 * argument or in LIFEGPT_PAPER_DATA. Without it ten boards of the same kinds take its place.
 */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
/** Those of the zoo that take the paper's boards; the ones that are not there are left out. */
const MODELS = ['life', 'flat32'];
/** 2.5 million cells for each temperature. */
const FRESH_BOARDS = 2500;
const ARAR_STEPS = 10_000;
const TEMPERATURES = '0,0.25,0.5,0.75,1';

const [data = process.env.LIFEGPT_PAPER_DATA, folder = 'runs/paper'] = process.argv.slice(2);
if (data === undefined) {
  console.error(
    'paper: without the file of the paper’s ten test boards (test_states_32x32_10.csv of lamm-mit/LifeGPT; name it ' +
      'as the argument or in LIFEGPT_PAPER_DATA) ten boards of the same kinds take their place',
  );
}
const models = MODELS.filter((name) => existsSync(resolve(ROOT, 'packages/model/zoo', name)));
const options = [
  '--model',
  models.join(','),
  '--fresh',
  String(FRESH_BOARDS),
  '--size',
  '32',
  '--temperature',
  TEMPERATURES,
  '--arar',
  String(ARAR_STEPS),
  '--report',
  folder,
];
const main = resolve(ROOT, 'packages/cli/bin/lifegpt.js');
const child = spawn(process.execPath, [main, 'eval', data ?? 'ten-boards', ...options], {
  stdio: 'inherit',
});
// Ctrl-C reaches the child as well; it saves where it stands and says so
process.on('SIGINT', () => undefined);
child.on('exit', (code) => (process.exitCode = code ?? 1));
