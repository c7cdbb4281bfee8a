import { describe, expect, it } from 'vitest';
import { measureStart, measureViews } from '../bench/measure.mjs';
import { packRuntime } from '../pack-runtime.mjs';
import { executablePath, shareBrowser } from './open-page.js';

/** As it is published the runtime is packed for a quarter of a minute, which `npm run test:slow` does; else the server packs it. */
const isSlowRun = process.env['LIFEGPT_SLOW_TESTS'] !== undefined;
if (isSlowRun) packRuntime();
const MOST = isSlowRun ? 3000 : 3500;

/** What does not hang on how fast the machine is; `bench/budgets.mjs` measures the rest. */
describe.skipIf(executablePath === undefined)('the page', { timeout: 120_000 }, () => {
  it('has no finding of axe in any view, dark and light, and stays where it is', async () => {
    const { findings, shift } = await measureViews(await shareBrowser());
    expect(findings).toEqual([]);
    expect(shift).toBeLessThan(0.05);
  });

  it('loads less than 3 MB (packed) until its first prediction, less than 200 kB of scripts, and does not jump', async () => {
    const { all, script, shift, moved, predicted } = await measureStart(await shareBrowser());
    expect(all).toBeLessThan(MOST);
    expect(all).toBeGreaterThan(2000); // ONNX Runtime is among it
    expect(script).toBeLessThan(200);
    expect(script).toBeGreaterThan(30);
    expect(moved).toBeLessThan(predicted);
    expect(shift).toBeLessThan(0.05);
  });
});
