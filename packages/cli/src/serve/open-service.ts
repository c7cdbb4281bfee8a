/** Everything of `lifegpt serve` in one piece: opened, listening, and closed again in order. */

import { InputError } from '@lifegpt/core';
import { basename, resolve } from 'node:path';
import { openModelFolder } from '../model-argument.js';
import { createAccessCheck } from './access.js';
import { createAdmission } from './admission.js';
import { createBatchQueue } from './batch-queue.js';
import { startInferencePool } from './inference-pool.js';
import { listPageFiles } from './page-files.js';
import { createServer } from './server.js';
import { createServiceMetrics } from './service-metrics.js';
import type { ServedModel } from './service.js';

/** How to serve. */
export interface ServeOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Shipped models' names, or folders. */
  readonly models: readonly string[];
  readonly token: string | null;
  readonly device: string;
  /** Inference threads. */
  readonly threads: number;
  /** Threads of the runtime in each of them. */
  readonly sessionThreads: number;
  /** Boards under way at most. */
  readonly queue: number;
  /** Milliseconds for an answer. */
  readonly timeout: number;
  readonly talk: (line: string) => void;
}

/** A running service. */
export interface RunningService {
  readonly url: string;
  readonly models: readonly string[];
  readonly device: string;
  /** The built page was found and is at `/`. */
  readonly hasPage: boolean;
  /** Takes no more requests, answers those that it has, stops. */
  close(): Promise<void>;
}

/** More boards a batch gain nothing. */
const LARGEST_BATCH = 64;

/**
 * Opens the service.
 * @throws InputError at a missing model, a missing token, or a port that is taken
 */
export async function openService(options: ServeOptions): Promise<RunningService> {
  const { host, port, token, queue: most, timeout, talk } = options;
  const mayAsk = createAccessCheck(host, token);
  const models = await readModels(options.models);
  const page = await listPageFiles();
  const sources = [...models.values()].map(({ source }) => source);
  const pool = await startInferencePool({ ...options, models: sources });
  const admission = createAdmission(most);
  const queue = createBatchQueue(
    pool,
    ({ model, width, height }) => {
      const boards = Math.floor(pool.tokensAPass[model]! / (width * height));
      return Math.min(Math.max(boards, 1), LARGEST_BATCH);
    },
    (boards) => metrics.countBatch(boards),
  );
  const metrics = createServiceMetrics({
    inside: admission.countInside,
    waiting: queue.countWaiting,
    threads: pool.countAlive,
  });
  const startedAt = Math.floor(Date.now() / 1000);
  const service = { models, device: pool.device, admission, queue, startedAt };
  const isHealthy = (): boolean => pool.countAlive() > 0;
  const app = createServer({ service, metrics, mayAsk, page, isHealthy, timeout, talk });
  try {
    const url = await app.listen({ host, port });
    return {
      url,
      models: [...models.keys()],
      device: pool.device,
      hasPage: page.length > 0,
      async close() {
        await app.close();
        await pool.stop();
      },
    };
  } catch (error) {
    await pool.stop();
    throw explainListening(error as NodeJS.ErrnoException, host, port);
  }
}

/** Reads what the server has to know of the models; the threads read their weights. */
async function readModels(sources: readonly string[]): Promise<Map<string, ServedModel>> {
  const models = new Map<string, ServedModel>();
  for (const source of sources) {
    const { config, tokenizer } = await openModelFolder(source);
    const name = basename(resolve(source)); // clients need not know where it lies
    if (models.has(name)) {
      throw new InputError(`two models are called '${name}'; name each folder differently`);
    }
    models.set(name, { name, source, config, tokenizer });
  }
  return models;
}

function explainListening(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'something else listens there; choose another --port',
    EACCES: 'ports below 1024 need more rights; choose another --port',
    EADDRNOTAVAIL: 'this machine has no such address; choose another --host',
    ENOTFOUND: 'there is no such name; choose another --host',
  };
  const reason = reasons[error.code ?? ''];
  return reason === undefined
    ? error
    : new InputError(`cannot listen on ${host}:${port}: ${reason}`);
}
