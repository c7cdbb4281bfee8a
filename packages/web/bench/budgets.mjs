/**
 * What the page must reach, measured in headless Chromium; exits with 1 where it does not.
 * Usage: CHROME_PATH=... node bench/budgets.mjs
 */

import { chromium } from 'playwright-core';
import {
  measureDevices,
  measureFirstPrediction,
  measureFrames,
  measureTransfer,
} from './measure.mjs';

const browser = await chromium.launch({
  executablePath: process.env['CHROME_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const transfer = await measureTransfer(browser);
const firstPrediction = await measureFirstPrediction(browser);
const devices = await measureDevices(browser);
const { drawing, running, truth } = await measureFrames(browser);
await browser.close();

const millisecondsOf = (pattern) =>
  devices.find(({ state }) => pattern.test(state))?.milliseconds ?? null;
const ROWS = [
  ['first prediction after navigation', firstPrediction / 1000, 's', 'at most', 3],
  ['transferred until then, gzip', transfer.all / 1000, 'MB', 'at most', 8],
  ['scripts of page and worker, gzip', transfer.script, 'kB', 'at most', 200],
  ['a 128x128 generation, WASM, one thread', millisecondsOf(/1 thread$/), 'ms', 'at most', 150],
  ['the same, WASM, two threads', millisecondsOf(/2 threads$/), 'ms', 'at most', 66],
  ['the same, WebGPU', millisecondsOf(/^webgpu/), 'ms', 'reported', null],
  ['frames a second while drawing', drawing.framesASecond, '', 'at least', 59],
  ['frames a second while the model runs', running.framesASecond, '', 'at least', 59],
  ['frames a second, 256x256 truth board', truth.framesASecond, '', 'at least', 59],
  ['generations a second on it', truth.generationsASecond, '', 'at least', 55],
  ['longest task of the page while it runs', running.longest, 'ms', 'at most', 50],
];

let isMissed = false;
for (const [name, value, unit, bound, limit] of ROWS) {
  const misses =
    value !== null && (bound === 'at most' ? value > limit : bound === 'at least' && value < limit);
  isMissed ||= misses;
  const shown = value === null ? 'not here' : `${value.toFixed(value < 10 ? 2 : 0)} ${unit}`;
  const wanted = limit === null ? '' : `${bound} ${limit} ${unit}`;
  console.log(
    `${name.padEnd(40)}${shown.padStart(12)}   ${wanted.padEnd(18)}${misses ? 'MISSED' : ''}`,
  );
}
process.exitCode = isMissed ? 1 : 0;
