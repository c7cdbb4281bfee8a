/**
 * Pictures of every view, light and dark, from the narrowest phone to the widest screen, of the built page in Chromium.
 * Usage: CHROME_PATH=... [WIDTH=1440] [TRAIN_MS=20000] node bench/screenshots.mjs [folder] [view...]
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { servePage } from '../e2e/serve-page.mjs';

const [folder = 'dist/screenshots', ...chosen] = process.argv.slice(2);
const SIZES = [
  [320, 640],
  [768, 1024],
  [1440, 900],
  [3840, 2160],
];
/** What is done in a view before its picture; in others nothing. */
const BEFORE = { play, look, train, device };

/** A few generations of the opening board. */
async function play(page) {
  await page.locator('#step').click();
  for (let generation = 1; generation < 12; generation++) {
    await page.waitForFunction(
      (n) => document.querySelector('#generation').textContent === n,
      String(generation),
    );
    await page.locator('#step').click();
  }
  await page.waitForFunction(() => document.querySelector('#generation').textContent === '12');
}

/** An answer by Jacobi, and the attention of a cell in the middle. */
async function look(page) {
  await page.locator('#tab-look').click();
  await page.waitForFunction(() => !document.querySelector('#take').disabled, null, {
    timeout: 60_000,
  });
  await page.locator('#look-answer').scrollIntoViewIfNeeded();
  const box = await page.locator('#look-answer').boundingBox();
  await page.mouse.move(box.x + box.width * 0.42, box.y + box.height * 0.42);
  await page.locator('#heads canvas').first().waitFor({ timeout: 60_000 });
}

/** A training after some seconds. */
async function train(page) {
  await page.locator('#tab-train').click();
  await page.locator('#train').click();
  await page.waitForTimeout(Number(process.env['TRAIN_MS'] ?? 20_000));
}

async function device(page) {
  await page.locator('#tab-device').click();
  await page.locator('#measure').click();
  await page.waitForFunction(() => !document.querySelector('#measure').disabled, null, {
    timeout: 120_000,
  });
}

mkdirSync(folder, { recursive: true });
const server = await servePage();
const browser = await chromium.launch({
  executablePath: process.env['CHROME_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
for (const [width, height] of SIZES) {
  if (width !== Number(process.env['WIDTH'] ?? width)) continue;
  const page = await browser.newPage({ viewport: { width, height }, hasTouch: width < 500 });
  page.on('pageerror', (error) => console.error(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(message.text());
  });
  await page.goto(server.url);
  await page.waitForFunction(() => /Press Run/.test(document.querySelector('#status').textContent));
  const tabs = await page.$$eval('[role=tab]', (all) => all.map(({ id }) => id.slice(4)));
  for (const name of tabs) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    await page.locator(`#tab-${name}`).click();
    await BEFORE[name]?.(page);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(300);
      const path = join(folder, `${name}-${width}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true });
      console.log(path);
    }
  }
  await page.close();
}
await browser.close();
server.close();
