/** The HTTP server: routes, limits, and what goes back when something is wrong. */

import { InputError } from '@lifegpt/core';
import { fastify, type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import type { AccessCheck } from './access.js';
import {
  complete,
  COMPLETION_SCHEMA,
  formatCompletion,
  streamCompletion,
  type CompletionRequest,
} from './completions.js';
import { formatFailure, RequestFailure } from './failure.js';
import type { PageFile } from './page-files.js';
import { predict, PREDICTION_SCHEMA, type PredictionRequest } from './predictions.js';
import { findModel, type ServedModel, type Service } from './service.js';
import type { ServiceMetrics } from './service-metrics.js';

/** What the server is made of. */
export interface ServerOptions {
  readonly service: Service;
  readonly metrics: ServiceMetrics;
  readonly mayAsk: AccessCheck;
  readonly page: readonly PageFile[];
  /** Whether requests could be answered now. */
  readonly isHealthy: () => boolean;
  /** Milliseconds for an answer. */
  readonly timeout: number;
  /** Where failures of the server's own are told. */
  readonly talk: (line: string) => void;
}

/** Bytes of a request's body: sixteen prompts of 32x32 boards and room to spare. */
const BODY_LIMIT = 64 * 1024;
/** Milliseconds that a client has for its whole request. */
const REQUEST_TIMEOUT = 10_000;
const MOST_CONNECTIONS = 1024;
/** Threads of the page's WebAssembly need an isolated origin. */
const PAGE_HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cache-control': 'no-cache',
  'x-content-type-options': 'nosniff',
};

/** Makes the server; it does not listen yet. */
export function createServer(options: ServerOptions): FastifyInstance {
  const { service, metrics, mayAsk, page, isHealthy, talk } = options;
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT,
    forceCloseConnections: 'idle',
    http: { headersTimeout: REQUEST_TIMEOUT, connectionsCheckingInterval: 1000 },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allowUnionTypes: true } },
    frameworkErrors: (error, _request, reply) => void sendFailure(error, reply, talk),
  });
  app.removeContentTypeParser('text/plain');
  app.server.maxConnections = MOST_CONNECTIONS;
  app.setErrorHandler((error: FastifyError, _request, reply) => sendFailure(error, reply, talk));
  app.setNotFoundHandler((request, reply) => {
    const place = `${request.method} ${request.url.slice(0, 80)}`;
    return reply.code(404).send(formatFailure(404, 'not_found', `there is no ${place} here`));
  });
  app.addHook('onRequest', async (request, reply) => {
    const route = request.routeOptions.url ?? '';
    const isGuarded = route.startsWith('/v1/') || route === '/metrics';
    if (!isGuarded || mayAsk(request.headers.authorization)) return;
    void reply.header('www-authenticate', 'Bearer');
    throw new RequestFailure(
      401,
      'invalid_api_key',
      'this server wants its token as a Bearer token',
    );
  });
  // a connection that stays open after its answer would keep a closing server waiting
  let isClosing = false;
  app.addHook('preClose', async () => void (isClosing = true));
  app.addHook('onSend', async (_request, reply) => {
    if (isClosing) void reply.header('connection', 'close');
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.countResponse(route, reply.statusCode, reply.elapsedTime / 1000);
  });

  app.post<{ Body: CompletionRequest }>(
    '/v1/completions',
    { schema: { body: COMPLETION_SCHEMA } },
    async ({ body }, reply) => {
      const completion = await answerInTime(reply, options, (signal) =>
        complete(service, body, signal),
      );
      if (body.stream !== true) return formatCompletion(completion);
      const events = streamCompletion(completion, body.stream_options?.include_usage === true);
      return reply
        .headers({ 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
        .send(Readable.from(events));
    },
  );
  app.post<{ Body: PredictionRequest }>(
    '/v1/predict',
    { schema: { body: PREDICTION_SCHEMA } },
    ({ body }, reply) => answerInTime(reply, options, (signal) => predict(service, body, signal)),
  );
  app.get('/v1/models', async () => ({
    object: 'list',
    data: [...service.models.values()].map((model) => describeModel(model, service)),
  }));
  app.get<{ Params: { model: string } }>('/v1/models/:model', async ({ params }) =>
    describeModel(findModel(service, params.model), service),
  );
  app.get('/healthz', async (_request, reply) => {
    if (isHealthy()) return { status: 'ok' };
    const message = 'no inference thread is alive';
    return reply.code(503).send(formatFailure(503, 'unhealthy', message));
  });
  app.get('/metrics', async (_request, reply) => {
    void reply.header('content-type', metrics.contentType);
    return metrics.write();
  });
  for (const file of page) addPageFile(app, file);
  return app;
}

function addPageFile(app: FastifyInstance, { route, type, bytes, tag, open }: PageFile): void {
  app.get(route, async (request, reply) => {
    void reply.headers({ ...PAGE_HEADERS, 'content-type': type, etag: tag });
    if (request.headers['if-none-match'] === tag) return reply.code(304).send();
    return reply.header('content-length', bytes).send(open());
  });
}

function describeModel({ name, config }: ServedModel, { startedAt }: Service): object {
  const { trained_for: trainedFor } = config;
  return {
    id: name,
    object: 'model',
    created: startedAt,
    owned_by: 'lifegpt',
    trained_for: trainedFor,
  };
}

/** Gives up when the time is over, or nobody listens any more. */
async function answerInTime<T>(
  reply: FastifyReply,
  { timeout }: ServerOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const leave = (): void => stop.abort(new RequestFailure(400, 'client_left', 'the client left'));
  const timer = setTimeout(() => {
    const message = `there was no answer within ${timeout / 1000} s; try again, or fewer generations`;
    stop.abort(new RequestFailure(503, 'timeout', message, 1));
  }, timeout);
  reply.raw.once('close', leave);
  try {
    return await work(stop.signal);
  } finally {
    clearTimeout(timer);
    reply.raw.off('close', leave);
  }
}

/** Tells what was wrong with a request; of the server's own faults only that there was one. */
function sendFailure(
  error: FastifyError | Error,
  reply: FastifyReply,
  talk: (line: string) => void,
): FastifyReply {
  const send = (status: number, code: string, message: string): FastifyReply =>
    reply.code(status).send(formatFailure(status, code, message));
  if (error instanceof RequestFailure) {
    if (error.retryAfter !== null) void reply.header('retry-after', error.retryAfter);
    return send(error.status, error.code, error.message);
  }
  if (error instanceof InputError) return send(400, 'bad_input', error.message);
  const { statusCode: status, validation, code, message } = error as Partial<FastifyError>;
  if (validation !== undefined) return send(400, 'bad_request', explainValidation(validation));
  if (status !== undefined && status >= 400 && status < 500) {
    return send(status, (code ?? 'bad_request').toLowerCase(), message ?? 'bad request');
  }
  talk(`a request failed: ${error.stack ?? error.message}`);
  return send(500, 'internal_error', 'the server failed; its log says why');
}

/** Says which field is wrong, and what it may be. */
function explainValidation(validation: NonNullable<FastifyError['validation']>): string {
  const [first] = validation;
  const field = first?.instancePath.slice(1).replaceAll('/', '.') || 'the body';
  const { additionalProperty, allowedValues } = first?.params ?? {};
  if (typeof additionalProperty === 'string') {
    return `there is no field '${additionalProperty.slice(0, 80)}' here; leave it out`;
  }
  const allowed = Array.isArray(allowedValues) ? `: ${JSON.stringify(allowedValues)}` : '';
  return `${field} ${first?.message ?? 'is wrong'}${allowed}`;
}
