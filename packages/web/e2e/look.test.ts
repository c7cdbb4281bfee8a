import { PIECE_VOCABULARY } from '@lifegpt/core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executablePath, hostPage, textOf, waitForText, type PageHost } from './open-page.js';

const BOARD = 'rule=B3/S23:T12,9&board=o9b2o$2bo$3bo$b3o3$7b2o$7b2o$obo8bo!';

describe.skipIf(executablePath === undefined)('Look inside', { timeout: 180_000 }, () => {
  let host: PageHost;
  let page: Page;

  beforeAll(async () => {
    host = await hostPage();
    // a board with something at every border: the hovered corner's neighbours are on all four
    page = await host.open(`#view=look&${BOARD}`);
    await waitForText(page, 'look-progress', /109 tokens in \d passes/);
  }, 180_000);
  afterAll(() => host?.close());

  /** The text when what was written is drawn. */
  async function readText(): Promise<string> {
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    return textOf(page, 'look-text');
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
    const box = (await page.locator('#look-answer').boundingBox())!;
    const position = { x: ((column - 0.5) / 12) * box.width, y: ((row - 0.5) / 9) * box.height };
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
