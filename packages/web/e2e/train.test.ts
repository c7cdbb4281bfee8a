import { unzipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  executablePath,
  hostPage,
  readRle,
  textOf,
  waitForText,
  type PageHost,
} from './open-page.js';

/** A run on a busy machine of two cores; on a quiet one it is through in a minute or two. */
const PATIENCE = 600_000;

describe.skipIf(executablePath === undefined)('Train', { timeout: PATIENCE + 60_000 }, () => {
  let host: PageHost;
  let page: Page;

  beforeAll(async () => {
    host = await hostPage();
    page = await host.open('?device=wasm#view=train');
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

  it('becomes exact, from random weights', async () => {
    await waitForText(page, 'train-verdict-text', /^(exact|\d+ wrong|failed)$/, PATIENCE);
    expect(await textOf(page, 'status')).toMatch(
      /^Exact: 0 wrong cells in 1,024 fresh boards, after \d+ steps\.$/,
    );
    expect(await textOf(page, 'train-errors')).toBe('0 of 64 cells wrong');
    // a head that is not needed may look elsewhere
    expect(await percentOf('train-focus')).toBeGreaterThan(40);
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
    expect(config.trained_for).toEqual({ rule: 'B3/S23', topology: 'torus', sides: [8, 8] });
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
    expect(await textOf(page, 'status')).toMatch(/^Generation 4: exact\./);
    expect(await readRle(page)).not.toBe(start);
    await page.getByRole('button', { name: 'Copy link' }).click();
    // the model is nowhere else
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('player=life&');
  });

  it('has no errors on the console and asks nobody else for anything', () => {
    expect(host.problems).toEqual([]);
  });
});
