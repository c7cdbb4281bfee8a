import { build } from 'esbuild';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { servePage } from '../serve.mjs';

const executablePath = process.env['CHROME_PATH'];

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
    server = await servePage(0, folder);
    // a software GPU is enough: what is tested is that the graphs run there, and what they say
    const args = ['--no-sandbox', '--enable-unsafe-webgpu', '--enable-features=Vulkan'];
    const software = ['--use-webgpu-adapter=swiftshader', '--use-vulkan=swiftshader'];
    browser = await chromium.launch({
      executablePath: executablePath!,
      args: [...args, ...software],
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
    expect(answers[0]).toMatch(/^[01]{20}4/);
  });
});
