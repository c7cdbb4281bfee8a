import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  executablePath,
  hostPage,
  readRle,
  textOf,
  trainLightly,
  waitForText,
  type PageHost,
} from './open-page.js';

/** The story, Break it, and rules by boxes and table. */
describe.skipIf(executablePath === undefined)('the page', { timeout: 180_000 }, () => {
  let host: PageHost;
  let page: Page;

  beforeAll(async () => {
    host = await hostPage();
    page = await host.open('#view=story&step=2');
    await trainLightly(page);
  }, 120_000);
  afterAll(() => host?.close());

  it('opens the story at the step of its address, and shows the board as text', async () => {
    expect(await page.locator('#story-2 h2').isVisible()).toBe(true);
    expect(await page.locator('#story-1').isVisible()).toBe(false);
    const before = /<([01]{64})>/.exec(await textOf(page, 'story-prompt'))![1]!;
    await page.locator('#story-text-board').click({ position: { x: 5, y: 5 } });
    await waitForText(page, 'story-prompt', /<1/);
    await page.locator('#story-text-board').click({ position: { x: 5, y: 5 } });
    await waitForText(page, 'story-prompt', new RegExp(before));
  });

  it('writes a board before the reader’s eyes, the right one', async () => {
    await page.locator('#story-next').click();
    const written = await waitForText(page, 'story-written', /\$$/);
    // the glider a generation later
    const rows = written.slice(0, 64).match(/.{8}/g)!;
    expect(rows.slice(2, 7)).toEqual(
      ['00000000', '00010100', '00001100', '00001000', '00000000'].map(
        (row) => row.slice(1) + row[0],
      ),
    );
    await page.waitForFunction(() => location.hash === '#view=story&step=3');
  });

  it('shows attention on the nine places, in a corner too', async () => {
    await page.locator('#story-next').click();
    expect(await waitForText(page, 'story-looks-say', /row 4, column 4/)).toMatch(/ [7-9] of them/);
    await page.locator('#story-looks').click({ position: { x: 5, y: 5 } });
    expect(await waitForText(page, 'story-looks-say', /row 1, column 1/)).toMatch(/ [7-9] of them/);
  });

  it('makes a rule of boxes, and of a painted table, and the model follows at once', async () => {
    await page.locator('#story-skip').click();
    await page.locator('#rule-boxes summary').click();
    await page.locator('#known-rules').selectOption({ label: 'Conway’s Life: B3/S23' });
    await page.getByLabel('Born with 6 live neighbours').check();
    expect(await page.locator('#rule').inputValue()).toBe('B36/S23');
    expect(await page.locator('#known-rules').inputValue()).toBe('B36/S23');
    await page.locator('#rule-table').scrollIntoViewIfNeeded();
    const box = (await page.locator('#rule-table').boundingBox())!;
    await page.mouse.move(box.x + 3, box.y + 3);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + 3, { steps: 8 });
    await page.mouse.up();
    expect(await readRle(page)).toMatch(/rule = MAP/);
    await page.locator('#step').click();
    expect(await waitForText(page, 'status', /^Generation 1/)).toMatch(/^Generation 1: exact\./);
    await page.locator('#undo').click();
    expect(await page.locator('#rule').inputValue()).toBe('B36/S23');
  });

  it('turns, copies and adds patterns by its tools', async () => {
    await page.locator('#rle').fill('x = 1, y = 1, rule = B3/S23:T12,12\nb!');
    await page.getByRole('button', { name: 'Place' }).click();
    await page.locator('#pattern-search').fill('blinker period');
    await page.getByRole('button', { name: 'Blinker', exact: true }).click();
    expect(await readRle(page)).toMatch(/\n5\$4b3o!$/);
    await page.locator('#rotate').click();
    expect(await readRle(page)).toMatch(/\n4\$5bo\$5bo\$5bo!$/);
    await page.locator('#copy').click();
    await page.locator('#paste').click();
    expect(await readRle(page)).toMatch(/\n4\$5bo\$5b2o\$5b2o\$6bo!$/);
    await page.locator('#clear-selected').click();
    expect(await readRle(page)).toMatch(/\n4\$5bo\$5bo\$5bo!$/);
    await page.locator('#pattern-search').fill('gosper');
    await page.getByRole('button', { name: 'Gosper glider gun' }).click();
    expect(await readRle(page)).toMatch(/^x = 52, y = 12, rule = B3\/S23:T52,12/);
  });

  it('finds a board on which a half-trained model is wrong, and plays it', async () => {
    await page.getByRole('tab', { name: 'Break it' }).click();
    await page.locator('#half-trained').click();
    await waitForText(page, 'status', /It was stopped after \d+ steps/, 120_000);
    await page.locator('#search').click();
    await waitForText(page, 'break-verdict-text', /^\d+ wrong$/);
    await page.locator('#break-play').click();
    await page.locator('#step').click();
    expect(await waitForText(page, 'status', /^Generation 1/)).toMatch(/: \d+ wrong cells\./);
  });

  it('begins a proof of life, in a worker of its own', async () => {
    await page.getByRole('tab', { name: 'Break it' }).click();
    await page.locator('input[name=broken][value=life]').check({ force: true });
    await page.locator('#prove').click();
    await page.waitForFunction(
      () => document.querySelector<HTMLProgressElement>('#proof-progress')!.value > 0.01,
    );
    expect(await textOf(page, 'break-problem')).toBe('');
  });

  it('has no errors on the console and asks nobody else for anything', () => {
    expect(host.problems).toEqual([]);
  });
});
