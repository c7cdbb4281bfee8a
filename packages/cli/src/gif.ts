/** Animated GIFs of boards: a run, or a prediction beside the truth with its wrong cells marked. */

import { InputError, type Grid } from '@lifegpt/core';
import { Encoder } from 'modern-gif';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { CommandContext } from './context.js';
import { writeOutputFile } from './output-file.js';
import { createProgress } from './terminal/progress.js';

/** What a board of the animation shows; a difference shows nothing but the wrong cells. */
export type GifPanel = 'prediction' | 'truth' | 'difference';

/** How the animation looks. */
export interface GifOptions {
  /** The boards from left to right. @default the prediction, and the truth if there is one */
  readonly panels?: readonly GifPanel[];
  /** Milliseconds a generation. @default 150 */
  readonly delay?: number;
  /** Side of a cell in pixels. @default as large as 256 pixels a board allow, 1 to 8 */
  readonly cellPixels?: number;
}

/** What tells readers of such an animation which colour lives: red, green and blue. */
export const OWN_COLORS = { ALIVE: [31, 41, 55], DEAD: [247, 247, 242] } as const;

/** A pixel: four bytes in the order of memory, red, green, blue and alpha. */
const toPixel = (...color: readonly [number, number, number]): number =>
  new Uint32Array(Uint8Array.of(...color, 255).buffer)[0]!;

const DEAD = toPixel(...OWN_COLORS.DEAD);
const ALIVE = toPixel(...OWN_COLORS.ALIVE);
const WRONG_DEAD = toPixel(252, 165, 165);
const WRONG_ALIVE = toPixel(220, 38, 38);
const BORDER = toPixel(148, 163, 184);

const BOARD_PIXELS = 256;
const GAP = 8; // pixels around and between the boards

/** What an animation is made of. */
export interface GifData {
  readonly states: readonly Grid[];
  readonly truth: readonly Grid[] | null;
  readonly options: GifOptions;
}

/** Cells of all frames from which a thread of its own is worth its start: then Ctrl-C is heard meanwhile. */
const CELLS_FOR_THREAD = 2 ** 22;

/** Writes a run as an animated GIF; see `encodeGif`. @throws the signal's reason when it is interrupted */
export async function writeGif(
  path: string,
  states: readonly Grid[],
  truth: readonly Grid[] | null,
  { signal, progress: stream }: Pick<CommandContext, 'signal' | 'progress'>,
  options: GifOptions = {},
): Promise<void> {
  const cells = states.reduce((sum, grid) => sum + grid.cells.length, 0);
  if (cells < CELLS_FOR_THREAD) {
    await writeOutputFile(path, await encodeGif(states, truth, options));
    return;
  }
  const progress = createProgress(stream, `encode ${path},`, null, 'frames');
  progress.update(states.length);
  const data: GifData = { states, truth, options };
  const thread = new Worker(new URL('gif-thread.js', import.meta.url), { workerData: data });
  try {
    const [bytes] = (await once(thread, 'message', { signal })) as [Uint8Array];
    await writeOutputFile(path, bytes);
  } finally {
    progress.finish();
    await thread.terminate();
  }
}

/**
 * Encodes a run as an animated GIF that repeats. With the truth, each frame shows the prediction
 * on the left, its wrong cells red and crossed out, and the truth on the right, or other panels.
 * @param states `[generation]`, all of one size.
 * @param truth As many states of the same size, or null.
 * @throws InputError when there is nothing to show, the sizes differ, or a panel needs a truth.
 */
