/**
 * Pictures of every view, light and dark, desktop and phone, from the built page in Chromium.
 * Usage: CHROME_PATH=... [SIZE=desktop] [TRAIN_MS=20000] node bench/screenshots.mjs [folder] [view...]
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { servePage } from '../e2e/serve-page.mjs';

const [folder = 'dist/screenshots', ...chosen] = process.argv.slice(2);
const SIZES = { desktop: [1280, 800], phone: [360, 740], wide: [1720, 950] };
const VIEWS = { play, look, train, device };

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
const names = chosen.length > 0 ? chosen : Object.keys(VIEWS);
for (const name of names) {
  for (const [size, [width, height]] of Object.entries(SIZES)) {
    if (size !== (process.env['SIZE'] ?? size)) continue;
    const page = await browser.newPage({ viewport: { width, height }, hasTouch: size === 'phone' });
    page.on('pageerror', (error) => console.error(`${name}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') console.error(`${name}: ${message.text()}`);
    });
    await page.goto(server.url);
    await page.waitForFunction(() => !document.querySelector('#run').disabled, null, {
      timeout: 60_000,
    });
    await VIEWS[name](page);
    for (const colorScheme of size === 'wide' ? ['dark'] : ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(300);
      const path = join(folder, `${name}-${size}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true });
      console.log(path);
    }
    await page.close();
  }
}
await browser.close();
server.close();
