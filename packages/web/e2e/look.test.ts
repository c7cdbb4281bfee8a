import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { PIECE_VOCABULARY } from '@lifegpt/core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executablePath, hostPage, textOf, waitForText, type PageHost } from './open-page.js';

const RLE = 'o9b2o$2bo$3bo$b3o3$7b2o$7b2o$obo8bo!';
const LINK = `view=look&rule=B3/S23:T12,9&board=${RLE}`;

/** What `lifegpt inspect` says that the changed model writes. */
async function inspect(...flags: readonly string[]): Promise<string> {
  const cli = createRequire(import.meta.url).resolve('lifegpt/bin/lifegpt.js');
  const asked = promisify(execFile)(process.execPath, [cli, 'inspect', '-', ...flags, '--json']);
  asked.child.stdin!.end(`x = 12, y = 9, rule = B3/S23:T12,9\n${RLE}`);
  return (JSON.parse((await asked).stdout) as { state: string }).state;
}

describe.skipIf(executablePath === undefined)('Look inside', { timeout: 180_000 }, () => {
  let host: PageHost;
  let page: Page;

  beforeAll(async () => {
    host = await hostPage();
    // a board with something at every border: the hovered corner's neighbours are on all four
    page = await host.open(`#${LINK}`);
    await waitForText(page, 'look-progress', /109 tokens in \d passes/);
  }, 180_000);
  afterAll(() => host?.close());

  const readText = (): Promise<string> => textOf(page, 'look-text');
  const boxOfAnswer = async () => (await page.locator('#look-answer').boundingBox())!;

  /** A cell's middle on a canvas of 12 columns and 9 rows, counted from 1. */
  function positionOf(
    row: number,
    column: number,
    { width, height }: { readonly width: number; readonly height: number },
  ): { x: number; y: number } {
    return { x: ((column - 0.5) / 12) * width, y: ((row - 0.5) / 9) * height };
  }

  const cellsIn = (text: string): string[] => text.match(/\(\d+, \d+\)/g)!;

  /** The nine cells around one, on a torus of 12 columns and 9 rows, counted from 1. */
  function neighbourhood(row: number, column: number): string[] {
    const wrap = (value: number, side: number): number => ((value - 1 + side) % side) + 1;
    return [-1, 0, 1].flatMap((down) =>
      [-1, 0, 1].map((right) => `(${wrap(row + down, 9)}, ${wrap(column + right, 12)})`),
    );
  }

  it.each([
    ['in the middle', 5, 6],
    ['at a border, around which the torus wraps', 9, 4],
    ['in a corner', 1, 1],
  ])('shows the neighbours on top for a cell %s', async (_, row, column) => {
    const position = positionOf(row, column, await boxOfAnswer());
    await page.locator('#look-answer').hover({ position });
    await waitForText(page, 'look-cell', new RegExp(`Cell \\(${row}, ${column}\\)`));
    const strongest = cellsIn(await textOf(page, 'strongest'));
    const near = neighbourhood(row, column);
    expect(strongest).toHaveLength(9);
    // a head that the model does not need may look beside them
    expect(strongest.filter((cell) => near.includes(cell)).length).toBeGreaterThanOrEqual(7);
    expect(near).toContain(strongest[0]);
    expect(await page.locator('#heads canvas').count()).toBeGreaterThan(5);
    const captions = await page.locator('#heads figcaption').allTextContents();
    const shares = (text: string): number[] =>
      text.match(/[\d.]+ %/g)!.map((share) => parseFloat(share));
    for (const text of captions) {
      expect(text).toMatch(/^Layer 2, head \d+: .* on the board, .* on its answer, .* elsewhere$/);
      expect(shares(text)).toHaveLength(3);
      expect(shares(text)[0]).toBeGreaterThanOrEqual(1); // those that look at nothing are not drawn
      expect(shares(text).reduce((sum, share) => sum + share)).toBeCloseTo(100, -0.5);
    }
  });

  it('moves to the neighbouring cell by the keyboard', async () => {
    await page.locator('#look-answer').focus();
    await page.keyboard.press('ArrowRight');
    await waitForText(page, 'look-cell', /Cell \(1, 2\)/);
    await page.keyboard.press('ArrowUp');
    expect(await waitForText(page, 'look-cell', /Cell \(9, 2\)/)).toMatch(/row and column/);
    const strongest = cellsIn(await textOf(page, 'strongest'));
    expect(neighbourhood(9, 2)).toContain(strongest[0]);
  });

  it('follows when a head is switched off, dragged and moved by keys, and heals', async () => {
    const healthy = await readText();
    const answerOf = async (): Promise<string> => (await readText()).slice(-110, -2);
    const says = (text: string): Promise<string> =>
      waitForText(page, 'surgery-says', new RegExp(`^${text}`));
    const operated = (): Promise<string> =>
      waitForText(page, 'operated-says', /of 108 cells wrong/);
    await page.locator('#look-answer').click({ position: positionOf(4, 4, await boxOfAnswer()) });
    await waitForText(page, 'look-cell', /Cell \(4, 4\).*kept/);
    expect(await textOf(page, 'look-up-says')).toMatch(
      / of what is read is the bit of S2, which is 1 \(alive\)/,
    );
    const logits = await textOf(page, 'logits-says');

    await page.locator('#surgery-heads button').nth(3).click();
    await page.locator('#head-off').click();
    await says('1 head off: not the model that ships');
    await operated();
    expect(await answerOf()).toBe(await inspect('--off', '1.3'));
    expect(await textOf(page, 'logits-says')).not.toBe(logits);
    const wrong = Number(/\d+/.exec(await textOf(page, 'operated-says'))![0]);
    expect(wrong).toBeGreaterThan(0);
    await waitForText(page, 'look-wrong', new RegExp(`^${wrong} wrong$`));
    await page.waitForURL(/edits=off:1\.3/);

    await page.locator('#surgery-undo').click();
    await says('Nothing is changed');
    const dot = page.locator('.dot', { hasText: /^4$/ });
    await dot.hover();
    const map = (await page.locator('#surgery-map').boundingBox())!; // which hovering scrolls to
    await page.mouse.down();
    await page.mouse.move(map.x + map.width * 0.6, map.y + map.height * 0.3, { steps: 4 });
    await page.mouse.move(map.x + map.width * 0.7, map.y + map.height * 0.5, { steps: 4 });
    await page.mouse.up();
    await says('1 head moved: not the model that ships');
    const [down, right] = [page.locator('#head-down'), page.locator('#head-right')];
    expect(Number(await right.inputValue())).toBeCloseTo(1, 1);
    await dot.focus();
    const before = Number(await down.inputValue());
    await page.keyboard.press('Shift+ArrowDown');
    expect(Number(await down.inputValue())).toBeCloseTo(before + 1, 2);
    await operated();
    const place = `3=${await down.inputValue()},${await right.inputValue()}`;
    await expect.poll(answerOf).toBe(await inspect('--move', place));
    await page.keyboard.press('Control+z'); // the key
    await page.locator('#surgery-undo').click(); // the drag, all of it
    await says('Nothing is changed');
    expect(await readText()).toBe(healthy);
    expect(await waitForText(page, 'look-wrong', /^no cell wrong$/)).toBe('no cell wrong');
    expect(await textOf(page, 'look-progress')).toMatch(/^109 tokens in/);
  });

  it('follows when a digit of the text is changed, and says which', async () => {
    await page.locator('input[value=flip]').check({ force: true });
    const box = (await page.locator('#look-prompt').boundingBox())!;
    await page.locator('#look-prompt').click({ position: positionOf(5, 6, box) });
    await waitForText(page, 'surgery-says', /^1 token changed: not the text of this board/);
    await waitForText(page, 'operated-says', /of 108 cells wrong/);
    expect(await textOf(page, 'token-says')).toBe('The given board, row 5, column 6.');
    const at = await page.locator('#token').inputValue();
    const text = await readText();
    expect(text.slice(-110, -2)).toBe(await inspect('--token', `${at}=1`));
    expect(/<([01]+)>/.exec(text)![1]!.charAt(4 * 12 + 5)).toBe('1');
    await page.locator('#heal').click();
    await waitForText(page, 'surgery-says', /^Nothing is changed/);
    await page.locator('input[value=keep]').check({ force: true });
    await page.locator('#look-answer').focus();
    await page.keyboard.press('Enter'); // lets the cell go
    await waitForText(page, 'look-cell', /Cell \(4, 4\), row and column$/);
  });

  it('opens a link with its changes, and one without them heals', async () => {
    await page.evaluate(
      (hash) => void (location.hash = hash),
      `${LINK}&edits=off:1.3,move:5:0.5:-1`,
    );
    await waitForText(page, 'surgery-says', /^1 head off, 1 head moved: not the model that ships/);
    await waitForText(page, 'operated-says', /^It writes [1-9]\d* of 108 cells wrong/);
    await page.evaluate((hash) => void (location.hash = hash), LINK);
    await waitForText(page, 'surgery-says', /^Nothing is changed/);
    await waitForText(page, 'look-progress', /^109 tokens in/);
    expect(await waitForText(page, 'look-wrong', /^no cell wrong$/)).toBe('no cell wrong');
  });

  it('says of which boards it shows no heads, and writes large ones all the same', async () => {
    const open = (sides: string): Promise<void> =>
      page.evaluate(
        (hash) => void (location.hash = hash),
        `view=look&rule=B3/S23:T${sides}&board=bo$2bo$3o!`,
      );
    await open('130,129');
    await waitForText(page, 'look-problem', /up to 16384 cells.*; this one has 16770/);
    await open('60,50');
    await waitForText(page, 'look-progress', /^3001 tokens in/);
    expect(await waitForText(page, 'look-wrong', /^no cell wrong$/)).toBe('no cell wrong');
    await page.evaluate((hash) => void (location.hash = hash), LINK);
    await waitForText(page, 'look-progress', /^109 tokens in/);
  });

  it('shows each Jacobi pass until nothing changes', async () => {
    const passes = await page.locator('#film figcaption').allTextContents();
    expect(passes[0]).toBe('Guess: nothing moves');
    expect(passes[1]).toMatch(/^Pass 1: \d+ cells changed$/);
    expect(passes.at(-1)).toMatch(/^Pass \d: nothing changed: done$/);
  });

  it('writes the same text one by one, a pass a token', async () => {
    const jacobi = await readText();
    expect(jacobi).toMatch(/^@PredictNextState\{B3\/S23:T12,9\}<[01]{108}> \[[01]{108}\]\$$/);
    await page.locator('input[value=greedy]').check({ force: true });
    await page.getByRole('button', { name: 'Write' }).click();
    await waitForText(page, 'look-progress', /109 tokens in 109 passes/);
    expect(await readText()).toBe(jacobi);
  });

  it('samples other boards at a high temperature, and takes one as the next board', async () => {
    const best = await readText();
    await page.locator('#temperature').fill('10');
    expect(await textOf(page, 'temperature-text')).toBe('10');
    // the model is so sure that a sample is often its best answer, even at this temperature
    let sample = best;
    for (let tries = 0; sample === best && tries < 40; tries++) {
      await page.getByRole('button', { name: 'Write' }).click();
      await waitForText(page, 'look-progress', /109 tokens in/);
      sample = await readText();
    }
    expect(sample).not.toBe(best);
    await page.getByRole('button', { name: 'Take the answer' }).click();
    const given = /<([01]+)>/.exec(await readText())![1];
    // a sampled marker in the middle of the answer is no cell, and counts as dead
    const answer = sample.slice(sample.indexOf('> [') + 3);
    const others = PIECE_VOCABULARY.filter((piece) => piece !== '0' && piece !== '1')
      .toSorted((a, b) => b.length - a.length)
      .map((piece) => piece.replace(/[^\w@ ]/g, '\\$&'));
    const cells = answer.replace(new RegExp(others.join('|'), 'g'), '0').slice(0, 108);
    expect(given).toBe(cells);
    await page.locator('#temperature').fill('0');
  });

  it('says that a changed model is not sampled', async () => {
    await page.locator('#temperature').fill('1');
    await page.getByRole('button', { name: 'Write' }).click();
    await waitForText(page, 'look-progress', /109 tokens in/);
    await page.locator('#look-answer').click({ position: positionOf(4, 4, await boxOfAnswer()) });
    await page.locator('#surgery-heads button').nth(3).click();
    await page.locator('#head-off').click();
    const says = await waitForText(page, 'operated-says', /of 108 cells wrong/);
    expect(says).toMatch(/whatever the temperature\.$/);
    await page.locator('#surgery-undo').click();
    await page.locator('#temperature').fill('0');
  });

  it('asks for a model where the engine plays', async () => {
    await page.getByRole('tab', { name: 'Play' }).click();
    await page.locator('#player').selectOption('engine');
    await page.getByRole('tab', { name: 'Look inside' }).click();
    expect(await textOf(page, 'look-problem')).toMatch(/choose a model on Play/);
    expect(await page.locator('#write').isDisabled()).toBe(true);
  });

  it('has no errors on the console and asks nobody else for anything', () => {
    expect(host.problems).toEqual([]);
  });
});
