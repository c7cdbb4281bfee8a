/**
 * Writes docs/page.gif: the Play view of the built page while the model plays, on a torus and on a Klein bottle.
 * Usage: CHROME_PATH=... node bench/animate.mjs [file]
 */

import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { encode } from 'modern-gif';
import { chromium } from 'playwright-core';
import { servePage } from '../e2e/serve-page.mjs';

const [file = fileURLToPath(new URL('../../../docs/page.gif', import.meta.url))] =
  process.argv.slice(2);
/** Of the browser's window, and of the picture. */
const WINDOW = { width: 1060, height: 900 };
const SCALE = 0.72;
const [WIDTH, HEIGHT] = [WINDOW.width, WINDOW.height].map((side) => Math.round(side * SCALE));
const GENERATIONS = 16;
const MILLISECONDS = 220;
const TOPOLOGIES = ['T32,32', 'K32*,32'];

const server = await servePage();
const browser = await chromium.launch({
  executablePath: process.env['CHROME_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage({ viewport: WINDOW, reducedMotion: 'reduce' });
const scaler = await browser.newPage();
await page.goto(server.url);
await page.waitForFunction(() => /Press Run/.test(document.querySelector('#status').textContent));
await page.click('#shape summary');
const frames = [];
for (const bounds of TOPOLOGIES) {
  await page.fill('#rule', `B3/S23:${bounds}`);
  await page.press('#rule', 'Enter');
  for (let generation = 1; generation <= GENERATIONS; generation++) {
    await page.click('#step');
    await page.waitForFunction(
      (n) => document.querySelector('#generation').textContent === n,
      String(generation),
    );
    // it turns by keys, so that each frame is a step of the same length
    await page.locator('#shape-canvas').press('ArrowRight');
    await page.evaluate(() => {
      document.activeElement.blur();
      scrollTo(0, 0);
    });
    await page.waitForTimeout(150);
    frames.push(await shrink(await page.screenshot()));
    process.stderr.write(`${bounds} generation ${generation}\n`);
  }
}
await browser.close();
server.close();
const images = frames.map((data) => ({ data, width: WIDTH, height: HEIGHT, delay: MILLISECONDS }));
const output = await encode({
  width: WIDTH,
  height: HEIGHT,
  frames: images,
  maxColors: 48,
  looped: true,
  loopCount: 0,
});
await writeFile(file, new Uint8Array(output));
process.stderr.write(`wrote ${file}, ${(output.byteLength / 1e6).toFixed(2)} MB\n`);

/** A picture's pixels, red, green, blue and opacity, at the size of the animation. */
async function shrink(png) {
  const text = await scaler.evaluate(
    async ([url, width, height]) => {
      const picture = await createImageBitmap(await (await fetch(url)).blob());
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext('2d');
      context.imageSmoothingQuality = 'high';
      context.drawImage(picture, 0, 0, width, height);
      const { data } = context.getImageData(0, 0, width, height);
      let bytes = '';
      for (let k = 0; k < data.length; k += 32_768)
        bytes += String.fromCharCode(...data.subarray(k, k + 32_768));
      return btoa(bytes);
    },
    [`data:image/png;base64,${png.toString('base64')}`, WIDTH, HEIGHT],
  );
  return new Uint8ClampedArray(Buffer.from(text, 'base64'));
}
