/** Everything of `lifegpt serve` in one piece: opened, listening, and closed again in order. */

import { InputError } from '@lifegpt/core';
import { isLocationConfig } from '@lifegpt/model';
import { basename, resolve } from 'node:path';
import { openModelFolder } from '../model-argument.js';
import { ONNXRUNTIME_VERSION, VERSION } from '../version.js';
import { createAccessCheck } from './access.js';
import { createAdmission } from './admission.js';
import { kindOfChoice } from './choose-apart.js';
import { createBatchQueue, type BoardQuestion } from './batch-queue.js';
import { startInferencePool } from './inference-pool.js';
import { createOriginCheck } from './origin.js';
import { listPageFiles } from './page-files.js';
import { createCostMeter } from './cost-meter.js';
import { costOf, sequentialCostOf } from './request-cost.js';
import { createServer } from './server.js';
import { createServiceMetrics, type BuildInfo, type ServiceMetrics } from './service-metrics.js';
import type { ServedModel, Service } from './service.js';
import { createSlowLane } from './slow-lane.js';

/** How to serve. */
export interface ServeOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Shipped models' names, or folders; none for the page alone. */
  readonly models: readonly string[];
  /** The folder of the page; the built one when left out. */
  readonly page?: string | undefined;
  /** Names besides its own that the server is reached by. */
  readonly names: readonly string[];
  /** Origins of other sites whose pages may ask. */
  readonly cors: readonly string[];
  /** Proxies whose word for a client's address is taken. */
  readonly proxies: readonly string[];
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
  /** Milliseconds that requests under way have when the service ends. */
  readonly grace: number;
  readonly talk: (line: string) => void;
}

/** A running service. */
export interface RunningService {
  readonly url: string;
  readonly models: readonly string[];
  readonly device: string;
  /** The built page was found and is at `/`. */
  readonly hasPage: boolean;
  /** Takes no more requests, answers those that it has within the grace period, stops. */
  close(): Promise<void>;
}

/** More boards a batch gain nothing. */
const LARGEST_BATCH = 64;

/**
 * Opens the service.
 * @throws InputError at a missing model, a missing token, or a port that is taken
 */
export async function openService(options: ServeOptions): Promise<RunningService> {
  const { host, port, token, names, cors, proxies, timeout, grace, talk } = options;
  const mayAsk = createAccessCheck(host, token);
  const origins = createOriginCheck({ host, hasToken: token !== null, names, cors });
  const models = await readModels(options.models);
  const page = await listPageFiles(options.page);
  const inference = models.size === 0 ? null : await openInference(options, models);
  const { metrics, isHealthy } = inference ?? {
    metrics: createServiceMetrics(
      { inside: none, waiting: none, threads: none },
      describeBuild('none'),
    ),
    isHealthy: () => true,
  };
  const service = inference?.service ?? null;
  const guards = { mayAsk, origins, proxies };
  const { app, connections } = createServer({
    service,
    metrics,
    ...guards,
    page,
    isHealthy,
    timeout,
    talk,
  });
  try {
    const url = await app.listen({ host, port });
    return {
      url,
      models: [...models.keys()],
      device: service?.device ?? 'none',
      hasPage: page.length > 0,
      async close() {
        const closing = app.close();
        connections.closeIdle();
        const impatience = setTimeout(() => connections.closeAll(), grace);
        await closing;
        clearTimeout(impatience);
        await inference?.stop(LAST_PATIENCE);
      },
    };
  } catch (error) {
    await inference?.stop(LAST_PATIENCE);
    throw explainListening(error as NodeJS.ErrnoException, host, port);
  }
}

const none = (): number => 0;

const describeBuild = (device: string): BuildInfo => ({
  version: VERSION,
  onnxruntime: ONNXRUNTIME_VERSION,
  device,
});

/** Milliseconds that threads have to end when nobody waits for them any more. */
const LAST_PATIENCE = 500;

/** What answers: the threads, and the queues before them. */
interface Inference {
  readonly service: Service;
  readonly metrics: ServiceMetrics;
  isHealthy(): boolean;
  stop(patience: number): Promise<void>;
}

async function openInference(
  options: ServeOptions,
  models: ReadonlyMap<string, ServedModel>,
): Promise<Inference> {
  const { device, sessionThreads, queue: most, talk } = options;
  const sources = [...models.values()].map(({ source }) => source);
  /** Those that decode by a plan, in milliseconds; a thread more is kept for that, and what takes long has the others. */
  const plannedModels = new Set(
    [...models.values()]
      .filter(({ config }) => isLocationConfig(config))
      .map(({ source }) => source),
  );
  const threads = options.threads + (plannedModels.size > 0 && device !== 'webgpu' ? 1 : 0);
  const pool = await startInferencePool({ ...options, threads, models: sources });
  const isHeavy = ({ model, choice, plan }: BoardQuestion): boolean =>
    !plannedModels.has(model) || kindOfChoice(choice) === 'logits' || !pool.isReady(plan);
  const slowLane = createSlowLane({ models: sources, device, sessionThreads, talk });
  const admission = createAdmission(most);
  const meter = createCostMeter<BoardQuestion>(costOf);
  const queue = createBatchQueue(pool, {
    boardsABatch({ model, width, height }) {
      const boards = Math.floor(pool.tokensAPass[model]! / (width * height));
      return Math.min(Math.max(boards, 1), LARGEST_BATCH);
    },
    costOf: meter.expect,
    isHeavy,
    mostHeavy: options.threads,
    onBatch: (boards) => metrics.countBatch(boards),
    onDone: meter.learn,
  });
  const slowQueue = createBatchQueue(slowLane, {
    boardsABatch: () => 1,
    costOf: sequentialCostOf,
    isSequential: true,
  });
  const metrics = createServiceMetrics(
    {
      inside: admission.countInside,
      waiting: () => queue.countWaiting() + slowQueue.countWaiting(),
      threads: pool.countAlive,
    },
    describeBuild(pool.device),
  );
  const startedAt = Math.floor(Date.now() / 1000);
  return {
    service: {
      models,
      device: pool.device,
      admission,
      queue,
      slowQueue,
      countTokens: metrics.countTokens,
      startedAt,
    },
    metrics,
    isHealthy: () => pool.countAlive() > 0,
    async stop(patience) {
      await Promise.all([pool.stop(patience), slowLane.stop(patience)]);
    },
  };
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
