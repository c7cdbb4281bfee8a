/**
 * A folder of RLE frames as an observation. Where a frame lies is said by a bounded grid that it fills, or
 * by Golly's `#CXRLE Pos=`; bgolly writes neither, and then the places are found together with the rule.
 */

import {
  alignFrames,
  createGrid,
  formatBounds,
  InputError,
  parseRle,
  parseRule,
  type BoundedGrid,
  type Grid,
} from '@lifegpt/core';
import { basename } from 'node:path';
import { pathIn } from '../folder-path.js';
import { readTextFile } from '../text-file.js';
import type { Observation, Reading } from './reading.js';

interface Frame {
  readonly file: string;
  /** The pattern's cells; no sides when nothing lives. */
  readonly grid: Grid;
  readonly bounds: BoundedGrid | null;
  /** Golly's position of the top left cell. */
  readonly position: { readonly x: number; readonly y: number } | null;
  readonly generation: number | null;
}

/**
 * Reads the .rle files of a folder in natural order: `2.rle` before `10.rle`.
 * @throws InputError when there are not two, one is damaged, their boards differ in size, or their
 * generations are not consecutive.
 */
export async function readRleFrames(
  folder: string,
  files: readonly string[],
): Promise<Observation> {
  const names = files
    .filter((file) => /\.rle$/i.test(file))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  if (names.length < 2) {
    throw new InputError(
      `${folder} holds ${names.length === 0 ? 'no .rle file' : 'one .rle file alone'}; a rule shows in a frame and the next`,
    );
  }
  const frames = await Promise.all(
    names.map(async (name) =>
      readFrame(await readTextFile(pathIn(folder, name)), pathIn(folder, name)),
    ),
  );
  checkGenerations(frames);
  return {
    readings: place(frames),
    nameState: (_run, frame) => names[frame] ?? basename(folder),
  };
}

/** A header as bgolly writes it for a dead board. */
const EMPTY = /^x\s*=\s*0\s*,\s*y\s*=\s*0\s*(,|$)/im;

function readFrame(text: string, file: string): Frame {
  const isEmpty = EMPTY.test(text);
  // as a dead cell, for its remarks, where there is no cell
  const pattern = parseRle(isEmpty ? text.replace(EMPTY, 'x = 1, y = 1$1') : text, file);
  const { rule, position = null, generation = null } = pattern;
  const nothing = { width: 0, height: 0, cells: new Uint8Array() };
  return {
    file,
    grid: isEmpty ? nothing : pattern.grid,
    bounds: readBounds(rule, file),
    position,
    generation,
  };
}

/** The board that a header's rule names; what the rule itself says is left to the frames. */
function readBounds(rule: string | null, file: string): BoundedGrid | null {
  const colon = rule?.indexOf(':') ?? -1;
  if (rule === null || colon < 0) return null;
  try {
    return parseRule(`B3/S23${rule.slice(colon)}`).bounds;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${file}: ${error.message}`);
  }
}

function checkGenerations(frames: readonly Frame[]): void {
  for (const [k, { generation, file }] of frames.entries()) {
    const before = frames[k - 1];
    if (before === undefined || generation === null || before.generation === null) continue;
    if (generation !== before.generation + 1) {
      throw new InputError(
        `${file} is generation ${generation}, and ${before.file} before it is generation ${before.generation}; give every generation, in order`,
      );
    }
  }
}

function place(frames: readonly Frame[]): Reading[] {
  const [first] = frames as readonly [Frame];
  const name = (bounds: BoundedGrid | null): string =>
    bounds === null ? 'names no bounded grid' : `lies on :${formatBounds(bounds)}`;
  for (const { bounds, file } of frames) {
    if (name(bounds) === name(first.bounds)) continue;
    throw new InputError(
      `${file} ${name(bounds)}, but ${first.file} ${name(first.bounds)}; all frames need one board`,
    );
  }
  return first.bounds === null ? placeUnbounded(frames) : [placeBounded(frames, first.bounds)];
}

function placeBounded(frames: readonly Frame[], bounds: BoundedGrid): Reading {
  const { width, height, topology } = bounds;
  const shared = { alive: null, topology, isUnbounded: false } as const;
  const isPlaced = frames.every(
    ({ grid, position }) =>
      position !== null || grid.width === 0 || (grid.width === width && grid.height === height),
  );
  if (isPlaced) {
    // Golly's bounded grids lie around the origin
    const [left, top] = [Math.floor(width / 2), Math.floor(height / 2)];
    const states = frames.map(({ grid, position, file }) =>
      position === null
        ? paste(grid, width, height, 0, 0, file)
        : paste(grid, width, height, position.x + left, position.y + top, file),
    );
    return { ...shared, remark: null, runs: [states], frames: null, alignment: null };
  }
  if (formatBounds(bounds) !== `T${width},${height}`) {
    throw new InputError(
      `the frames are smaller than their board :${formatBounds(bounds)}, and do not say where they lie; write the whole board, or #CXRLE Pos=x,y lines`,
    );
  }
  return { ...shared, ...align(frames, bounds) };
}

