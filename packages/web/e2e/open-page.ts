/** Opens the built page in a real Chromium, and watches for what it should never do. */

import { createServer } from 'node:http';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { servePage } from './serve-page.mjs';

/** The browser, where there is one. */
export const executablePath = process.env['CHROME_PATH'];

/** A browser and the page's server. */
export interface PageHost {
  readonly url: string;
  /** Errors on the console, and requests to anyone else. */
  readonly problems: string[];
  /** Opens the page and waits until the model is there. */
  open(address?: string, options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

/** Starts both. */
export async function hostPage(args: readonly string[] = []): Promise<PageHost> {
  const server = await servePage();
  const browser: Browser = await chromium.launch({
    executablePath: executablePath!,
    args: ['--no-sandbox', ...args],
  });
  const problems: string[] = [];
  return {
    url: server.url,
    problems,
    async open(address = '', options = {}) {
      const context = await browser.newContext({
        permissions: ['clipboard-read', 'clipboard-write'],
        serviceWorkers: 'block', // its requests are none that a test could stop
        ...options,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      watch(page, problems);
      await page.goto(address.startsWith('http') ? address : server.url + address);
      await page.waitForFunction(
        () =>
          /Press Run|Generation \d|tokens written/.test(
            document.querySelector('#status')!.textContent!,
          ),
        null,
        { timeout: 60_000 },
      );
      return page;
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** Writes down errors, and requests that leave the page's origin. */
export function watch(page: Page, problems: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => {
    const url = new URL(request.url());
    const isOurs = url.origin === new URL(page.url()).origin || page.url() === 'about:blank';
    if (!isOurs && url.protocol !== 'blob:') problems.push(`request to ${request.url()}`);
  });
}

/** A server as plain as they come: no isolation headers, and the page under a sub-path. */
export async function servePlainly(path: string): Promise<{ url: string; close(): void }> {
  const inner = await servePage();
  const server = createServer(async (request, response) => {
    const isBelow = request.url!.startsWith(path);
    const found = isBelow ? await fetch(inner.url + request.url!.slice(path.length)) : null;
    const type = found?.headers.get('content-type') ?? 'text/plain';
    response.writeHead(found?.status ?? 404, { 'content-type': type });
    response.end(found === null ? '' : Buffer.from(await found.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}${path}`,
    close() {
      server.close();
      inner.close();
    },
  };
}

/** The text of an element. */
export const textOf = async (page: Page, id: string): Promise<string> =>
  (await page.locator(`#${id}`).textContent())!;

/** Waits until an element's text matches. */
export async function waitForText(
  page: Page,
  id: string,
  pattern: RegExp,
  timeout = 60_000,
): Promise<string> {
  await page.waitForFunction(
    ([key, source]) => new RegExp(source!).test(document.getElementById(key!)!.textContent!),
    [id, pattern.source],
    { timeout },
  );
  return textOf(page, id);
}

/** Clicks cells of the board that is drawn on. */
export async function drawCells(
  page: Page,
  cells: readonly (readonly [row: number, column: number])[],
): Promise<void> {
  const columns = Number(await page.locator('#columns').inputValue());
  const rows = Number(await page.locator('#rows').inputValue());
  const board = page.locator('#board-model');
  const box = (await board.boundingBox())!;
  for (const [row, column] of cells) {
    const x = ((column + 0.5) / columns) * box.width;
    const y = ((row + 0.5) / rows) * box.height;
    await board.click({ position: { x, y } });
  }
}

/** Sets the board's size. */
export async function setSize(page: Page, columns: number, rows: number): Promise<void> {
  for (const [id, value] of [
    ['columns', columns],
    ['rows', rows],
  ] as const) {
    await page.locator(`#${id}`).fill(String(value));
    await page.locator(`#${id}`).press('Enter');
    await page.locator(`#${id}`).blur();
  }
}

/** The board as RLE without its comments. */
export async function readRle(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'From board' }).click();
  const text = await page.locator('#rle').inputValue();
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .trim();
}
