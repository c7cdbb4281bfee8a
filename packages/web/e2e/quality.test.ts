import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VIEWS } from '../src/address.js';
import { measureTransfer } from '../bench/measure.mjs';
import { executablePath, hostPage, type PageHost } from './open-page.js';

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

/** What does not hang on how fast the machine is; `bench/budgets.mjs` measures the rest. */
describe.skipIf(executablePath === undefined)('the page', { timeout: 120_000 }, () => {
  let host: PageHost;
  beforeAll(async () => void (host = await hostPage()), 60_000);
  afterAll(() => host?.close());

  it.each(['light', 'dark'] as const)(
    'has no serious finding of axe in any view, %s',
    async (scheme) => {
      const page = await host.open('', { colorScheme: scheme, bypassCSP: true });
      await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core') });
      for (const view of VIEWS) {
        await page.locator(`#tab-${view}`).click();
        const { violations } = await page.evaluate(() =>
          (globalThis as unknown as { axe: { run(): Promise<AxeResult> } }).axe.run(),
        );
        const serious = violations.filter(({ impact }) =>
          ['serious', 'critical'].includes(impact ?? ''),
        );
        expect(
          serious.map(
            ({ id, nodes }) => `${view}: ${id} ${nodes[0]!.html} ${nodes[0]!.failureSummary}`,
          ),
        ).toEqual([]);
      }
      await page.context().close();
    },
  );

  it('loads less than 8 MB until its first prediction, and less than 200 kB of scripts', async () => {
    const browser = await chromium.launch({
      executablePath: executablePath!,
      args: ['--no-sandbox'],
    });
    const { all, script } = await measureTransfer(browser);
    await browser.close();
    expect(all).toBeLessThan(8000);
    expect(all).toBeGreaterThan(3000); // ONNX Runtime is among it
    expect(script).toBeLessThan(200);
    expect(script).toBeGreaterThan(30);
  });
});
