/** Measures the built page in Chromium: what it loads, how soon it plays, how fast and smoothly it goes on. */

import { get } from 'node:http';
import { createRequire } from 'node:module';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const PATIENCE = { timeout: 120_000 };

/** Opens the page at an address in a context of its own, so with nothing cached, and closes it again. */
async function visit({ browser, url }, address, work, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  const page = await context.newPage();
  await page.addInitScript(observe);
  try {
    return await work(page, url + address);
  } finally {
    await context.close();
  }
}

/**
 * Runs in the page before its own scripts: keeps the longest task and the sum of layout shifts, presses Run as
 * soon as it can be pressed, and notes when the first board moved and when the model had written one.
 */
function observe() {
  const seen = { longest: 0, shift: 0, shifts: [], moved: null, predicted: null };
  globalThis.observed = seen;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration);
  }).observe({ type: 'longtask' });
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
      if (hadRecentInput) continue;
      seen.shift += value;
      seen.shifts.push([value, sources.map(({ node }) => node?.id || node?.nodeName).join(' ')]);
    }
  }).observe({ type: 'layout-shift', buffered: true });
  const text = (id) => document.getElementById(id)?.textContent ?? '';
  const look = () => {
    const run = document.getElementById('run');
    if (seen.moved === null && run?.disabled === false && text('run-text') === 'Run') run.click();
    if (seen.moved === null && !['', '0'].includes(text('generation')))
      seen.moved = performance.now();
    if (seen.predicted === null && /passes?$|in \d/.test(text('passes')))
      seen.predicted = performance.now();
    if (seen.predicted === null) requestAnimationFrame(look);
  };
  if (!/[#&]bench=watch/.test(location.hash)) requestAnimationFrame(look);
}

/**
 * A first visit: milliseconds until the engine's board moves and until the model has written one, and the
 * kilobytes loaded until then, as the server sends them to a browser.
 */
export async function measureStart(host) {
  return visit(host, '', async (page, url) => {
    const asked = new Set();
    page.on('request', (request) => {
      if (request.url().startsWith(url)) asked.add(request.url());
    });
    await page.goto(url, { waitUntil: 'commit' });
    await page.waitForFunction(() => globalThis.observed.predicted !== null, null, PATIENCE);
    const { moved, predicted, shift, shifts } = await page.evaluate(() => globalThis.observed);
    let [all, script] = [0, 0];
    for (const each of asked) {
      const kilobytes = (await countBytes(each)) / 1000;
      all += kilobytes;
      if (new URL(each).pathname.endsWith('.js')) script += kilobytes;
    }
    return { moved, predicted, shift, shifts, all, script };
  });
}

/** Bytes of an answer's body on the wire. */
function countBytes(url) {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'gzip, deflate, br' } }, (response) => {
      let bytes = 0;
      response.on('data', (part) => (bytes += part.length)).on('end', () => resolve(bytes));
    }).on('error', reject);
  });
}

/** Opens the page and waits until the model is there. */
async function openReady(page, url) {
  await page.goto(`${url}${url.includes('#') ? '&' : '#'}bench=watch`);
  await page.waitForFunction(
    () => /Press Run|bench/.test(document.querySelector('#status').textContent),
    null,
    PATIENCE,
  );
  await page.waitForFunction(() => !document.querySelector('#write').disabled, null, PATIENCE);
}

/** Milliseconds of a generation by the model on each device, as the page's own view measures them. */
export async function measureDevices(host) {
  return visit(host, '#view=device', async (page, url) => {
    await page.goto(url);
    const isReady = () => !document.querySelector('#measure').disabled;
    await page.waitForFunction(isReady, null, PATIENCE);
    await page.click('#measure');
    await page.waitForFunction(isReady, null, { timeout: 300_000 });
    return page.$$eval('#measurements tr', (all) =>
      all.map((row) => ({
        title: row.querySelector('th').textContent,
        state: row.querySelector('td').textContent,
        milliseconds: Number(row.dataset.milliseconds) || null,
      })),
    );
  });
}