function placeUnbounded(frames: readonly Frame[]): Reading[] {
  const shared = { alive: null, topology: { kind: 'plane' }, isUnbounded: true } as const;
  if (frames.every(({ position, grid }) => position !== null || grid.width === 0)) {
    const corners = frames.map(
      ({ position }) => position ?? frames.find((f) => f.position)!.position!,
    );
    const [left, top] = [
      Math.min(...corners.map(({ x }) => x)) - 1,
      Math.min(...corners.map(({ y }) => y)) - 1,
    ];
    const width = Math.max(...frames.map(({ grid }, k) => corners[k]!.x + grid.width)) + 1 - left;
    const height = Math.max(...frames.map(({ grid }, k) => corners[k]!.y + grid.height)) + 1 - top;
    const states = frames.map(({ grid, file }, k) =>
      paste(grid, width, height, corners[k]!.x - left, corners[k]!.y - top, file),
    );
    return [{ ...shared, remark: null, runs: [states], frames: null, alignment: null }];
  }
  const aligned = { ...shared, ...align(frames, null) };
  // frames of one size may be the whole board each time, with borders that nobody named
  const [{ grid: board }] = frames as readonly [Frame];
  const isOneSize = frames.every(
    ({ grid }) => grid.width === board.width && grid.height === board.height && grid.width > 0,
  );
  const whole = {
    remark: 'each frame is the whole board',
    alive: null,
    topology: null,
    isUnbounded: false,
  };
  return isOneSize
    ? [aligned, { ...whole, runs: [frames.map(({ grid }) => grid)], frames: null, alignment: null }]
    : [aligned];
}

/** Finds the places of frames that do not say where they lie. */
function align(frames: readonly Frame[], torus: BoundedGrid | null) {
  const grids = frames.map(({ grid }) => grid);
  const alignment = alignFrames(grids, torus);
  const silent = 'the frames do not say where they lie';
  const remark =
    alignment.explanations > 1
      ? `${silent}; ${alignment.explanations} ways to place them explain them`
      : `${silent}; their places were found with the rule`;
  return { remark, runs: [alignment.states], frames: grids, alignment };
}

function paste(
  grid: Grid,
  width: number,
  height: number,
  left: number,
  top: number,
  file: string,
): Grid {
  if (left < 0 || top < 0 || left + grid.width > width || top + grid.height > height) {
    throw new InputError(
      `${file}: ${grid.width}x${grid.height} cells from column ${left} and row ${top} do not lie on a board of ${width}x${height}`,
    );
  }
  const board = createGrid(width, height);
  for (let row = 0; row < grid.height; row++) {
    const cells = grid.cells.subarray(row * grid.width, (row + 1) * grid.width);
    board.cells.set(cells, (top + row) * width + left);
  }
  return board;
}
