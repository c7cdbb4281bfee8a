export { createEngine, type PackedExamples, type SimdLife } from './engine.js';
export {
  createThreadedLife,
  serveThread,
  type Thread,
  type ThreadedLife,
  type ThreadedOptions,
  type ThreadPort,
} from './threads.js';
export type { Wasm } from './kernels.js';
export type { CellLocator } from './grid-memory.js';