/**
 * Frames and generations a second, and the longest task of the page's thread in milliseconds, while
 * something goes on.
 */
async function watchFrames(page, work) {
  await page.evaluate(() => {
    globalThis.observed.longest = 0;
    const own = { frames: 0, began: performance.now(), from: readGeneration() };
    globalThis.watched = own;
    globalThis.readGeneration = readGeneration;
    const count = () => {
      if (globalThis.watched !== own) return; // another watch began
      own.frames++;
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
    function readGeneration() {
      return Number(document.querySelector('#generation').textContent.replace(/,/g, ''));
    }
  });
  await work();
  return page.evaluate(async () => {
    const { frames, began, from } = globalThis.watched;
    const seconds = (performance.now() - began) / 1000;
    const generations = globalThis.readGeneration() - from;
    await new Promise((done) => setTimeout(done, 100)); // the observer is told late
    const { longest } = globalThis.observed;
    return {
      framesASecond: frames / seconds,
      generationsASecond: generations / seconds,
      longest,
    };
  });
}

/** Runs what is on the board for so long. */
async function play(page, milliseconds = 3000) {
  return watchFrames(page, async () => {
    await page.click('#run');
    await page.waitForTimeout(milliseconds);
    await page.click('#run');
  });
}

async function setBoard(page, side, player) {
  await page.selectOption('#player', player);
  await page.waitForFunction((name) => document.querySelector('#player').value === name, player);
  await page.waitForTimeout(200);
  for (const id of ['columns', 'rows']) {
    await page.fill(`#${id}`, String(side));
    await page.press(`#${id}`, 'Enter');
  }
  await page.click('#randomise');
}

/** What goes on in the Play view and how smoothly: drawing, the model's and the engine's boards. */
export async function measureFrames(host) {
  return visit(host, '', async (page, url) => {
    await openReady(page, url);
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
    await page.fill('#speed', '6'); // as fast as it goes
    const boards = {};
    for (const [name, side, player] of [
      ['small', 32, 'life'],
      ['middle', 128, 'life'],
      ['large', 512, 'life'],
      ['engine', 256, 'engine'],
      ['huge', 2048, 'engine'],
    ]) {
      await setBoard(page, side, player);
      boards[name] = await play(page);
    }
    await setBoard(page, 32, 'life');
    await page.click('#shape summary');
    await page.locator('#shape-canvas').scrollIntoViewIfNeeded();
    const surface = await play(page);
    return { drawing, ...boards, surface };
  });
}

/** Rules of axe about what changes in the dark: nothing but colours. */
const ABOUT_COLOURS = { runOnly: ['color-contrast', 'link-in-text-block'] };

/** What axe finds, and how much moves by itself, in every view: the colours in the dark, and everything in the light. */
export async function measureViews(host) {
  return visit(
    host,
    '',
    async (page, url) => {
      await openReady(page, url);
      await page.addScriptTag({ path: AXE });
      const findings = [];
      const tabs = await page.$$eval('[role=tab]', (all) => all.map(({ id }) => id));
      for (const [colorScheme, options] of [
        ['dark', ABOUT_COLOURS],
        ['light', {}],
      ]) {
        await page.emulateMedia({ colorScheme });
        for (const view of tabs) {
          await page.click(`#${view}`);
          await page.waitForTimeout(600); // shifts count half a second after a click
          const { violations } = await page.evaluate(
            (rules) => globalThis.axe.run({ ...rules, resultTypes: ['violations'] }),
            options,
          );
          for (const { id, nodes } of violations)
            findings.push(
              `${view}, ${colorScheme}: ${id} ${nodes[0].html} ${nodes[0].failureSummary}`,
            );
        }
      }
      const { shift, shifts } = await page.evaluate(() => globalThis.observed);
      return { findings, shift, shifts };
    },
    { colorScheme: 'dark', bypassCSP: true },
  );
}
