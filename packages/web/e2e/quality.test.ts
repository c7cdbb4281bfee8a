import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureStart, measureViews } from '../bench/measure.mjs';
import { executablePath } from './open-page.js';

/** What does not hang on how fast the machine is; `bench/budgets.mjs` measures the rest. */
describe.skipIf(executablePath === undefined)('the page', { timeout: 120_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
  }, 60_000);
  afterAll(() => browser?.close());

  it.each(['light', 'dark'] as const)(
    'has no finding of axe in any view, and stays where it is, %s',
    async (scheme) => {
      const { findings, shift } = await measureViews(browser, scheme);
      expect(findings).toEqual([]);
      expect(shift).toBeLessThan(0.05);
    },
  );

  it('loads less than 3 MB until its first prediction, less than 200 kB of scripts, and does not jump', async () => {
    const { all, script, shift, moved, predicted } = await measureStart(browser);
    expect(all).toBeLessThan(3000);
    expect(all).toBeGreaterThan(2000); // ONNX Runtime is among it
    expect(script).toBeLessThan(200);
    expect(script).toBeGreaterThan(30);
    expect(moved).toBeLessThan(predicted);
    expect(shift).toBeLessThan(0.05);
  });
});
