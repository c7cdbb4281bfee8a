/** Patterns from and to text and files. */

import {
  createGrid,
  formatBoundedRule,
  formatRle,
  isApgcode,
  openStream,
  parseApgcode,
  parsePattern,
  parseRule,
  PATTERN_EXTENSIONS,
  PATTERN_FORMATS,
  type Pattern,
} from '@lifegpt/core';
import { byId, complain, onClick, say, write } from '../elements.js';
import { saveFile } from '../save.js';
import { fitPattern, growFor } from './fit.js';
import type { Game } from './game.js';
import { checkSetup } from './setup.js';

/** Larger files are no patterns. */
const MAX_BYTES = 4 * 2 ** 20;

/** Makes the RLE box, the file buttons, and dropping work. */
export function createFiles(game: Game): void {
  const text = byId<HTMLTextAreaElement>('rle');
  const input = byId<HTMLInputElement>('rle-file');
  input.accept = [...PATTERN_EXTENSIONS, '.gz', '.txt'].join();
  write('rle-formats', PATTERN_FORMATS.map(({ name }) => name).join(', '));

  function attempt(work: () => void): void {
    try {
      work();
      complain('rle-problem', '');
    } catch (error) {
      complain('rle-problem', explainParser((error as Error).message));
    }
  }

  /** A file's pattern replaces the board, under its own rule and size where it names them. */
  function place(pattern: Pattern): void {
    const setup = game.setup();
    const written = pattern.rule === null ? null : parseRule(pattern.rule);
    const rule = written?.rule ?? setup.rule;
    const size = written?.bounds ?? growFor(pattern.grid, setup, game.card());
    const next = { ...setup, ...size, rule };
    checkSetup(next, game.card());
    game.configure(next, game.card(), fitPattern(pattern.grid, next.width, next.height));
    const remarks = [
      ...pattern.warnings.slice(0, 1).map(explainParser),
      ...(next.width === setup.width && next.height === setup.height
        ? []
        : [`the board is ${next.width} × ${next.height} now`]),
    ];
    const remark = remarks.length === 0 ? '' : ` (${remarks.join('; ')})`;
    say(`${pattern.name ?? 'The pattern'} is on the board${remark}.`);
  }

  async function open(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    if (file.size > MAX_BYTES) {
      return complain(
        'rle-problem',
        `${file.name} has ${file.size} bytes; a pattern has at most ${MAX_BYTES}`,
      );
    }
    try {
      const content = await readText(file);
      const name = file.name.replace(/\.gz$/i, '').replace(/\.txt$/i, '');
      attempt(() => {
        place(parsePattern(content, name));
        if (content.length <= MAX_SHOWN) text.value = content;
      });
    } catch (error) {
      complain('rle-problem', `${file.name} cannot be read (${(error as Error).message})`);
    }
  }

  onClick('rle-place', () =>
    attempt(() => {
      const code = text.value.trim();
      place(isApgcode(code) ? ofCode(code) : parsePattern(text.value, 'pattern'));
    }),
  );
  onClick('rle-copy', () => {
    text.value = writeRle(game);
    text.select();
    complain('rle-problem', '');
    void navigator.clipboard?.writeText(text.value).then(
      () => say('The board is in the box and in the clipboard, as RLE.'),
      () => say('The board is in the box, as RLE.'),
    );
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

/** Longer files are not put into the box. */
const MAX_SHOWN = 50_000;

/** A pattern of the Catagolue, by its code. */
function ofCode(code: string): Pattern {
  return { name: code, comments: [], rule: null, grid: parseApgcode(code), warnings: [] };
}

/** What a parser says names its source and line as `pattern:2:`. */
function explainParser(message: string): string {
  return message.replace(/^pattern:(\d+):/, 'Line $1 of the pattern:');
}

/** A file's text; packed ones are unpacked. */
async function readText(file: File): Promise<string> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  if (first !== 0x1f || second !== 0x8b) return file.text();
  const unpacked = file.stream().pipeThrough(new DecompressionStream('gzip'));
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for (const reader = unpacked.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts).text();
    parts.push(value as Uint8Array<ArrayBuffer>);
    bytes += value.length;
    if (bytes > MAX_BYTES) throw new Error(`unpacked it has more than ${MAX_BYTES} bytes`);
  }
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
