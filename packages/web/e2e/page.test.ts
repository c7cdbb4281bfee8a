import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { servePage } from '../serve.mjs';

const executablePath = process.env['CHROME_PATH'];

/** The built page in a real Chromium; skipped where there is none. */
describe.skipIf(executablePath === undefined)('the page', () => {
  let server: { url: string; close: () => void };
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    server = await servePage();
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
    page = await browser.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      const isOurs = request.url().startsWith(server.url) || request.url().startsWith('blob:');
      if (!isOurs) problems.push(`request to ${request.url()}`);
    });
    await page.goto(server.url);
    await page.getByRole('button', { name: 'Run' }).isEnabled();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const status = () => page.getByRole('status').textContent();
  const generation = async () => Number(await page.locator('#generation').textContent());

  it('loads the model and says on what it runs', async () => {
    await page.waitForFunction(() =>
      /Press Run/.test(document.querySelector('#status')!.textContent!),
    );
    expect(await status()).toMatch(/Model torus32 on wasm, \d threads?\. Press Run\./);
    expect(await page.evaluate(() => globalThis.crossOriginIsolated)).toBe(true);
  });

  it('steps a glider exactly, and shows the text', async () => {
    await page.getByRole('combobox', { name: 'Board' }).selectOption('8');
    await page.getByRole('combobox', { name: 'Pattern' }).selectOption('glider');
    await page.getByRole('button', { name: 'Step' }).click();
    await page.waitForFunction(() => document.querySelector('#generation')!.textContent === '1');
    expect(await status()).toBe('Generation 1: exact.');
    const text = await page.locator('#text').textContent();
    expect(text).toMatch(/^@PredictNextState<[01]{64}> \[[01]{64}\]\$$/);
    const [given, answer] = text!.match(/[01]{64}/g)!;
    expect(answer).not.toBe(given);
    expect(answer!.split('1').length - 1).toBe(5);
  });

  it('runs until it is paused, without a wrong cell', async () => {
    await page.getByRole('combobox', { name: 'Board' }).selectOption('16');
    await page.getByRole('button', { name: 'Run' }).click();
    await page.waitForFunction(
      () => Number(document.querySelector('#generation')!.textContent) >= 12,
    );
    await page.getByRole('button', { name: 'Pause' }).click();
    const stopped = await generation();
    expect(await status()).toBe(`Generation ${stopped}: exact.`);
    await page.waitForTimeout(300);
    expect(await generation()).toBe(stopped);
  });

  it('says what is wrong with a pattern that does not fit, and keeps the board', async () => {
    await page.getByRole('combobox', { name: 'Board' }).selectOption('8');
    await page.getByRole('combobox', { name: 'Pattern' }).selectOption('gosper-glider-gun');
    expect(await status()).toMatch(/does not fit on a 8x8 grid/);
  });

  it('has no errors on the console and asks nobody else for anything', () => {
    expect(problems).toEqual([]);
  });
});
