import { build } from 'esbuild';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { servePage } from './serve-page.mjs';
import { hostPage, setSize, textOf, waitForText } from './open-page.js';

const executablePath = process.env['CHROME_PATH'];

// a software GPU is enough: what is tested is that the graphs run there, and what they say
const SOFTWARE_GPU = [
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--use-webgpu-adapter=swiftshader',
  '--use-vulkan=swiftshader',
];

describe.skipIf(executablePath === undefined)('WebGPU in a browser', () => {
  let folder: string;
  let server: { url: string; close: () => void };
  let browser: Browser;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'webgpu-'));
    const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
    cpSync(here('../dist/page'), folder, { recursive: true });
    await build({
      entryPoints: [here('webgpu-page.ts')],
      outdir: folder,
      bundle: true,
      format: 'esm',
      logLevel: 'warning',
    });
    const page = '<!doctype html><script type="module" src="webgpu-page.js"></script>';
    writeFileSync(join(folder, 'index.html'), page);
    rmSync(join(folder, 'index.html.br'), { force: true }); // the built page's, packed
    server = await servePage(folder);
    browser = await chromium.launch({
      executablePath: executablePath!,
      args: ['--no-sandbox', ...SOFTWARE_GPU],
    });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true });
  });

  it('writes the tokens of WASM, by both strategies', { timeout: 240_000 }, async () => {
    const page = await browser.newPage();
    await page.goto(server.url);
    const { devices, answers } = await page.evaluate(() =>
      (
        globalThis as unknown as {
          compareDevices(): Promise<{ devices: string[]; answers: string[] }>;
        }
      ).compareDevices(),
    );
    expect(devices).toEqual([expect.stringMatching(/^wasm/), 'webgpu']);
    expect(answers).toHaveLength(4);
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^([01]{20}7){3}$/);
  });
});

describe.skipIf(executablePath === undefined)('the page', { timeout: 240_000 }, () => {
  it('plays on WebGPU where it is asked to, and goes back to WASM with the same board', async () => {
    const host = await hostPage(SOFTWARE_GPU);
    const page = await host.open('?device=webgpu');
    expect(await textOf(page, 'status')).toBe('LifeGPT runs on webgpu. Press Run.');
    await setSize(page, 6, 5);
    await page.getByRole('button', { name: 'Glider', exact: true }).click();
    for (const generation of [1, 2]) {
      await page.locator('#step').click();
      await waitForText(page, 'generation', new RegExp(`^${generation}$`), 120_000);
    }
    expect(await textOf(page, 'status')).toBe('Generation 2: exact.');
    // attention is read on WASM beside it
    await page.getByRole('tab', { name: 'Look inside' }).click();
    await waitForText(page, 'look-progress', /31 tokens in/, 120_000);
    await page.locator('#look-answer').focus();
    await page.keyboard.press('ArrowDown');
    await waitForText(page, 'strongest', /The 9 cells/, 120_000);
    await page.getByRole('tab', { name: 'Device' }).click();
    await page.locator('#device').selectOption('wasm-1');
    await waitForText(page, 'chip-device', /^wasm, 1 thread$/, 120_000);
    expect(await textOf(page, 'generation')).toBe('2');
    expect(host.problems).toEqual([]);
    await host.close();
  });

  it('says so where there is no adapter, and plays on WASM', async () => {
    const host = await hostPage(['--disable-gpu', '--disable-features=WebGPU,WebGPUService']);
    const page = await host.open('?device=webgpu');
    expect(await textOf(page, 'status')).toBe(
      'WebGPU has no graphics processor here, so the model runs on WASM. Press Run.',
    );
    expect(await textOf(page, 'chip-device')).toMatch(/^wasm/);
    await page.locator('#step').click();
    expect(await waitForText(page, 'status', /Generation 1/)).toBe('Generation 1: exact.');
    await host.close();
  });
});
