/** ONNX Runtime for the web, in Node: one WebAssembly file for every platform, where the binary is missing. */

import { runInTurn, type Runtime } from '@lifegpt/model';
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { env, InferenceSession } from 'onnxruntime-web';
import { pathIn } from './folder-path.js';
import { findShippedFolder } from './shipped-folder.js';

/** Opens it, with one thread: these graphs are small, and two were no faster. */
export function createWasmRuntime(): Runtime {
  // the page has the same files, so a package holds them once
  const ofPage = pathIn(findShippedFolder('page'), 'ort');
  if (existsSync(pathIn(ofPage, 'ort-wasm-simd-threaded.wasm'))) {
    env.wasm.wasmPaths = `${pathToFileURL(ofPage).href}/`;
  }
  env.wasm.numThreads = 1;
  return runInTurn({
    device: 'wasm',
    createSession: (model) =>
      InferenceSession.create(model, { executionProviders: ['wasm'], logSeverityLevel: 3 }),
  });
}
