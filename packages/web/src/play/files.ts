/** Patterns from and to text and files. */

import {
  createGrid,
  formatBoundedRule,
  formatRle,
  openStream,
  parsePattern,
  parseRule,
  type Pattern,
} from '@lifegpt/core';
import { byId, complain, onClick } from '../elements.js';
import { saveFile } from '../save.js';
import { fitPattern } from './fit.js';
import type { Game } from './game.js';
import { checkSetup } from './setup.js';

/** Larger files are no patterns. */
const MAX_BYTES = 4 * 2 ** 20;

/**
 * Makes the RLE box, the file buttons, and dropping work.
 * @param say tells what was done
 */
export function createFiles(game: Game, say: (text: string) => void): void {
  const text = byId<HTMLTextAreaElement>('rle');
  const input = byId<HTMLInputElement>('rle-file');

  function attempt(work: () => void): void {
    try {
      work();
      complain('rle-problem', '');
    } catch (error) {
      complain('rle-problem', (error as Error).message);
    }
  }

  function place(pattern: Pattern): void {
    const setup = game.setup();
    const written = pattern.rule === null ? null : parseRule(pattern.rule);
    const rule = written?.rule ?? setup.rule;
    const next = { ...setup, ...written?.bounds, rule };
    checkSetup(next, game.card());
    game.configure(next, game.card(), fitPattern(pattern.grid, next.width, next.height));
    const warning = pattern.warnings[0];
    say(
      `${pattern.name ?? 'The pattern'} is on the board${warning === undefined ? '' : ` (${warning})`}.`,
    );
  }

  async function open(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    if (file.size > MAX_BYTES) {
      return complain(
        'rle-problem',
        `${file.name} has ${file.size} bytes; a pattern has at most ${MAX_BYTES}`,
      );
    }
    const content = await file.text();
    const name = file.name.replace(/\.txt$/i, '');
    attempt(() => {
      place(parsePattern(content, name));
      text.value = content;
    });
  }

  onClick('rle-place', () => attempt(() => place(parsePattern(text.value, 'pattern'))));
  onClick('rle-copy', () => {
    text.value = writeRle(game);
    text.select();
    complain('rle-problem', '');
  });
  onClick('rle-save', () => {
    const { generation } = game.timeline().current();
    saveFile(`lifegpt-${generation}.rle`, writeRle(game), 'text/plain');
  });
  onClick('rle-open', () => input.click());
  input.addEventListener('change', () => {
    void open(input.files?.[0]);
    input.value = '';
  });
  enableDrop(open);
}

/** The board as RLE, with its rule and size. */
function writeRle(game: Game): string {
  const setup = game.setup();
  const { grid, generation } = game.timeline().current();
  const comments = [`LifeGPT, player ${setup.player}, generation ${generation}`];
  const rule = formatBoundedRule(setup.rule, setup);
  return formatRle({ grid, name: null, comments, rule, warnings: [] });
}

/** A file may be dropped anywhere on the page. */
function enableDrop(open: (file: File | undefined) => Promise<void>): void {
  const curtain = byId('drop');
  let depth = 0;
  const isFile = ({ dataTransfer }: DragEvent): boolean =>
    dataTransfer?.types.includes('Files') === true;
  addEventListener('dragenter', (event) => {
    if (isFile(event)) curtain.hidden = ++depth === 0;
  });
  addEventListener('dragleave', (event) => {
    if (isFile(event)) curtain.hidden = --depth <= 0;
  });
  addEventListener('dragover', (event) => {
    if (isFile(event)) event.preventDefault();
  });
  addEventListener('drop', (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    depth = 0;
    curtain.hidden = true;
    void open(event.dataTransfer?.files[0]);
  });
}

/** Randomise and Clear. */
export function createBoardButtons(game: Game): void {
  const density = byId<HTMLInputElement>('density');
  const shown = byId('density-text');
  density.addEventListener('input', () => (shown.textContent = `${density.value} %`));
  onClick('randomise', () => {
    const { width, height } = game.setup();
    const random = openStream(Math.floor(Math.random() * 2 ** 32), 'board');
    const p = density.valueAsNumber / 100;
    const cells = Uint8Array.from({ length: width * height }, () =>
      random.nextFloat() < p ? 1 : 0,
    );
    game.place(createGrid(width, height, cells));
  });
  onClick('clear', () => {
    const { width, height } = game.setup();
    game.place(createGrid(width, height));
  });
}
