/** The model and the engine run here, so that the page never waits. */

import { CONWAY, formatCells, formatPrompt, InputError } from '@lifegpt/core';
import {
  decodeJacobi,
  loadModel,
  predictStates,
  readModelFolder,
  type LanguageModel,
} from '@lifegpt/model';
import { createEngine, type SimdLife } from '@lifegpt/simd-life';
import type { Reply, Request } from './messages.js';
import { chooseRuntime, createWasmRuntime } from './runtime.js';

const MODEL = 'torus32';
const base = new URL('.', self.location.href);
let model: LanguageModel;
let engine: SimdLife;
let running = new AbortController();

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  handle(data).catch((error: unknown) => {
    reply({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
});

function reply(message: Reply): void {
  self.postMessage(message);
}

async function handle(request: Request): Promise<void> {
  if (request.kind === 'load') return load();
  running.abort();
  if (request.kind === 'stop') return;
  running = new AbortController();
  await predict(request, running.signal);
}

async function load(): Promise<void> {
  engine = await createEngine(await download('simd-life.wasm'));
  const folder = await readModelFolder(MODEL, (file) => download(`models/${MODEL}/${file}`));
  reply({ kind: 'loading', part: 'ONNX Runtime', bytes: 0, total: 0 });
  try {
    model = await loadModel(folder, await chooseRuntime(base));
  } catch {
    model = await loadModel(folder, createWasmRuntime(base)); // an adapter that could not do it
  }
  const { sides } = model.config.trained_for;
  reply({ kind: 'ready', model: model.name, device: model.device, sides });
}

async function predict(
  { run, grid, generations }: Extract<Request, { kind: 'predict' }>,
  signal: AbortSignal,
): Promise<void> {
  let prompt = formatPrompt(grid);
  for await (const step of predictStates({
    model,
    rule: CONWAY,
    grid,
    generations,
    decode: decodeJacobi,
    truth: engine,
  })) {
    if (signal.aborted) return;
    const { generation, forwardPasses, seconds } = step;
    const text = `${prompt}${formatCells(step.grid)}]$`;
    reply({
      kind: 'predicted',
      run,
      generation,
      grid: step.grid,
      truth: step.truth!,
      text,
      forwardPasses,
      seconds,
    });
    prompt = formatPrompt(step.grid);
    await new Promise((resolve) => setTimeout(resolve)); // lets a stop request in
  }
  reply({ kind: 'finished', run });
}

/** Fetches a file of the page's folder, telling the page how far it is. */
async function download(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(new URL(path, base));
  if (!response.ok || response.body === null) {
    throw new InputError(
      `${path} could not be loaded (HTTP ${response.status}); reload the page to try again`,
    );
  }
  const total = Number(response.headers.get('content-length') ?? 0);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for (const reader = response.body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    bytes += value.length;
    reply({ kind: 'loading', part: path, bytes, total });
  }
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}
