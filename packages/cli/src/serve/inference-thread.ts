/** What an inference thread runs: it compiles the models and answers batches of boards of one size. */

import { layoutPrompt, type PromptHeader } from '@lifegpt/core';
import {
  decodeBoards,
  decodeGreedy,
  decodeNear,
  loadModel,
  NEAR_TIE_MARGIN,
  type LanguageModel,
} from '@lifegpt/model';
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { openModelFolder } from '../model-argument.js';
import { createRuntime } from '../runtime.js';
import { chooseApart, type BoardChoice } from './choose-apart.js';

/** Boards of one size for one model. */
export interface BoardBatch {
  readonly model: string;
  /** As in `BoardQuestion`. */
  readonly plan: string;
  readonly width: number;
  readonly height: number;
  /** `[boards, cells]` */
  readonly states: Uint8Array;
  /** Rule and topology of each board, for models that read them. */
  readonly headers: readonly PromptHeader[];
  /** What is wanted of each board besides its most likely tokens. */
  readonly choices: readonly (BoardChoice | null)[];
  /** Token by token, whatever it takes; else what a few passes do not decide is left. */
  readonly isSequential: boolean;
}

/** What a thread made of a batch. */
export interface BatchAnswer {
  /** `[boards, answerTokens]` */
  readonly tokens: Int32Array;
  readonly forwardPasses: number;
  readonly minMargin: number;
  readonly seconds: number;
  /** True where the passes were too many, and nothing is decided. */
  readonly isCut: boolean;
  /** Of each board: false where a near-tie, or too many passes, leave it to the sequential reference. */
  readonly isDecided: readonly boolean[];
  /** As in `ApartChooser`. */
  readonly logProbs: readonly (Float32Array | null)[];
}

/** What a thread is started with. */
export interface ThreadOptions {
  readonly models: readonly string[];
  readonly device: string;
  /** Threads of the runtime in a session. */
  readonly sessionThreads: number;
}

/** What each thread has besides: a number in shared memory, that of the batch that is not wanted any more. */
export interface ThreadData extends ThreadOptions {
  readonly cancelled: Int32Array;
}

/** What a thread is told. */
export type ThreadRequest =
  | { readonly kind: 'batch'; readonly number: number; readonly batch: BoardBatch }
  | { readonly kind: 'stop' };

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

/**
 * What computes gives way to what talks to clients: with fewer cores than threads nobody else's request waits to be read. On
 * Linux a thread has a priority of its own, which those of the runtime inherit; elsewhere it would be the whole process's.
 */
const NICE = 10;
if (process.platform === 'linux') setPriority(0, NICE);

if (parentPort === null) throw new Error('inference-thread.js runs as a worker thread');
const port = parentPort;
const options = workerData as ThreadData;
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
    post({ kind: 'answer', answer: await answerBatch(request.batch, request.number) });
  } catch (error) {
    post({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
});
const tokensAPass = [...models].map(([name, model]) => [name, model.tokensAPass]);
post({ kind: 'ready', device: runtime.device, tokensAPass: Object.fromEntries(tokensAPass) });

/** Passes after which an answer that still changes is left to the sequential reference; two or three are usual. */
const MOST_PASSES = 8;

/** Ends a decoding between two passes. */
class TooManyPasses extends Error {}

async function answerBatch(batch: BoardBatch, number: number): Promise<BatchAnswer> {
  const began = performance.now();
  const model = models.get(batch.model)!;
  const boards = batch.headers.length;
  const onPass = ({ forwardPasses }: { readonly forwardPasses: number }): void => {
    if (Atomics.load(options.cancelled, 0) === number) throw new Error('cancelled');
    if (!batch.isSequential && forwardPasses >= MOST_PASSES) throw new TooManyPasses();
  };
  const { answerTokens } = layoutPrompt(model.tokenizer, batch.width, batch.height);
  const { choose, logProbs } = chooseApart(batch.choices, answerTokens);
  const how = {
    headers: batch.headers,
    decode: batch.isSequential ? decodeGreedy : decodeNear,
    choose,
    nearTies: 'leave',
    onPass,
  } as const;
  const seconds = (): number => (performance.now() - began) / 1000;
  try {
    const { tokens, margins, forwardPasses, minMargin } = await decodeBoards(model, batch, how);
    const share = margins.length / boards;
    const isDecided = batch.headers.map((_, b) => {
      const own = margins.subarray(b * share, (b + 1) * share);
      return batch.isSequential || own.every((margin) => margin >= NEAR_TIE_MARGIN);
    });
    const passes = { forwardPasses, minMargin, isCut: false };
    return { tokens, ...passes, isDecided, logProbs, seconds: seconds() };
  } catch (error) {
    if (!(error instanceof TooManyPasses)) throw error;
    const tokens = new Int32Array(boards * answerTokens);
    const isDecided = batch.headers.map(() => false);
    const cut = { forwardPasses: MOST_PASSES, minMargin: 0, isCut: true };
    return { tokens, ...cut, isDecided, logProbs, seconds: seconds() };
  }
}
