/**
 * What the page must reach, measured in headless Chromium; exits with 1 where it does not.
 * Usage: CHROME_PATH=... node bench/budgets.mjs
 */

import { chromium } from 'playwright-core';
import { servePage } from '../e2e/serve-page.mjs';
import { packRuntime } from '../pack-runtime.mjs';
import { measureDevices, measureFrames, measureStart, measureViews } from './measure.mjs';

const browser = await chromium.launch({
  executablePath: process.env['CHROME_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
packRuntime();
const server = await servePage();
const host = { browser, url: server.url };
const start = await measureStart(host);
const views = await measureViews(host);
const frames = await measureFrames(host);
const devices = await measureDevices(host);
await browser.close();
server.close();

const shift = Math.max(start.shift, views.shift);
const millisecondsOf = (pattern) =>
  devices.find(({ state }) => pattern.test(state))?.milliseconds ?? null;
const { drawing, small, middle, large, engine, huge, surface } = frames;
const longest = Math.max(...Object.values(frames).map((each) => each.longest));
const ROWS = [
  ['first board moving, by the engine', start.moved / 1000, 's', 'at most', 1],
  ['first prediction by the model', start.predicted / 1000, 's', 'at most', 2],
  ['transferred until then, Brotli', start.all / 1000, 'MB', 'at most', 3],
  ['scripts among it', start.script, 'kB', 'at most', 200],
  ['128x128 by the model, WASM', middle.generationsASecond, 'gen/s', 'at least', 15],
  ['512x512 by the model, WASM', large.generationsASecond, 'gen/s', 'reported', null],
  ['2048x2048 by the engine', huge.generationsASecond, 'gen/s', 'reported', null],
  ['256x256 by the engine', engine.generationsASecond, 'gen/s', 'at least', 55],
  ['128x128 by the model, one thread', millisecondsOf(/1 thread$/), 'ms', 'at most', 66],
  ['the same, two threads', millisecondsOf(/2 threads$/), 'ms', 'at most', 66],
  ['the same, WebGPU', millisecondsOf(/^webgpu/), 'ms', 'reported', null],
  ['frames while drawing', drawing.framesASecond, '1/s', 'at least', 59],
  ['frames while the model runs, 32x32', small.framesASecond, '1/s', 'at least', 59],
  ['frames beside the board as a surface', surface.framesASecond, '1/s', 'at least', 55],
  ['frames while the engine runs, 2048x2048', huge.framesASecond, '1/s', 'reported', null],
  ['longest task while any of these run', longest, 'ms', 'at most', 50],
  ['layout shift, first visit and all views', shift, '', 'at most', 0.05],
  ['findings of axe, all views, both themes', views.findings.length, '', 'at most', 0],
];

let isMissed = false;
for (const [name, value, unit, bound, limit] of ROWS) {
  const misses =
    value !== null && (bound === 'at most' ? value > limit : bound === 'at least' && value < limit);
  isMissed ||= misses;
  const digits = Number.isInteger(value) || value >= 10 ? 0 : 2;
  const shown = value === null ? 'not here' : `${value.toFixed(digits)} ${unit}`;
  const wanted = limit === null ? '' : `${bound} ${limit} ${unit}`;
  console.log(
    `${name.padEnd(42)}${shown.padStart(12)}   ${wanted.padEnd(18)}${misses ? 'MISSED' : ''}`,
  );
}
if (process.argv.includes('--why')) console.log(JSON.stringify({ start, views, frames }, null, 1));
else for (const each of views.findings) console.log(each);
process.exitCode = isMissed ? 1 : 0;
