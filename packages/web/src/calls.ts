/**
 * Calls across the border between page and worker: a request, any number of events, one result or
 * error; the page can cancel. Both ends are here, since they have to agree.
 */

import type { CallName, Calls } from './messages.js';

type Outgoing =
  | { readonly id: number; readonly name: CallName; readonly request: unknown }
  | { readonly id: number; readonly cancel: true };

type Incoming =
  | { readonly id: number; readonly event: unknown }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string };

/** What a call may be told while it is made. */
export interface CallOptions<Name extends CallName> {
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: Calls[Name]['event']) => void;
}

/** Makes calls; one per worker. */
export interface Caller {
  call<Name extends CallName>(
    name: Name,
    request: Calls[Name]['request'],
    options?: CallOptions<Name>,
  ): Promise<Calls[Name]['result']>;
  /** Ends the worker; calls under way fail with `reason`. */
  stop(reason: string): void;
}

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
  readonly onEvent: ((event: never) => void) | undefined;
}

/** The page's end. `onDeath` is told when the worker dies, out of memory for example. */
export function connectWorker(worker: Worker, onDeath: (reason: string) => void): Caller {
  const pending = new Map<number, Pending>();
  let lastId = 0;

  function failAll(reason: string): void {
    for (const { reject } of pending.values()) reject(new Error(reason));
    pending.clear();
  }

  worker.addEventListener('message', ({ data }: MessageEvent<Incoming>) => {
    const call = pending.get(data.id);
    if (call === undefined) return;
    if ('event' in data) return call.onEvent?.(data.event as never);
    pending.delete(data.id);
    if ('error' in data) call.reject(new Error(data.error));
    else call.resolve(data.result as never);
  });
  worker.addEventListener('error', (event) => {
    const reason = `the worker stopped (${event.message || 'it could not be started'})`;
    event.preventDefault();
    failAll(reason);
    onDeath(reason);
  });

  return {
    call(name, request, { signal, onEvent } = {}) {
      const id = ++lastId;
      const send = (message: Outgoing): void => worker.postMessage(message);
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject, onEvent: onEvent as Pending['onEvent'] });
        signal?.addEventListener('abort', () => send({ id, cancel: true }), { once: true });
        send({ id, name, request });
        if (signal?.aborted === true) send({ id, cancel: true });
      });
    },
    stop(reason) {
      worker.terminate();
      failAll(reason);
    },
  };
}

/** What a handler of a call is given beside its request. */
export interface CallContext<Name extends CallName> {
  readonly signal: AbortSignal;
  readonly emit: (event: Calls[Name]['event']) => void;
}

/** The worker's functions, one a call. */
export type Handlers = {
  readonly [Name in CallName]: (
    request: Calls[Name]['request'],
    context: CallContext<Name>,
  ) => Promise<Calls[Name]['result']>;
};

/** Where calls come in: the worker's global scope. */
export interface CallPort {
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  postMessage(message: unknown): void;
}

/** The worker's end. */
export function serveCalls(port: CallPort, handlers: Handlers): void {
  const running = new Map<number, AbortController>();
  const send = (message: Incoming): void => port.postMessage(message);

  async function run(id: number, name: CallName, request: unknown): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    const handler = handlers[name] as Handlers[CallName] as (
      request: unknown,
      context: CallContext<CallName>,
    ) => Promise<unknown>;
    try {
      const emit = (event: unknown): void => send({ id, event });
      send({ id, result: await handler(request, { signal: controller.signal, emit }) });
    } catch (error) {
      send({ id, error: error instanceof Error ? error.message : String(error) });
    } finally {
      running.delete(id);
    }
  }

  port.addEventListener('message', ({ data }: MessageEvent<Outgoing>) => {
    if ('cancel' in data) running.get(data.id)?.abort();
    else void run(data.id, data.name, data.request);
  });
}
