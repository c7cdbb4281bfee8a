import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executablePath, hostPage, textOf, waitForText, type PageHost } from './open-page.js';

/** An empty board, which shows B0, and a single live cell that dies, which shows B1 and S0: all three are 0. */
const LONELY = '#view=guess&side=8&boards=!!$3bo!!';

describe.skipIf(executablePath === undefined)('Guess my rule', { timeout: 180_000 }, () => {
  let host: PageHost;
  let page: Page;

  beforeAll(async () => {
    host = await hostPage();
    page = await host.open(LONELY);
  }, 120_000);
  afterAll(() => host?.close());

  const bits = async (): Promise<string> =>
    (await page.locator('#guess-bits td').allTextContents()).join('');

  it('reads the boards of a link, and marks the bits that they leave open', async () => {
    await waitForText(page, 'guess-read', /^It names 3 of 18 bits and leaves 15 open\.$/);
    expect(await bits()).toBe('00???????0????????');
    expect(await textOf(page, 'guess-looked')).toMatch(/^Looking at each cell says the same\./);
  });

  it('follows what is drawn by the keyboard, and undo goes back', async () => {
    await page.getByRole('application', { name: /^Pair 2, after/ }).focus();
    await page.keyboard.press('ArrowDown');
    for (let right = 0; right < 3; right++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    // the lone cell lives on now
    await expect.poll(bits).toBe('00???????1????????');
    await page.locator('#guess-undo').click();
    await expect.poll(bits).toBe('00???????0????????');
  });

  it('says where no rule makes such boards', async () => {
    await page
      .locator('canvas.pad')
      .nth(1)
      .click({ position: { x: 3, y: 3 } });
    expect(await waitForText(page, 'guess-problem', /./)).toMatch(/different ways \(B0; framed/);
    await page.locator('#guess-undo').click();
    await waitForText(page, 'guess-problem', /^$/);
  });

  it('hides a rule, holds a guess against it, and plays on under what the model reads', async () => {
    await page.getByText('Hidden rule', { exact: true }).click();
    expect(await page.locator('#guess-answer').isVisible()).toBe(false);
    for (let pair = 2; pair <= 4; pair++) await page.locator('#guess-pair').click();
    await page.locator('#guess-reveal').click();
    const rule = /B\d*\/S\d*/.exec(await textOf(page, 'guess-verdict'))![0];
    await page.locator('#guess-rule').fill(rule);
    await page.locator('#guess-check').click();
    expect(await textOf(page, 'guess-verdict')).toBe(`Right: the rule is ${rule}.`);
    await page.locator('#guess-birth input').first().click();
    expect(await textOf(page, 'guess-verdict')).toBe('');
    await page.locator('#guess-check').click();
    expect(await textOf(page, 'guess-verdict')).toMatch(/speak against B0|it is not the rule/);
    await page.locator('#guess-ask').click();
    await waitForText(page, 'guess-read', /of 18 bits|every bit of it is shown/);
    expect(await textOf(page, 'guess-looked')).toMatch(/^Looking at each cell says the same\./);
    const read = await bits();
    await page.locator('#guess-play').click();
    await waitForText(page, 'status', /^The rule that was read is played/);
    const played = await page.locator('#rule').inputValue();
    const [birth, survival] = [read.slice(0, 9), read.slice(9)].map((half) =>
      Array.from(half, (bit, count) => (bit === '1' ? count : '')).join(''),
    );
    expect(played).toBe(`B${birth}/S${survival}`);
    await page.locator('#step').click();
    expect(await waitForText(page, 'status', /^Generation 1/)).toMatch(/^Generation 1: exact\./);
  });

  it('reads a table of 512 bits too', async () => {
    await page.getByRole('tab', { name: 'Guess' }).click();
    await page.locator('#guess-form').selectOption('table');
    await page.locator('#guess-ask').click();
    await waitForText(page, 'guess-read', /^It names \d+ of 512 bits/);
    expect(await textOf(page, 'guess-looked')).toMatch(/^Looking at each cell says the same\./);
    await page.waitForFunction(() => /form=table&hidden=\d+&side=8&boards=/.test(location.hash));
  });

  it('has no errors on the console and asks nobody else for anything', () => {
    expect(host.problems).toEqual([]);
  });
});
