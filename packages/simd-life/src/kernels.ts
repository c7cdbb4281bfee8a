/** The compiled kernels of `assembly/`, as JavaScript sees them: numbers are addresses or counts. */

/** What both builds have: between bytes and bits. */
interface PackingKernels {
  packCells(cells: number, grid: number, width: number, height: number, stride: number): void;
  unpackCells(grid: number, cells: number, width: number, height: number, stride: number): void;
}

/** The exports of assembly/index.ts. */
export interface Kernels extends PackingKernels {
  readonly memory: WebAssembly.Memory;
  stepGrid(
    grid: number,
    spare: number,
    width: number,
    height: number,
    stride: number,
    halo: number,
    generations: number,
    rule: number,
    notes: number,
  ): number;
  stepBatch(batch: number, groups: number, generations: number, rule: number, notes: number): void;
  drawSoups(
    seed: number,
    first: number,
    groups: number,
    words: number,
    low: number,
    high: number,
    to: number,
  ): void;
  spreadSoup(group: number, lane: number, cells: number, count: number): void;
  splitGroups(from: number, groups: number, words: number, to: number): void;
  joinGroups(from: number, groups: number, words: number, to: number): void;
}

/** The exports of assembly/threads.ts. */
export interface ThreadKernels extends PackingKernels {
  stepBand(
    grid: number,
    spare: number,
    width: number,
    height: number,
    stride: number,
    halo: number,
    generations: number,
    rule: number,
    notes: number,
    first: number,
    last: number,
    barrier: number,
    threads: number,
  ): number;
}

/** Bytes of a wasm build, or the module compiled from them. */
export type Wasm = BufferSource | WebAssembly.Module;

/** Compiles and starts the kernels of one thread, with a memory of their own. */
export async function startKernels(wasm: Wasm): Promise<Kernels> {
  const module = await compile(wasm);
  const { exports } = await WebAssembly.instantiate(module, { env: { abort } });
  return exports as unknown as Kernels;
}

/** Starts the kernels of one of several threads in their common memory. */
export async function startThreadKernels(
  wasm: Wasm,
  memory: WebAssembly.Memory,
): Promise<ThreadKernels> {
  const module = await compile(wasm);
  const { exports } = await WebAssembly.instantiate(module, { env: { abort, memory } });
  return exports as unknown as ThreadKernels;
}

/** Compiles a build; a module passes through, and can be sent to other threads. */
export async function compile(wasm: Wasm): Promise<WebAssembly.Module> {
  return wasm instanceof WebAssembly.Module ? wasm : WebAssembly.compile(wasm);
}

function abort(): never {
  throw new Error('the engine stopped: an assertion in its kernels failed');
}
