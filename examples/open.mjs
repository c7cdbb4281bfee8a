/** What all examples begin with: a runtime, the model that ships, the engine. */

import { readModelFolder } from '@lifegpt/model';
import { createEngine } from '@lifegpt/simd-life';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { InferenceSession } from 'onnxruntime-node';

/** ONNX Runtime on the CPU; the libraries take whatever runtime they are given. */
export const runtime = {
  device: 'cpu',
  createSession: (bytes) => InferenceSession.create(bytes, { logSeverityLevel: 3 }),
};

/** The weights that ship, and what they are. */
export async function openModel(name = 'life') {
  const zoo = new URL(`../zoo/${name}/`, import.meta.resolve('@lifegpt/model'));
  return readModelFolder(name, (file) => readFile(new URL(file, zoo)));
}

/** The truth, and the source of boards at random. */
export async function openEngine() {
  const wasm = fileURLToPath(import.meta.resolve('@lifegpt/simd-life/simd-life.wasm'));
  return createEngine(await readFile(wasm));
}

/** A board as text. */
export function draw({ width, height, cells }) {
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (__, column) => '·█'[cells[row * width + column]]).join(''),
  ).join('\n');
}
