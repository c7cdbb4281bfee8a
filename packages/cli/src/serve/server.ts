/** The HTTP server: routes, limits, and what goes back when something is wrong. */

import { InputError } from '@lifegpt/core';
import { fastify, type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { setMaxListeners } from 'node:events';
import { Readable } from 'node:stream';
import type { AccessCheck } from './access.js';
import type { Asker } from './admission.js';
import {
  complete,
  COMPLETION_SCHEMA,
  formatCompletion,
  streamCompletion,
  type CompletionRequest,
} from './completions.js';
import { formatFailure, RequestFailure } from './failure.js';
import { watchConnections, type Connections } from './connections.js';
import type { OriginCheck } from './origin.js';
import { addPageFiles, type PageFile } from './page-files.js';
import { predict, PREDICTION_SCHEMA, type PredictionRequest } from './predictions.js';
import { findModel, type ServedModel, type Service } from './service.js';
import type { ServiceMetrics } from './service-metrics.js';

/** What the server is made of. */
export interface ServerOptions {
  /** Null where there is only the page. */
  readonly service: Service | null;
  readonly metrics: ServiceMetrics;
  readonly mayAsk: AccessCheck;
  /** From where a browser may ask. */
  readonly origins: OriginCheck;
  /** Proxies whose word for a client's address is taken. */
  readonly proxies: readonly string[];
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
/** Preflight requests of browsers are remembered for so many seconds. */
const PREFLIGHT_AGE = 600;

/** A server that does not listen yet, and its connections. */
export interface Server {
  readonly app: FastifyInstance;
  readonly connections: Connections;
}

/** Makes the server. */
export function createServer(options: ServerOptions): Server {
  const { service, metrics, mayAsk, origins, proxies, page, isHealthy, talk } = options;
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT,
    forceCloseConnections: false, // `connections` does it
    trustProxy: proxies.length === 0 ? false : [...proxies],
    http: { headersTimeout: REQUEST_TIMEOUT, connectionsCheckingInterval: 1000 },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allowUnionTypes: true } },
    frameworkErrors: (error, _request, reply) => void sendFailure(error, reply, talk),
  });
  app.removeContentTypeParser('text/plain');
  const connections = watchConnections(app.server, MOST_CONNECTIONS);
  app.setErrorHandler((error: FastifyError, _request, reply) => sendFailure(error, reply, talk));
  app.setNotFoundHandler((request, reply) => {
    const place = `${request.method} ${request.url.slice(0, 80)}`;
    return reply.code(404).send(formatFailure(404, 'not_found', `there is no ${place} here`));
  });
  app.addHook('onRequest', async (request, reply) => {
    const route = request.routeOptions.url ?? '';
    const isGuarded = route.startsWith('/v1/') || route === '/metrics' || route === '*';
    const other = origins.check(request.headers, isGuarded);
    if (other !== null) {
      void reply.headers({ 'access-control-allow-origin': other, vary: 'origin' });
    }
    if (request.method === 'OPTIONS') return; // a preflight has no token yet
    if (request.method === 'POST') service?.admission.checkShare(nameClient(request.ip));
    if (!isGuarded || route === '*' || mayAsk(request.headers.authorization)) return;
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

  app.options('*', async (_request, reply) =>
    reply
      .code(204)
      .headers({
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'authorization, content-type',
        'access-control-max-age': PREFLIGHT_AGE,
      })
      .send(),
  );
  if (service !== null) addApi(app, service, options);
  app.get('/healthz', async (_request, reply) => {
    if (isHealthy()) return { status: 'ok' };
    const message = 'no inference thread is alive';
    return reply.code(503).send(formatFailure(503, 'unhealthy', message));
  });
  app.get('/metrics', async (_request, reply) => {
    void reply.header('content-type', metrics.contentType);
    return metrics.write();
  });
  addPageFiles(app, page);
  return { app, connections };
}

/** The routes that ask the models. */
function addApi(app: FastifyInstance, service: Service, options: ServerOptions): void {
  app.post<{ Body: CompletionRequest }>(
    '/v1/completions',
    { schema: { body: COMPLETION_SCHEMA } },
    async ({ body }, reply) => {
      const completion = await answerInTime(reply, options, (asker) =>
        complete(service, body, asker),
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
    ({ body }, reply) => answerInTime(reply, options, (asker) => predict(service, body, asker)),
  );
  app.get('/v1/models', async () => ({
    object: 'list',
    data: [...service.models.values()].map((model) => describeModel(model, service)),
  }));
  app.get<{ Params: { model: string } }>('/v1/models/:model', async ({ params }) =>
    describeModel(findModel(service, params.model), service),
  );
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
  work: (asker: Asker) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  setMaxListeners(0, stop.signal); // each of its boards listens
  const leave = (): void => stop.abort(new RequestFailure(400, 'client_left', 'the client left'));
  const timer = setTimeout(() => {
    const message = `there was no answer within ${timeout / 1000} s; try again, or fewer generations`;
    stop.abort(new RequestFailure(503, 'timeout', message, 1));
  }, timeout);
  reply.raw.once('close', leave);
  try {
    return await work({
      client: nameClient(reply.request.ip),
      signal: stop.signal,
      giveWay: (reason) => stop.abort(reason),
    });
  } finally {
    clearTimeout(timer);
    reply.raw.off('close', leave);
  }
}

/** One client: an address, or the network of 2^64 of them that IPv6 gives to one. */
function nameClient(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  if (!plain.includes(':')) return plain;
  const [front = '', back] = plain.split('%')[0]!.split('::');
  const groups = front === '' ? [] : front.split(':');
  const last = back === undefined || back === '' ? [] : back.split(':');
  const zeros = back === undefined ? 0 : Math.max(0, 8 - groups.length - last.length);
  return [...groups, ...Array.from({ length: zeros }, () => '0'), ...last].slice(0, 4).join(':');
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
