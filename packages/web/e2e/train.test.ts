import { unzipSync } from 'fflate';
import { readFileSync } from 'node:fs';
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

/** A run on a busy machine of two cores; on a quiet one it is through in a minute or two: `npm run test:slow` waits for it. */
const isSlowRun = process.env['LIFEGPT_SLOW_TESTS'] !== undefined;
const PATIENCE = 600_000;

describe.skipIf(executablePath === undefined)('Train', { timeout: PATIENCE + 60_000 }, () => {
  let host: PageHost;
  let page: Page;

  beforeAll(async () => {
    host = await hostPage();
    page = await host.open('?device=wasm#view=train');
    if (!isSlowRun) await trainLightly(page);
  }, 90_000);
  afterAll(() => host?.close());

  const percentOf = async (id: string): Promise<number> => parseFloat(await textOf(page, id));

  it('stops when asked, and goes on from there', async () => {
    await page.getByRole('button', { name: 'Train' }).click();
    await waitForText(page, 'train-step', /^[1-9]\d* of/);
    await waitForText(page, 'train-focus', /%/);
    expect(await percentOf('train-focus')).toBeLessThan(100);
    await page.getByRole('button', { name: 'Stop' }).click();
    const status = await waitForText(page, 'status', /^Training stopped at step \d+\.$/);
    const stopped = Number(/\d+/.exec(status)![0]);
    await page.getByRole('button', { name: 'Go on' }).click();
    await waitForText(page, 'status', /Training from random/);
    await page.waitForFunction(
      (step) => parseInt(document.querySelector('#train-step')!.textContent!) > step,
      stopped,
    );
    expect(await page.locator('#train-seed').isDisabled()).toBe(true);
  });

  it('shows a step that lies behind, and plays its model beside the truth', async () => {
    const steps = (): Promise<number> =>
      page.locator('#train-scrub').evaluate((range: HTMLInputElement) => Number(range.max));
    await expect.poll(steps, { timeout: 60_000 }).toBeGreaterThan(3);
    await page.locator('#train-scrub').focus();
    await page.keyboard.press('Home');
    await waitForText(page, 'train-step', /^1 of /);
    // random weights write half of it wrong or more
    expect(parseInt(await textOf(page, 'train-errors'))).toBeGreaterThan(10);
    await page.getByRole('button', { name: 'Play of step 1', exact: true }).click();
    await waitForText(page, 'abilities', /trained-here.*any life-like rule.*sides of 8/);
    await page.locator('#step').click();
    expect(await waitForText(page, 'status', /^Generation 1/)).toMatch(/: \d+ wrong cells\./);
    await page.getByRole('tab', { name: 'Train' }).click();
    await page.locator('#train-scrub').focus();
    await page.keyboard.press('End');
    await waitForText(page, 'train-scrub-text', /^the last step/);
  });

  it.runIf(isSlowRun)('becomes exact, from random weights', async () => {
    await waitForText(page, 'train-verdict-text', /^(exact|\d+ wrong|failed)$/, PATIENCE);
    expect(await textOf(page, 'status')).toMatch(
      /^Exact: 0 wrong cells in 2,048 fresh boards, after \d+ steps\.$/,
    );
    expect(await textOf(page, 'train-errors')).toBe('0 of 64 cells wrong');
    // a head that is not needed may look elsewhere
    expect(await percentOf('train-focus')).toBeGreaterThan(40);
  });

  it.skipIf(isSlowRun)('stops a second time', async () => {
    await page.getByRole('button', { name: 'Stop' }).click();
    await waitForText(page, 'status', /^Training stopped at step \d+\.$/);
    expect(await textOf(page, 'train-verdict-text')).toBe('stopped');
  });

  it('asks before another training takes its place', async () => {
    await page.locator(isSlowRun ? '#train' : '#train-anew').click();
    expect(await textOf(page, 'ask-text')).toMatch(/^Another one begins, and .* is lost/);
    await page.keyboard.press('Escape');
    expect(await textOf(page, 'train-verdict-text')).toBe(isSlowRun ? 'exact' : 'stopped');
    const leaving = page.waitForEvent('dialog');
    await page.close({ runBeforeUnload: true });
    const dialog = await leaving;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.dismiss();
    await page.getByRole('tab', { name: 'Device' }).click();
    await page.locator('#device').selectOption('wasm-1');
    await page.getByRole('button', { name: 'Keep it' }).click();
    await expect.poll(() => page.locator('#device').inputValue()).toBe('wasm');
    await page.getByRole('tab', { name: 'Train' }).click();
  });

  it('has its recipe in a link, and takes one', async () => {
    await page.locator('#train-knobs summary').click();
    await page.locator('#knob-heads').fill('12');
    await page.locator('#knob-topology').selectOption('K');
    await page.locator('#train-link').click();
    await waitForText(page, 'status', /recipe is in the clipboard/);
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toContain('&recipe=seed:1,heads:12,topology:K');
    await page.evaluate(() => void (location.hash = '#view=train&recipe=seed:5,sides:4~6'));
    await expect.poll(() => page.locator('#knob-sides-0').inputValue()).toBe('4');
    expect(await page.locator('#train-seed').inputValue()).toBe('5');
    expect(await page.locator('#knob-heads').inputValue()).toBe('24');
    await page.locator('#knob-heads').fill('999');
    await page.locator('#knob-heads').blur();
    expect(await waitForText(page, 'train-problem', /./)).toMatch(/from 4 to 48, not 999/);
    await page.locator('#knobs-reset').click();
    await waitForText(page, 'train-problem', /^$/);
  });

  it('hands over the weights as a model folder', async () => {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download the weights' }).click();
    const files = unzipSync(readFileSync(await (await download).path()));
    expect(Object.keys(files).toSorted()).toEqual([
      'trained-here/config.json',
      'trained-here/model.safetensors',
      'trained-here/tokenizer.json',
    ]);
    const config = JSON.parse(new TextDecoder().decode(files['trained-here/config.json']));
    expect(config.trained_for).toEqual({
      rule: 'B3/S23',
      rules: 'life-like',
      topology: 'torus',
      sides: [8, 8],
    });
  });

  it('plays with the trained model, on the board that it learned', async () => {
    await page.getByRole('button', { name: 'Play with it' }).click();
    await waitForText(page, 'abilities', /trained-here.*sides of 8/);
    expect(await page.locator('#columns').inputValue()).toBe('8');
    await page.getByRole('button', { name: 'Glider', exact: true }).click();
    const start = await readRle(page);
    for (let generation = 1; generation <= 4; generation++) {
      await page.locator('#step').click();
      await waitForText(page, 'generation', new RegExp(`^${generation}$`));
    }
    expect(await textOf(page, 'status')).toMatch(
      isSlowRun ? /^Generation 4: exact\./ : /^Generation 4: /,
    );
    expect(await readRle(page)).not.toBe(start);
    await page.getByRole('button', { name: 'Copy link' }).click();
    // the model is nowhere else
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('player=life&');
  });

  it('has no errors on the console and asks nobody else for anything', () => {
    expect(host.problems).toEqual([]);
  });
});
