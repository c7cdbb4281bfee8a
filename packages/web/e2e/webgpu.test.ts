import { build } from 'esbuild';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CompareDevices } from './compare-devices.js';
import {
  executablePath,
  hostPage,
  launch,
  setSize,
  shareBrowser,
  textOf,
  waitForText,
  type PageHost,
} from './open-page.js';

// a software GPU is enough: what is tested is that the graphs run there, and what they say
const SOFTWARE_GPU = [
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--use-webgpu-adapter=swiftshader',
  '--use-vulkan=swiftshader',
  '--js-flags=--liftoff-only', // to optimise the runtime's code would take longer than to run it
];

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const isRuntime = (name: string): boolean => /^webgpu-runtime-\w+\.js$/.test(name);

/** What the tests add to what the page's worker can import. */
async function bundle(path: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [here(path)],
    write: false,
    bundle: true,
    format: 'esm',
    logLevel: 'warning',
  });
  return outputFiles[0]!.text;
}

/** One page and one graphics processor for all: to compile the model's programs there takes the most time. */
describe.skipIf(executablePath === undefined)('WebGPU in a browser', { timeout: 240_000 }, () => {
  let browser: Browser;
  let host: PageHost;
  let page: Page;

  beforeAll(async () => {
    const { url } = await shareBrowser();
    browser = await launch(SOFTWARE_GPU);
    host = await hostPage({ browser, url });
    page = await host.open('?device=webgpu');
  }, 120_000);
  afterAll(() => browser?.close());

  it('plays where it is asked to', async () => {
    expect(await textOf(page, 'status')).toBe('LifeGPT runs on webgpu. Press Run.');
    await setSize(page, 5, 4);
    await page.getByRole('button', { name: 'Glider', exact: true }).click();
    for (const generation of [1, 2]) {
      await page.locator('#step').click();
      await waitForText(page, 'generation', new RegExp(`^${generation}$`), 120_000);
    }
    expect(await waitForText(page, 'status', /^Generation 2/)).toBe('Generation 2: exact.');
  });

  it('writes the tokens of WASM, by both strategies', async () => {
    const contentType = 'text/javascript';
    const body = await bundle('compare-devices.ts');
    await page.route('**/compare-devices.js', (route) => route.fulfill({ contentType, body }));
    const worker = page.workers().find((each) => each.url().endsWith('/worker.js'))!;
    // the page's own chunk, and with it what is compiled already
    const runtime = readdirSync(here('../dist/page')).find(isRuntime)!;
    // as text, since Vitest has its own way to import
    const { devices, answers } = await worker.evaluate<Awaited<ReturnType<CompareDevices>>>(
      `import('${host.url}compare-devices.js').then((own) => own.compareDevices('${host.url}${runtime}'))`,
    );
    expect(devices).toEqual([expect.stringMatching(/^wasm/), 'webgpu']);
    expect(answers).toHaveLength(4);
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^([01]{12}7){3}$/);
  });

  it('reads attention on WASM beside it, and goes back to WASM with the same board', async () => {
    await page.getByRole('tab', { name: 'Look inside' }).click();
    await waitForText(page, 'look-progress', /21 tokens in/, 120_000);
    await page.locator('#look-answer').focus();
    await page.keyboard.press('ArrowDown');
    await waitForText(page, 'strongest', /The 9 cells/, 120_000);
    await page.getByRole('tab', { name: 'Device' }).click();
    await page.locator('#device').selectOption('wasm-1');
    await waitForText(page, 'chip-device', /^wasm, 1 thread$/, 120_000);
    expect(await textOf(page, 'generation')).toBe('2');
    expect(host.problems).toEqual([]);
  });
});
