import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  drawCells,
  executablePath,
  hostPage,
  readRle,
  servePlainly,
  setSize,
  textOf,
  waitForText,
  type PageHost,
} from './open-page.js';

const GLIDER = [
  [0, 1],
  [1, 2],
  [2, 0],
  [2, 1],
  [2, 2],
] as const;

/** The built page in a real Chromium; skipped where there is none. */
describe.skipIf(executablePath === undefined)('Play', { timeout: 180_000 }, () => {
  let host: PageHost;
  let page: Page;

  beforeAll(async () => {
    host = await hostPage();
    page = await host.open();
  }, 180_000);
  afterAll(() => host?.close());

  const run = async (until: number): Promise<void> => {
    await page.locator('#run').click();
    await page.waitForFunction(
      (n) => Number(document.querySelector('#generation')!.textContent) >= n,
      until,
    );
    await page.locator('#run').click();
  };

  it('says on what the model runs, on threads where the page is isolated', async () => {
    expect(await textOf(page, 'status')).toMatch(/LifeGPT runs on wasm, \d threads?\. Press Run\./);
    expect(await page.evaluate(() => globalThis.crossOriginIsolated)).toBe(true);
    expect(await page.locator('#loading').isHidden()).toBe(true);
  });

  it('lets a drawn glider fly for 32 generations, exactly', async () => {
    await setSize(page, 12, 10);
    await page.getByRole('button', { name: 'Clear' }).click();
    await waitForText(page, 'population', /^0$/); // it is drawn in the next frame
    await drawCells(page, GLIDER);
    await waitForText(page, 'population', /^5$/);
    await page.locator('#speed').fill('6');
    await run(32);
    const status = await textOf(page, 'status');
    const generation = Number(/Generation (\d+): exact\./.exec(status)![1]);
    expect(generation).toBeGreaterThanOrEqual(32);
    expect(await textOf(page, 'verdict-text')).toBe('exact');
    expect(await textOf(page, 'population')).toBe('5');
    // a paused run stays where it is
    await page.waitForTimeout(200);
    expect(await textOf(page, 'generation')).toBe(String(generation));
  });

  it('steps back, and forth again to the same board', async () => {
    const before = await readRle(page);
    const generation = Number(await textOf(page, 'generation'));
    await page.locator('#back').click();
    await waitForText(page, 'generation', new RegExp(`^${generation - 1}$`));
    expect(await readRle(page)).not.toBe(before);
    await page.locator('#step').click();
    await waitForText(page, 'generation', new RegExp(`^${generation}$`));
    expect(await readRle(page)).toBe(before);
    await page.locator('#rewind').click();
    expect(await readRle(page)).toBe('x = 12, y = 10, rule = B3/S23:T12,10\nbo$2bo$3o!');
  });

  it('shows the text that the model read and wrote', async () => {
    await page.locator('#step').click();
    await waitForText(page, 'generation', /^1$/);
    const text = await textOf(page, 'text');
    expect(text).toMatch(/^@PredictNextState\{B3\/S23:T12,10\}<[01]{120}> \[[01]{120}\]\$$/);
    const [given, answer] = text.match(/[01]{120}/g)!;
    expect(given!.slice(0, 36)).toBe('010000000000001000000000111000000000');
    expect(answer!.slice(12, 48)).toBe('101000000000011000000000010000000000');
  });

  it('is drawn on with the keyboard alone', async () => {
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.keyboard.press('Tab'); // the keyboard, so that focus is visible
    await page.locator('#board-model').focus();
    const place = await textOf(page, 'cursor');
    expect(place).toMatch(/row 6, column 7: dead/);
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowUp');
    expect(await textOf(page, 'cursor')).toBe('row 5, column 8: dead');
    expect(await readRle(page)).toBe('x = 12, y = 10, rule = B3/S23:T12,10\n5$6b2o!');
  });

  it('adds a pattern to what is there, on a larger board where it has to be, and says so', async () => {
    const before = Number(await textOf(page, 'population'));
    await page.locator('#pattern-search').fill('gosper');
    await page.locator('#pattern-search').press('Enter');
    expect(await textOf(page, 'status')).toMatch(
      /^Gosper glider gun is on the board, which is \d+ × \d+ now\.$/,
    );
    expect(Number(await textOf(page, 'population'))).toBeGreaterThanOrEqual(before + 36 - 2);
    await page.locator('#pattern-search').fill('');
    await page.locator('#undo').click();
    await page.locator('#undo').click();
    await waitForText(page, 'population', new RegExp(`^${before}$`));
    await setSize(page, 12, 10);
  });

  it('pastes what another program copied, and says when that is no pattern', async () => {
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.evaluate(() => navigator.clipboard.writeText('x = 3, y = 3\nbo$2bo$3o!'));
    await page.keyboard.press('ControlOrMeta+v');
    await waitForText(page, 'population', /^5$/);
    await page.evaluate(() => navigator.clipboard.writeText('a shopping list'));
    await page.keyboard.press('ControlOrMeta+v');
    expect(await waitForText(page, 'status', /no pattern/)).toMatch(
      /^What was copied is no pattern/,
    );
    expect(await textOf(page, 'population')).toBe('5');
    await page.keyboard.press('Escape');
  });

  it('takes RLE and gives it back', async () => {
    await page.locator('#rle').fill('#N Toad\nx = 4, y = 2, rule = B3/S23:T6,5\nb3o$3o!');
    await page.getByRole('button', { name: 'Place' }).click();
    expect(await textOf(page, 'status')).toBe('Toad is on the board (the board is 6 × 5 now).');
    expect(await page.locator('#columns').inputValue()).toBe('6');
    const written = await readRle(page);
    expect(written).toBe('x = 6, y = 5, rule = B3/S23:T6,5\n$2b3o$b3o!');
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.locator('#rle').fill(written);
    await page.getByRole('button', { name: 'Place' }).click();
    expect(await readRle(page)).toBe(written);
  });

  it('opens and saves files', async () => {
    await page.locator('#rle-file').setInputFiles({
      name: 'block.cells',
      mimeType: 'text/plain',
      buffer: Buffer.from('!Name: Block\nOO\nOO\n'),
    });
    await waitForText(page, 'status', /Block is on the board/);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save' }).click();
    expect((await download).suggestedFilename()).toBe('lifegpt-0.rle');
  });

  it.each([
    ['x = 2, y = 1\n2q!', /^Line 2 of the pattern: the letter 'q' is not known/],
    ['x = 600, y = 1\n600o!', /life takes sides from 1 to 512, not 600/],
    ['x = 3, y = 1, rule = B3/S23/3\n3o!', /more than two states/],
    ['x = 3, y = 1, rule = B3/S23:T513,64\n3o!', /sides from 1 to 512, not 513/],
  ])('says what is wrong with %j, and keeps the board', async (text, message) => {
    const before = await readRle(page);
    await page.locator('#rle').fill(text);
    await page.getByRole('button', { name: 'Place' }).click();
    expect(await textOf(page, 'rle-problem')).toMatch(message);
    expect(await readRle(page)).toBe(before);
    expect(await page.locator('#rle-problem').isHidden()).toBe(true);
  });

  it('says beside the controls what the model cannot do', async () => {
    await page.locator('#player').selectOption('flat32');
    await waitForText(page, 'abilities', /flat32.*B3\/S23 on tori with sides of 32/);
    const before = await readRle(page);
    await page.locator('#rule').fill('B36/S23');
    await page.locator('#rule').press('Enter');
    expect(await textOf(page, 'setup-problem')).toMatch(/not for B36\/S23; choose the engine/);
    expect(await page.locator('#rule').inputValue()).toBe('B3/S23');
    await setSize(page, 33, 32);
    expect(await textOf(page, 'setup-problem')).toMatch(/flat32 takes sides from 32 to 32, not 33/);
    expect(await readRle(page)).toBe(before);
    await page.getByRole('button', { name: 'Gosper glider gun' }).click();
    expect(await textOf(page, 'pattern-problem')).toMatch(/sides from 32 to 32, not 36/);
  });

  it('lets the engine play any rule on larger boards', async () => {
    await page.locator('#player').selectOption('engine');
    await setSize(page, 256, 256);
    await page.locator('#rule').fill('B36/S23');
    await page.locator('#rule').press('Enter');
    await page.locator('#topology').selectOption('K');
    await page.getByRole('button', { name: 'Randomise' }).click();
    await run(30);
    expect(await textOf(page, 'status')).toMatch(/^Generation \d+\./);
    expect(await readRle(page)).toMatch(/^x = 256, y = 256, rule = B36\/S23:K256\*?,256/);
    await page.locator('#player').selectOption('life');
    await waitForText(page, 'abilities', /life: 3 layers/);
  });

  it('lets a model with a header play other rules on other topologies, and tells it which', async () => {
    await page.locator('#rle').fill('x = 3, y = 3, rule = B3/S23:T9,7\nbo$2bo$3o!');
    await page.getByRole('button', { name: 'Place' }).click();
    await waitForText(
      page,
      'abilities',
      /any two-state rule of the 3 × 3 neighbourhood on all six topologies .*sides to 512/,
    );
    await page.locator('#rule').fill('B3/S2-i34q');
    await page.locator('#rule').press('Enter');
    await page.locator('#topology').selectOption('K*');
    await run(12);
    expect(await textOf(page, 'status')).toMatch(/^Generation \d+: exact\./);
    expect(await readRle(page)).toMatch(/^x = 9, y = 7, rule = B3\/S2-i34q:K9\*,7/);
    expect(await textOf(page, 'text')).toMatch(
      /^@PredictNextState\{B3\/S2-i34q:K9\*,7\}<[01]{63}> \[/,
    );
    await page.locator('#topology').selectOption('S');
    expect(await textOf(page, 'status')).toMatch(/A sphere is square, so the board is 9 × 9 now/);
    await page.locator('#player').selectOption('flat32');
    await waitForText(page, 'abilities', /flat32/);
    expect(await page.locator('#topology').inputValue()).toBe('T');
    expect(await page.locator('#rule').inputValue()).toBe('B3/S23');
    await page.locator('#player').selectOption('life');
    await waitForText(page, 'abilities', /life: 3 layers/);
  });

  it('shows the live board on its surface, named with its shift, and turns it where that is welcome', async () => {
    await page.locator('#player').selectOption('engine');
    await page.locator('#rle').fill('x = 3, y = 3, rule = B3/S23:T20+3,10\nbo$2bo$3o!');
    await page.getByRole('button', { name: 'Place' }).click();
    await waitForText(page, 'shape-name', /^Torus, shifted by 3 columns$/);
    await page.locator('#shape summary').click();
    await waitForText(page, 'shape-joints', /comes in at the top, 3 columns further right/);
    const picture = async (): Promise<string> => {
      await page.waitForTimeout(200);
      return page.locator('#shape-canvas').evaluate((each: HTMLCanvasElement) => each.toDataURL());
    };
    await page.locator('#shape-canvas').scrollIntoViewIfNeeded();
    const turning = await picture();
    expect(await picture()).not.toBe(turning);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const still = await picture();
    expect(await picture()).toBe(still);
    await page.locator('#step').click();
    await waitForText(page, 'generation', /^1$/);
    const stepped = await picture();
    expect(stepped).not.toBe(still);
    await page.locator('#shape-canvas').press('ArrowRight');
    expect(await picture()).not.toBe(stepped);
    await page.emulateMedia({ reducedMotion: null });
    await page.locator('#shape summary').click();
    await page.locator('#player').selectOption('life');
    await waitForText(page, 'abilities', /life: 3 layers/);
  });

  it('shares the board as a link', async () => {
    await page.locator('#rle').fill('x = 3, y = 3, rule = B3/S23:T9,7\nbo$2bo$3o!');
    await page.getByRole('button', { name: 'Place' }).click();
    await page.locator('input[value=difference]').check({ force: true });
    await run(5);
    const [rle, generation] = [await readRle(page), await textOf(page, 'generation')];
    await page.getByRole('button', { name: 'Copy link' }).click();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toContain('#show=difference&player=life&rule=B3/S23:T9,7&board=');
    const other = await host.open(link);
    await waitForText(other, 'generation', new RegExp(`^${generation}$`));
    expect(await readRle(other)).toBe(rle);
    expect(await other.locator('input[value=difference]').isChecked()).toBe(true);
    await other.close();
  });

  it.each([
    ['rule=B3/S23:T9,7&board=4q!', /the link's board cannot be read.*letter 'q'/],
    ['rule=B3/S23:T9,7&board=o!&generation=1e9', /the link's generation is '1e9'; expected/],
    ['rule=B3/S23:T600,7&board=o!&player=life', /sides from 1 to 512, not 600/],
    ['rule=B3/S23:T9,7&board=o!&player=other', /the link’s player 'other' is not here/],
    ['view=secret', /the link's view is 'secret'; expected story, play, look/],
  ])('says what is wrong with the link #%s, keeps it, and plays on', async (hash, message) => {
    await page.evaluate((text) => void (location.hash = text), hash);
    await waitForText(page, 'setup-problem', message);
    expect(await page.locator('#rule').inputValue()).toBe('B3/S23');
    await page.waitForTimeout(500);
    expect(await page.evaluate(() => location.hash)).toBe(`#${hash}`);
    const generation = Number(await textOf(page, 'generation'));
    await page.locator('#step').click();
    await waitForText(page, 'generation', new RegExp(`^${generation + 1}$`));
  });

  it('works from any static host, under a sub-path, on one thread without isolation', async () => {
    const plain = await servePlainly(host.url, '/some/folder/');
    const other = await host.open(plain.url);
    expect(await textOf(other, 'chip-device')).toBe('wasm, 1 thread');
    await other.locator('#step').click();
    expect(await waitForText(other, 'status', /Generation 1/)).toBe('Generation 1: exact.');
    await other.close();
    plain.close();
  });

  it('has no errors on the console and asks nobody else for anything', () => {
    expect(host.problems).toEqual([]);
  });

  it('works without a network after the first visit', async () => {
    const other = await host.open('', { serviceWorkers: 'allow' });
    await other.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await other.context().setOffline(true);
    await other.reload();
    await waitForText(other, 'status', /Press Run/);
    expect(await other.evaluate(() => globalThis.crossOriginIsolated)).toBe(true);
    await other.locator('#step').click();
    expect(await waitForText(other, 'status', /Generation 1/)).toBe('Generation 1: exact.');
    await other.context().close();
  });
});

describe.skipIf(executablePath === undefined)('a failure', { timeout: 180_000 }, () => {
  let host: PageHost;
  let page: Page;

  beforeAll(async () => {
    host = await hostPage();
    page = await host.open('?device=webgpu');
  }, 180_000);
  afterAll(() => host?.close());

  it('to find a graphics processor for WebGPU is said, and the model plays on WASM', async () => {
    expect(await textOf(page, 'status')).toBe(
      'WebGPU has no graphics processor here, so the model runs on WASM. Press Run.',
    );
    expect(await textOf(page, 'chip-device')).toMatch(/^wasm/);
    await page.locator('#step').click();
    expect(await waitForText(page, 'status', /Generation 1/)).toBe('Generation 1: exact.');
  });

  it('of a download is said, and can be tried again', async () => {
    await page.route('**/model.safetensors', (route) => route.abort());
    await page.reload();
    expect(await waitForText(page, 'status', /could not be loaded/)).toMatch(
      /^models\/life\/model\.safetensors could not be loaded \(the server does not answer\)/,
    );
    await page.unroute('**/model.safetensors');
    await page.getByRole('button', { name: 'Try again' }).click();
    await waitForText(page, 'status', /Press Run/);
  });

  it('of the worker keeps the board, and a new worker goes on with it', async () => {
    await page.locator('#step').click();
    await waitForText(page, 'generation', /^1$/);
    const before = await readRle(page);
    const worker = page.workers().find((each) => each.url().endsWith('worker.js'))!;
    await worker.evaluate(
      () =>
        void setTimeout(() => {
          throw new RangeError('out of memory');
        }),
    );
    await waitForText(page, 'status', /the worker stopped .*out of memory/);
    expect(await readRle(page)).toBe(before);
    await page.getByRole('button', { name: 'Try again' }).click();
    await waitForText(page, 'status', /Press Run/);
    expect(await readRle(page)).toBe(before);
    await page.locator('#step').click();
    await waitForText(page, 'generation', /^2$/);
  });
});
