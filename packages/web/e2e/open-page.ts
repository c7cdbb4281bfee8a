/** Opens the built page in a real Chromium, and watches for what it should never do. */

import { createServer } from 'node:http';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';
import { servePage } from './serve-page.mjs';

/** The browser, where there is one. */
export const executablePath = process.env['CHROME_PATH'];

/** Opens pages, and keeps their errors. */
export interface PageHost {
  readonly url: string;
  /** Where pages without options open. */
  readonly context: BrowserContext;
  /** Errors on the console, and requests to anyone else. */
  readonly problems: string[];
  /** Opens the page and waits until the model is there; with options in a context of its own, with nothing cached. */
  open(address?: string, options?: BrowserContextOptions): Promise<Page>;
  /** Closes the pages that were opened. */
  close(): Promise<void>;
}

/** A browser, and what its pages open. */
interface BrowserWithPage {
  readonly url: string;
  readonly browser: Browser;
  /** Where pages without options open. */
  readonly context: BrowserContext;
}

let shared: Promise<BrowserWithPage> | null = null;

/** What the machine has must not decide what the model runs on. */
const WITHOUT_GPU = ['--disable-gpu', '--disable-features=WebGPU,WebGPUService'];

/**
 * Starts the browser that all files share, and the page's server; both end with the process. One page stays open: those that open
 * beside it take over what it has loaded and compiled, which halves what they cost.
 */
export function shareBrowser(): Promise<BrowserWithPage> {
  shared ??= (async () => {
    const [browser, { url, close }] = await Promise.all([launch(WITHOUT_GPU), servePage()]);
    process.once('SIGTERM', () => process.exit()); // by which Vitest ends its workers
    process.once('exit', close); // Playwright does the same with the browser
    const context = await browser.newContext(USUAL);
    await waitUntilReady(await context.newPage(), url);
    return { url, browser, context };
  })();
  return shared;
}

/** Opens the page and waits until the model is there. */
async function waitUntilReady(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.waitForFunction(
    () =>
      /Press Run|Generation \d|tokens written/.test(
        document.querySelector('#status')!.textContent!,
      ),
    null,
    { timeout: 60_000 },
  );
}

/** Starts a browser of one's own. */
export function launch(args: readonly string[]): Promise<Browser> {
  return chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox', ...args] });
}

/** What pages may do; their service worker would make requests that no test could stop. */
const USUAL: BrowserContextOptions = {
  permissions: ['clipboard-read', 'clipboard-write'],
  serviceWorkers: 'block',
};

/** A host in the browser that all files share, or in another one, of another page. */
export async function hostPage(own?: Omit<BrowserWithPage, 'context'>): Promise<PageHost> {
  const { url, browser, context } =
    own === undefined
      ? await shareBrowser()
      : { ...own, context: await own.browser.newContext(USUAL) };
  const problems: string[] = [];
  const opened: { close(): Promise<void> }[] = [];
  return {
    url,
    context,
    problems,
    async open(address = '', options) {
      const isUsual = options === undefined;
      const room = isUsual ? context : await browser.newContext({ ...USUAL, ...options });
      const page = await room.newPage();
      opened.push(isUsual ? page : room);
      page.setDefaultTimeout(60_000);
      watch(page, problems);
      await waitUntilReady(page, address.startsWith('http') ? address : url + address);
      return page;
    },
    async close() {
      await Promise.all(opened.map((each) => each.close()));
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
export async function servePlainly(
  page: string,
  path: string,
): Promise<{ url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const isBelow = request.url!.startsWith(path);
    const found = isBelow ? await fetch(page + request.url!.slice(path.length)) : null;
    const type = found?.headers.get('content-type') ?? 'text/plain';
    response.writeHead(found?.status ?? 404, { 'content-type': type });
    response.end(found === null ? '' : Buffer.from(await found.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}${path}`, close: () => void server.close() };
}

/**
 * Has the page train with fewer examples a step than its recipe says, and for longer: where the page is tested rather than what
 * becomes of the model, and no machine may be done before the test is.
 */
export async function trainLightly(page: Page): Promise<void> {
  await page.route('**/recipe.json', async (route) => {
    const recipe = await (await route.fetch()).json();
    const location = { ...recipe.location, texts: 4, queries: 16 };
    await route.fulfill({ json: { ...recipe, steps: 10 * recipe.steps, location } });
  });
}

/** The text of an element when what was changed until now is drawn, which is in the next frame. */
export function textOf(page: Page, id: string): Promise<string> {
  return page.evaluate(async (key) => {
    for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);
    return document.getElementById(key)!.textContent!;
  }, id);
}

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