export async function encodeGif(
  states: readonly Grid[],
  truth: readonly Grid[] | null,
  options: GifOptions = {},
): Promise<Uint8Array> {
  const [first] = states;
  if (first === undefined) throw new InputError('a GIF needs at least one state');
  for (const grid of [...states, ...(truth ?? [])]) {
    if (grid.width !== first.width || grid.height !== first.height) {
      throw new InputError(
        `a GIF shows boards of one size, not ${first.width}x${first.height} and ${grid.width}x${grid.height}`,
      );
    }
  }
  if (truth !== null && truth.length !== states.length) {
    throw new InputError(`${states.length} states cannot stand beside ${truth.length} true ones`);
  }
  const longest = Math.max(first.width, first.height);
  const cellPixels =
    options.cellPixels ?? Math.min(8, Math.max(1, Math.floor(BOARD_PIXELS / longest)));
  const { panels = truth === null ? ['prediction'] : ['prediction', 'truth'] } = options;
  if (truth === null && panels.some((panel) => panel !== 'prediction')) {
    throw new InputError(
      `without the truth a GIF shows the prediction alone, not ${panels.join(', ')}`,
    );
  }
  const canvas = createCanvas(
    GAP + panels.length * (first.width * cellPixels + GAP),
    2 * GAP + first.height * cellPixels,
  );
  const delay = options.delay ?? 150;
  const encoder = new BoardEncoder(canvas.width, canvas.height);
  for (const [generation, grid] of states.entries()) {
    const right = truth?.[generation];
    canvas.clear();
    panels.forEach((panel, place) => {
      const left = GAP + place * (grid.width * cellPixels + GAP);
      const isTruth = panel === 'truth';
      const board = isTruth ? right! : grid;
      drawBoard(
        canvas,
        board,
        isTruth ? undefined : right,
        left,
        cellPixels,
        panel === 'difference',
      );
    });
    encoder.addPixels(canvas.pixels, delay);
  }
  return new Uint8Array(await encoder.flush());
}

/** Is told its colours. The library's encoder looks for them in every pixel of all frames, which takes longer than all the rest. */
/* oxlint-disable no-underscore-dangle -- the library's protected members */
class BoardEncoder extends Encoder {
  constructor(width: number, height: number) {
    super({ width, height, looped: true, loopCount: 0 });
    const colors = Uint32Array.of(DEAD, ALIVE, WRONG_DEAD, WRONG_ALIVE, BORDER);
    this._palette.addSample(colors.buffer);
  }

  /** Adds a frame, shown for so many milliseconds. */
  addPixels(pixels: Uint32Array<ArrayBuffer>, delay: number): void {
    const { width, height } = this._config;
    const data = new Uint8ClampedArray(pixels.slice().buffer);
    this._encodingFrames.push({ width, height, delay, data });
  }
}
/* oxlint-enable no-underscore-dangle */

/** A picture in memory. */
interface Canvas {
  readonly width: number;
  readonly height: number;
  /** `[height, width]` */
  readonly pixels: Uint32Array<ArrayBuffer>;
  clear(): void;
  fill(left: number, top: number, width: number, height: number, pixel: number): void;
}

function createCanvas(width: number, height: number): Canvas {
  const pixels = new Uint32Array(width * height);
  const fill: Canvas['fill'] = (left, top, fillWidth, fillHeight, pixel) => {
    for (let y = top; y < top + fillHeight; y++) {
      for (let x = left; x < left + fillWidth; x++) pixels[y * width + x] = pixel;
    }
  };
  return { width, height, pixels, fill, clear: () => fill(0, 0, width, height, BORDER) };
}

function drawBoard(
  canvas: Canvas,
  grid: Grid,
  truth: Grid | undefined,
  left: number,
  size: number,
  onlyWrong: boolean,
): void {
  for (let cell = 0; cell < grid.cells.length; cell++) {
    const x = left + (cell % grid.width) * size;
    const y = GAP + Math.floor(cell / grid.width) * size;
    const alive = grid.cells[cell] === 1;
    if (truth === undefined || truth.cells[cell] === grid.cells[cell]) {
      canvas.fill(x, y, size, size, alive && !onlyWrong ? ALIVE : DEAD);
      continue;
    }
    canvas.fill(x, y, size, size, alive ? WRONG_ALIVE : WRONG_DEAD);
    if (size >= 4) crossOut(canvas, x, y, size, alive ? DEAD : ALIVE);
  }
}

/** Two diagonals, so that a wrong cell is known without seeing colours. */
function crossOut(canvas: Canvas, left: number, top: number, size: number, pixel: number): void {
  for (let i = 0; i < size; i++) {
    canvas.fill(left + i, top + i, 1, 1, pixel);
    canvas.fill(left + size - 1 - i, top + i, 1, 1, pixel);
  }
}
