/** What an inference thread runs: it compiles the models and answers batches of boards of one size. */

import type { PromptHeader } from '@lifegpt/core';
import {
  chooseBest,
  createSampler,
  decodeBoards,
  decodeJacobi,
  loadModel,
  type LanguageModel,
  type SamplingOptions,
  type TokenChooser,
} from '@lifegpt/model';
import { parentPort, workerData } from 'node:worker_threads';
import { openModelFolder } from '../model-argument.js';
import { createRuntime } from '../runtime.js';

/** Boards of one size for one model. */
export interface BoardBatch {
  readonly model: string;
  readonly width: number;
  readonly height: number;
  /** `[boards, cells]` */
  readonly states: Uint8Array;
  /** Rule and topology of each board, for models that read them. */
  readonly headers: readonly PromptHeader[];
  /** How each board's tokens are drawn; null takes the most likely ones. */
  readonly samplings: readonly (SamplingOptions | null)[];
}

/** What a thread made of a batch. */
export interface BatchAnswer {
  /** `[boards, answerTokens]` */
  readonly tokens: Int32Array;
  readonly forwardPasses: number;
  readonly minMargin: number;
  readonly seconds: number;
}

/** What a thread is started with. */
export interface ThreadOptions {
  readonly models: readonly string[];
  readonly device: string;
  /** Threads of the runtime in a session. */
  readonly sessionThreads: number;
}

/** What a thread is told. */
export type ThreadRequest =
  { readonly kind: 'batch'; readonly batch: BoardBatch } | { readonly kind: 'stop' };

/** What a thread tells. */
export type ThreadReply =
  | {
      readonly kind: 'ready';
      readonly device: string;
      /** Of each model: tokens a pass with which it is fastest. */
      readonly tokensAPass: Readonly<Record<string, number>>;
    }
  | { readonly kind: 'answer'; readonly answer: BatchAnswer }
  | { readonly kind: 'failed'; readonly message: string };

if (parentPort === null) throw new Error('inference-thread.js runs as a worker thread');
const port = parentPort;
const options = workerData as ThreadOptions;
const post = (message: ThreadReply): void => port.postMessage(message);

const runtime = await createRuntime(options.device, options.sessionThreads);
const models = new Map<string, LanguageModel>();
for (const name of options.models) {
  models.set(name, await loadModel(await openModelFolder(name), runtime));
}

port.on('message', async (request: ThreadRequest) => {
  if (request.kind === 'stop') {
    port.close();
    for (const model of models.values()) await model.release();
    return;
  }
  try {
    post({ kind: 'answer', answer: await answerBatch(request.batch) });
  } catch (error) {
    post({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
});
const tokensAPass = [...models].map(([name, model]) => [name, model.tokensAPass]);
post({ kind: 'ready', device: runtime.device, tokensAPass: Object.fromEntries(tokensAPass) });

async function answerBatch(batch: BoardBatch): Promise<BatchAnswer> {
  const began = performance.now();
  const model = models.get(batch.model)!;
  const { tokens, forwardPasses, minMargin } = await decodeBoards(model, batch, {
    headers: batch.headers,
    decode: decodeJacobi,
    choose: chooseApart(batch.samplings),
  });
  return { tokens, forwardPasses, minMargin, seconds: (performance.now() - began) / 1000 };
}

/** Chooses for each board as if it were alone, so that nobody's sample depends on the company. */
function chooseApart(samplings: readonly (SamplingOptions | null)[]): TokenChooser {
  const choosers = samplings.map((sampling) =>
    sampling === null ? chooseBest : createSampler(sampling),
  );
  return ({ logits, vocabulary, boards, firstBoard, firstPosition }) => {
    const share = logits.length / boards;
    const tokens = new Int32Array(logits.length / vocabulary);
    const margins = new Float32Array(tokens.length);
    let minMargin = Infinity;
    for (let b = 0; b < boards; b++) {
      const own = logits.subarray(b * share, (b + 1) * share);
      const rows = { logits: own, vocabulary, boards: 1, firstBoard: 0, firstPosition };
      const chosen = choosers[firstBoard + b]!(rows);
      tokens.set(chosen.tokens, (b * share) / vocabulary);
      margins.set(chosen.margins, (b * share) / vocabulary);
      minMargin = Math.min(minMargin, chosen.minMargin);
    }
    return { tokens, margins, minMargin };
  };
}
