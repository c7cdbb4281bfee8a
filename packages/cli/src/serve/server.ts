/** The HTTP server: routes, limits, and what goes back when something is wrong. */

import { InputError } from '@lifegpt/core';
import { fastify, type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { AccessCheck } from './access.js';
import type { Asker } from './admission.js';
import { createBackOff } from './back-off.js';
import { complete, formatCompletion, streamCompletion } from './completions.js';
import { COMPLETION_SCHEMA, type CompletionRequest } from './completion-request.js';
import { formatFailure, RequestFailure } from './failure.js';
import { watchConnections, type Connections } from './connections.js';
import type { OriginCheck } from './origin.js';
import { addPageFiles, type PageFile } from './page-files.js';
import { predict, PREDICTION_SCHEMA, type PredictionRequest } from './predictions.js';
import { findModel, type ServedModel, type Service } from './service.js';
import type { ServiceMetrics } from './service-metrics.js';
import { createTurns } from './turns.js';

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
/** Bytes up to which a body is read at once: a board or two. */
const LIGHT_BODY = 4096;
/** Milliseconds that a client has for its whole request. */
const REQUEST_TIMEOUT = 10_000;
const MOST_CONNECTIONS = 1024;
/** Preflight requests of browsers are remembered for so many seconds. */
const PREFLIGHT_AGE = 600;
/** The headers of a request that are read. */
const OWN_HEADERS = 'authorization, content-type';
/** A list of headers' names. */
const HEADER_NAMES = /^[\w-]+( *, *[\w-]+){0,31}$/;

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
    clientErrorHandler: refuseNoHttp,
  });
  app.removeContentTypeParser('text/plain');
  const connections = watchConnections(app.server, MOST_CONNECTIONS);
  const backOff = createBackOff();
  const takeTurn = createTurns();
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof RequestFailure && error.status === 429) {
      backOff.refuse(nameClient(request.ip), error.retryAfter ?? 0);
    }
    return sendFailure(error, reply, talk);
  });
  app.setNotFoundHandler((request, reply) => {
    const place = `${request.method} ${request.url.slice(0, 80)}`;
    const allowed = listMethods(app, request.url);
    if (allowed.length === 0) {
      return reply.code(404).send(formatFailure(404, 'not_found', `there is no ${place} here`));
    }
    const message = `there is no ${place}; ask with ${allowed.join(' or ')}`;
    return reply
      .code(405)
      .header('allow', allowed.join(', '))
      .send(formatFailure(405, 'method_not_allowed', message));
  });
  app.addHook('onRequest', async (request, reply) => {
    const route = request.routeOptions.url ?? '';
    const isGuarded = route.startsWith('/v1/') || route === '/metrics' || route === '*';
    const other = origins.check(request.headers, isGuarded);
    if (other !== null) {
      void reply.headers({
        'access-control-allow-origin': other,
        'access-control-expose-headers': 'retry-after',
        vary: 'origin',
      });
    }
    if (request.method === 'OPTIONS') return; // a preflight has no token yet
    if (request.method === 'POST') {
      await backOff.wait(nameClient(request.ip));
      service?.admission.checkShare(nameClient(request.ip));
      if (Number(request.headers['content-length'] ?? Infinity) > LIGHT_BODY) await takeTurn();
    }
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
  app.addHook('preClose', async () => {
    isClosing = true;
    backOff.end();
  });
  app.addHook('onSend', async (_request, reply) => {
    if (isClosing) void reply.header('connection', 'close');
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.countResponse(route, reply.statusCode, reply.elapsedTime / 1000);
  });

  app.options('*', async (request, reply) => {
    const asked = request.headers['access-control-request-headers'] ?? '';
    return reply
      .code(204)
      .headers({
        'access-control-allow-methods': 'GET, POST',
        // clients of OpenAI's API send several of their own, which say nothing here
        'access-control-allow-headers': HEADER_NAMES.test(asked) ? asked : OWN_HEADERS,
        'access-control-max-age': PREFLIGHT_AGE,
      })
      .send();
  });
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

/** The methods that a path is answered with. */
function listMethods(app: FastifyInstance, url: string): string[] {
  const path = url.split('?')[0]!;
  const route = /^\/v1\/models\/[^/]+$/.test(path) ? '/v1/models/:model' : path;
  return (['GET', 'POST'] as const).filter((method) => app.hasRoute({ method, url: route }));
}

/** Answers what is no HTTP, and whoever takes too long to say what he wants, in the form of all other failures. */
function refuseNoHttp(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy(error);
  const [status, reason, code, message] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? [408, 'Request Timeout', 'request_timeout', 'the request did not arrive in time']
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? [431, 'Request Header Fields Too Large', 'headers_too_large', 'the headers are too long']
        : [400, 'Bad Request', 'bad_http', 'this is no request of HTTP/1.1'];
  const body = JSON.stringify(formatFailure(status as number, code as string, message as string));
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
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
  const send = (
    status: number,
    code: string,
    message: string,
    param: string | null = null,
  ): FastifyReply => reply.code(status).send(formatFailure(status, code, message, param));
  if (error instanceof RequestFailure) {
    if (error.retryAfter !== null) void reply.header('retry-after', error.retryAfter);
    return send(error.status, error.code, error.message, error.param);
  }
  if (error instanceof InputError) return send(400, 'bad_input', error.message);
  const { statusCode: status, validation, code, message } = error as Partial<FastifyError>;
  if (validation !== undefined) {
    const { text, param } = explainValidation(validation);
    return send(400, 'bad_request', text, param);
  }
  if (status !== undefined && status >= 400 && status < 500) {
    return send(status, (code ?? 'bad_request').toLowerCase(), message ?? 'bad request');
  }
  talk(`a request failed: ${error.stack ?? error.message}`);
  return send(500, 'internal_error', 'the server failed; its log says why');
}

/** Says which field is wrong, and what it may be. */
function explainValidation(validation: NonNullable<FastifyError['validation']>): {
  readonly text: string;
  readonly param: string | null;
} {
  const [first] = validation;
  const path = first?.instancePath.slice(1).replaceAll('/', '.') ?? '';
  const field = path || 'the body';
  const { additionalProperty, allowedValues, missingProperty } = first?.params ?? {};
  if (typeof additionalProperty === 'string') {
    const name = [path, additionalProperty.slice(0, 80)].filter(Boolean).join('.');
    return { text: `there is no field '${name}' here; leave it out`, param: name };
  }
  const allowed = Array.isArray(allowedValues) ? `: ${JSON.stringify(allowedValues)}` : '';
  const text = `${field} ${first?.message ?? 'is wrong'}${allowed}`;
  return { text, param: typeof missingProperty === 'string' ? missingProperty : path || null };
}
