/** SVG to PNG, with a font that comes with the project: a bare machine has none. */

import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const { resolve } = createRequire(import.meta.url);
const PIXELS_WIDE = 960;

let opening: Promise<Uint8Array> | null = null;

async function openRenderer(): Promise<Uint8Array> {
  await initWasm(await readFile(resolve('@resvg/resvg-wasm/index_bg.wasm')));
  return readFile(resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'));
}

/** Draws an SVG in black on white. */
export async function renderPng(svg: string): Promise<Uint8Array> {
  opening ??= openRenderer(); // the renderer can be started only once
  const font = await opening;
  const picture = new Resvg(svg, {
    background: 'white',
    fitTo: { mode: 'width', value: PIXELS_WIDE },
    font: { fontBuffers: [font], defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans' },
  });
  return picture.render().asPng();
}
