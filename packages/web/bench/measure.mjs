/** Measures the built page in Chromium: what it loads, how soon it predicts, how fast it goes. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { servePage } from '../e2e/serve-page.mjs';

const ROOT = fileURLToPath(new URL('../dist/page', import.meta.url));

/** Kilobytes that a page loads until its first prediction, each file compressed as servers do it. */
export async function measureTransfer(browser) {
  const server = await servePage();
  const page = await browser.newPage();
  const paths = new Set();
  page.on('request', (request) => {
    const { protocol, pathname } = new URL(request.url());
    if (protocol.startsWith('http')) paths.add(pathname);
  });
  await predictOnce(page, server.url);
  const sizes = new Map();
  for (const path of paths) {
    const file = join(ROOT, path.endsWith('/') ? 'index.html' : path);
    const bytes = await readFile(file).catch(() => Buffer.alloc(0));
    sizes.set(path, gzipSync(bytes).length / 1000);
  }
  await page.context().close();
  server.close();
  const sum = (wanted) =>
    [...sizes].reduce((total, [path, size]) => total + (wanted(path) ? size : 0), 0);
  return { all: sum(() => true), script: sum((path) => path.endsWith('.js')) };
}

/** Milliseconds from navigation to the first prediction on the screen. */
export async function measureFirstPrediction(browser) {
  const server = await servePage();
  const page = await browser.newPage();
  const milliseconds = await predictOnce(page, server.url);
  await page.context().close();
  server.close();
  return milliseconds;
}

async function predictOnce(page, url) {
  const began = performance.now();
  await page.goto(url);
  await page.waitForFunction(() => !document.querySelector('#run').disabled, null, {
    timeout: 120_000,
  });
  await page.waitForFunction(() => /Press Run/.test(document.querySelector('#status').textContent));
  await page.click('#step');
  await page.waitForFunction(() => document.querySelector('#generation').textContent === '1');
  return performance.now() - began;
}

/** Milliseconds of a 32x32 generation by Jacobi on each device; null where it is not there. */
export async function measureDevices(browser) {
  const server = await servePage();
  const page = await browser.newPage();
  await page.goto(`${server.url}#view=device`);
  await page.waitForFunction(() => !document.querySelector('#measure').disabled, null, {
    timeout: 120_000,
  });
  await page.click('#measure');
  await page.waitForFunction(() => !document.querySelector('#measure').disabled, null, {
    timeout: 300_000,
  });
  const rows = await page.$$eval('#measurements tr', (all) =>
    all.map((row) => [
      row.querySelector('th').textContent,
      row.querySelector('td').textContent,
      Number(row.dataset.milliseconds) || null,
    ]),
  );
  await page.context().close();
  server.close();
  return rows.map(([title, state, milliseconds]) => ({ title, state, milliseconds }));
}

/**
 * Frames a second, and the longest task of the page's thread in milliseconds, while something goes on.
 * @param work what goes on, for about three seconds
 */
async function watchFrames(page, work) {
  await page.evaluate(() => {
    const own = { frames: 0, longest: 0, began: performance.now() };
    globalThis.watched = own;
    const count = () => {
      if (globalThis.watched !== own) return; // another watch began
      own.frames++;
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        own.longest = Math.max(own.longest, duration);
      }
    }).observe({ entryTypes: ['longtask'] });
  });
  await work();
  return page.evaluate(() => {
    const { frames, longest, began } = globalThis.watched;
    return { framesASecond: (1000 * frames) / (performance.now() - began), longest };
  });
}

/** Frames while one draws on the model's board, while the model runs, and on a 256x256 truth board. */
export async function measureFrames(browser) {
  const server = await servePage();
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await predictOnce(page, server.url);
  const box = await page.locator('#board-model').boundingBox();
  const drawing = await watchFrames(page, async () => {
    await page.mouse.move(box.x + 5, box.y + 5);
    await page.mouse.down();
    const until = performance.now() + 3000;
    for (let i = 0; performance.now() < until; i++) {
      const [x, y] = [Math.sin(i / 11), Math.cos(i / 7)].map((v) => 0.5 + 0.45 * v);
      await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
    }
    await page.mouse.up();
  });
  await page.fill('#speed', '6');
  const running = await watchFrames(page, async () => {
    await page.click('#run');
    await page.waitForTimeout(3000);
    await page.click('#run');
  });
  await page.selectOption('#player', 'engine');
  await page.click('#randomise');
  const from = Number(await page.textContent('#generation'));
  const truth = await watchFrames(page, async () => {
    await page.click('#run');
    await page.waitForTimeout(3000);
    await page.click('#run');
  });
  const generations = Number((await page.textContent('#generation')).replace(/,/g, '')) - from;
  await page.context().close();
  server.close();
  return { drawing, running, truth: { ...truth, generationsASecond: generations / 3 } };
}
