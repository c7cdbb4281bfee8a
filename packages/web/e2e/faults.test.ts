import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VIEWS } from '../src/address.js';
import {
  executablePath,
  hostPage,
  readRle,
  setSize,
  textOf,
  waitForText,
  type PageHost,
} from './open-page.js';

/** What once went wrong; on as few pages as can be, since each takes seconds to load. */
describe.skipIf(executablePath === undefined)('on the page', { timeout: 120_000 }, () => {
  let host: PageHost;
  let page: Page;

  beforeAll(async () => {
    host = await hostPage();
    page = await host.open('#rule=B3/S23:T8,8&board=bo$2bo$3o!');
  }, 120_000);
  afterAll(() => host?.close());

  const status = (pattern: RegExp): Promise<string> => waitForText(page, 'status', pattern);
  const generation = (n: number): Promise<string> =>
    waitForText(page, 'generation', new RegExp(`^${n}$`));
  const tenSteps = async (): Promise<void> => {
    await page.evaluate(() => {
      for (let i = 0; i < 10; i++) document.getElementById('step')!.click();
    });
    await generation(10);
  };

  it('ten quick steps are ten', async () => {
    await tenSteps();
    expect(await status(/^Generation 10/)).toMatch(/^Generation 10: exact\./);
  });

  it('generation 0 is not called exact', async () => {
    await page.locator('#rewind').click();
    await status(/^The start of the run\.$/);
    expect(await textOf(page, 'verdict-text')).toBe('–');
  });

  it.each([
    ['a drawn cell', () => page.locator('#board-model').click({ position: { x: 9, y: 9 } })],
    ['another size', () => setSize(page, 7, 8)],
    [
      'another rule',
      () =>
        page
          .locator('#rule')
          .fill('B36/S23')
          .then(() => page.keyboard.press('Enter')),
    ],
    ['an empty board', () => page.getByRole('button', { name: 'Clear' }).click()],
    ['a pattern', () => page.getByRole('button', { name: 'Block', exact: true }).click()],
  ])('%s begins a new run, says so, and an undo brings back the old one', async (_, change) => {
    await tenSteps();
    const before = await readRle(page);
    await change();
    await generation(0);
    expect(await readRle(page)).not.toBe(before);
    await page.keyboard.press('Escape');
    for (let i = 0; i < 3 && (await textOf(page, 'generation')) === '0'; i++) {
      await page.locator('#undo').click();
      await page.waitForTimeout(50);
    }
    await generation(10);
    expect(await readRle(page)).toBe(before);
    await page.locator('#rewind').click();
    await generation(0);
  });

  it('so does another temperature, and drawing says what happened', async () => {
    await tenSteps();
    await page.getByRole('tab', { name: 'Look inside' }).click();
    await page.locator('#temperature').fill('3');
    await status(/Undo goes back to generation 10|tokens written/);
    await page.getByRole('tab', { name: 'Play' }).click();
    await generation(0);
    expect(await textOf(page, 'abilities')).toContain('temperature 3');
    await page.locator('#undo').click();
    await generation(10);
    expect(await textOf(page, 'abilities')).not.toContain('temperature');
    await page.locator('#board-model').click({ position: { x: 9, y: 9 } });
    await status(/^A new run begins here; Undo goes back to generation 10\.$/);
  });

  it('a link that is pasted into the open tab is followed, and can be undone', async () => {
    const before = await readRle(page);
    await page.evaluate(() => void (location.hash = 'rule=B3/S23:T6,5&board=$b3o!&generation=1'));
    await generation(1);
    expect(await readRle(page)).toBe('x = 6, y = 5, rule = B3/S23:T6,5\n2bo$2bo$2bo!');
    for (let i = 0; i < 4 && (await readRle(page)) !== before; i++)
      await page.locator('#undo').click();
    expect(await readRle(page)).toBe(before);
  });

  it('a wrong field of a link does not cost its board', async () => {
    const hash = '#rule=B3/S23:T6,5&board=$b3o!&generation=1e9';
    await page.evaluate((text) => void (location.hash = text), hash);
    await waitForText(page, 'setup-problem', /generation is '1e9'/);
    expect(await readRle(page)).toBe('x = 6, y = 5, rule = B3/S23:T6,5\n$b3o!');
  });

  it('the later of two choices of a model wins, even where the first takes longer', async () => {
    await page.route('**/flat32/model.safetensors', async (route) => {
      await new Promise((done) => setTimeout(done, 700));
      await route.continue();
    });
    const loaded = page.waitForResponse('**/flat32/model.safetensors');
    await page.locator('#player').selectOption('flat32');
    await page.locator('#player').selectOption('life');
    await loaded;
    await page.waitForTimeout(700);
    expect(await page.locator('#player').inputValue()).toBe('life');
    expect(await textOf(page, 'abilities')).toMatch(/^life/);
  });

  it('the sentence above the boards is true of each player, and what changes with it is said', async () => {
    const lead = (): Promise<string> => page.locator('.lead').first().innerText();
    expect(await lead()).toMatch(/The rule stands in front of the board/);
    expect(await lead()).not.toMatch(/Nobody told it the rule/);
    await page.locator('#player').selectOption('flat32');
    await status(/flat32 plays: the board is T32,32 now\. Undo goes back\./);
    await expect
      .poll(lead, { timeout: 30_000 })
      .toMatch(/Nobody told it the rule: it learned from examples/);
    await page.locator('#player').selectOption('engine');
    await waitForText(page, 'abilities', /SIMD engine/);
    await expect.poll(lead, { timeout: 30_000 }).toMatch(/without a transformer/);
  });

  it('borders that are shifted stay so when something else changes', async () => {
    await page.locator('#rle').fill('x = 3, y = 3, rule = B3/S23:T20+3,10\nbo$2bo$3o!');
    await page.getByRole('button', { name: 'Place' }).click();
    const topology = (): Promise<string | null> =>
      page.locator('#topology option:checked').textContent();
    await expect.poll(topology, { timeout: 30_000 }).toBe('Torus, shifted by 3 columns (T20+3,10)');
    await page.locator('#rule').fill('B36/S23');
    await page.keyboard.press('Enter');
    expect(await readRle(page)).toContain('rule = B36/S23:T20+3,10');
  });

  it('a sphere stays square, whichever side is changed, and says so', async () => {
    await page.locator('#topology').selectOption('S');
    await status(/A sphere is square, so the board is 20 × 20 now/);
    await page.locator('#rows').fill('9');
    await page.keyboard.press('Enter');
    expect(await readRle(page)).toContain(':S9');
    await page.locator('#topology').selectOption('T');
    await page.locator('#player').selectOption('life');
    await status(/^life plays/);
  });

  it('the status speaks when a run begins and ends, not at each generation', async () => {
    await setSize(page, 16, 16);
    await page.getByRole('button', { name: 'Randomise' }).click();
    await page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(globalThis, { seen });
      new MutationObserver(() =>
        seen.push(document.getElementById('status')!.textContent!),
      ).observe(document.getElementById('status')!, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    });
    await page.locator('#run').click();
    await page.waitForFunction(
      () => Number(document.getElementById('generation')!.textContent) > 5,
    );
    await page.locator('#run').click();
    await status(/^Generation \d+/);
    const seen = await page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
    expect(seen).toEqual(['Running…', expect.stringMatching(/^Generation \d+: /)]);
  });

  it('the truth has a text', async () => {
    const label = await page.locator('#board-truth').getAttribute('aria-label');
    expect(label).toMatch(
      /^The true board, generation \d+: \d+ live cells, the same as LifeGPT’s$/,
    );
  });

  it('keys can be switched off', async () => {
    await page.locator('#rewind').click();
    await page.locator('#keys').uncheck();
    await page.locator('#keys').blur();
    await page.keyboard.press('s');
    await page.waitForTimeout(200);
    expect(await textOf(page, 'generation')).toBe('0');
    await page.locator('#keys').check();
    await page.locator('#keys').blur();
    await page.keyboard.press('Space');
    await generation(1);
  });

  it('what is wrong is in sight wherever one is', async () => {
    await page.locator('#rle').fill('x = 2, y = 1\n2q!');
    await page.getByRole('button', { name: 'Place' }).click();
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await status(/^Line 2 of the pattern: the letter 'q' is not known/);
    const box = (await page.locator('#status').boundingBox())!;
    expect(box.y).toBeGreaterThanOrEqual(0);
    expect(box.y + box.height).toBeLessThan(page.viewportSize()!.height);
  });

  it('Look never shows an old answer beside a new prompt', async () => {
    await setSize(page, 10, 10);
    await page.getByRole('button', { name: 'Randomise' }).click();
    await page.getByRole('tab', { name: 'Look inside' }).click();
    await page.locator('input[value=greedy]').check({ force: true });
    await page.getByRole('button', { name: 'Write' }).click();
    // a fast machine may be through before anybody looks
    await waitForText(page, 'look-progress', /^[1-9]\d* of 101 tokens|^101 tokens in/);
    await page.getByRole('tab', { name: 'Play' }).click();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('tab', { name: 'Look inside' }).click();
    await waitForText(page, 'look-progress', /101 tokens in/);
    expect(await textOf(page, 'look-text')).toMatch(/<0{100}> \[0{100}\]\$$/);
    await page.locator('input[value=jacobi]').check({ force: true });
  });

  it('digits and cells are as sharp as the screen', async () => {
    const sizes = await page.$$eval('#view-look .boards canvas', (all) =>
      all.map((each) => [(each as HTMLCanvasElement).width, each.clientWidth * devicePixelRatio]),
    );
    for (const [drawn, shown] of sizes) expect(drawn).toBe(shown);
  });

  it('Device says one thing of WebGPU', async () => {
    await page.getByRole('tab', { name: 'Device' }).click();
    const facts = await waitForText(page, 'browser', /WebGPU/);
    expect(facts).toMatch(/WebGPU(not here: |in software only)/);
  });

  it('the boards stay where they are on a page that is read from the right', async () => {
    await page.getByRole('tab', { name: 'Play' }).click();
    await page.locator('input[value=side]').check({ force: true });
    await page.evaluate(() => void (document.documentElement.dir = 'rtl'));
    const [left, right] = await Promise.all(
      ['#board-model', '#board-truth'].map((id) => page.locator(id).boundingBox()),
    );
    expect(left!.x).toBeLessThan(right!.x);
    await page.evaluate(() => void (document.documentElement.dir = ''));
  });

  it('a phone shows one board, paused; a swipe scrolls, a touch draws, and large text fits', async () => {
    const phone = await host.open('', {
      viewport: { width: 360, height: 640 },
      hasTouch: true,
      isMobile: true,
      reducedMotion: 'reduce',
    });
    const widthOf = (): Promise<number> =>
      phone.evaluate(() => document.documentElement.scrollWidth);
    await phone.waitForTimeout(300);
    expect(await textOf(phone, 'generation')).toBe('0');
    expect(await phone.locator('#board-truth').isHidden()).toBe(true);
    expect(await widthOf()).toBe(360);
    const hash = '#rule=B3/S23:T12,12&board=bo$2bo$3o!';
    await phone.evaluate((text) => void (location.hash = text), hash);
    await waitForText(phone, 'status', /^The board of the link is here/);
    const touch = await phone.context().newCDPSession(phone);
    await phone.locator('#step').click();
    await waitForText(phone, 'generation', /^1$/);
    const place = async (): Promise<{ x: number; y: number; width: number; height: number }> => {
      await phone.locator('#board-model').scrollIntoViewIfNeeded();
      return (await phone.locator('#board-model').boundingBox())!;
    };
    const box = await place();
    const before = await phone.evaluate(() => scrollY);
    await touch.send('Input.synthesizeScrollGesture', {
      x: box.x + box.width / 2,
      y: box.y + box.height / 2,
      yDistance: -150,
    });
    expect(await phone.evaluate(() => scrollY)).toBeGreaterThan(before + 50);
    expect(await textOf(phone, 'generation')).toBe('1');
    const now = await place();
    await phone.touchscreen.tap(now.x + now.width * 0.96, now.y + now.height * 0.5);
    await waitForText(phone, 'population', /^6$/);
    await phone.evaluate(() => void (document.documentElement.style.fontSize = '200%'));
    for (const view of VIEWS) {
      await phone.locator(`#tab-${view}`).click();
      expect([view, await widthOf()]).toEqual([view, 360]);
    }
    await phone.context().close();
  });

  it('there are no errors on the console, and nobody else is asked for anything', () => {
    expect(host.problems).toEqual([]);
  });
});
