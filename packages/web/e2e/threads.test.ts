import { build } from 'esbuild';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executablePath, shareBrowser } from './open-page.js';
import { servePage } from './serve-page.mjs';

describe.skipIf(executablePath === undefined)('the engine on Web Workers', () => {
  let folder: string;
  let server: { url: string; close: () => void };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'threads-'));
    const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
    await build({
      entryPoints: [here('threads-page.ts'), here('life-thread.ts')],
      outdir: folder,
      bundle: true,
      format: 'esm',
      logLevel: 'warning',
    });
    const { resolve } = createRequire(import.meta.url);
    for (const name of ['simd-life.wasm', 'simd-life-threads.wasm']) {
      cpSync(resolve(`@lifegpt/simd-life/${name}`), join(folder, name));
    }
    const page = '<!doctype html><script type="module" src="threads-page.js"></script>';
    writeFileSync(join(folder, 'index.html'), page);
    server = await servePage(folder);
  }, 60_000);

  afterAll(() => {
    server?.close();
    rmSync(folder, { recursive: true });
  });

  it.each(['T300,401', 'K202*,333'])('steps %s as one thread does', async (bounds) => {
    const { context } = await shareBrowser();
    const page = await context.newPage();
    await page.goto(server.url);
    const { wrong, alive } = await page.evaluate(
      (text) =>
        (
          globalThis as unknown as {
            compareThreads(bounds: string): Promise<{ wrong: number; alive: number }>;
          }
        ).compareThreads(text),
      bounds,
    );
    await page.close();
    expect(wrong).toBe(0);
    expect(alive).toBeGreaterThan(1000);
  });
});
