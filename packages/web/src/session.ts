/** The worker as the page sees it: started on a device, its models, and what happens when it dies. */

import { connectWorker, type Caller, type CallOptions } from './calls.js';
import type {
  CallName,
  Calls,
  DeviceChoice,
  LoadingEvent,
  ModelCard,
  ModelFiles,
} from './messages.js';

/** A worker that is replaced when the device changes or when it dies. */
export interface Session {
  /** Starts a worker on a device, in place of the one before. */
  start(choice: DeviceChoice): Promise<Calls['start']['result']>;
  /** Opens a model by its name. */
  open(name: string): Promise<{ card: ModelCard; device: string; note: string | null }>;
  /** Keeps a model that was trained here, for this worker and those after it. */
  keep(name: string, files: ModelFiles): void;
  /** Names of the models that were trained here. */
  trained(): readonly string[];
  call<Name extends CallName>(
    name: Name,
    request: Calls[Name]['request'],
    options?: CallOptions<Name>,
  ): Promise<Calls[Name]['result']>;
  /** Ends the worker. */
  stop(): void;
}

/** What a session tells. */
export interface SessionListeners {
  readonly onLoading: (event: LoadingEvent) => void;
  readonly onDeath: (reason: string) => void;
}

/** A session without a worker yet. */
export function createSession({ onLoading, onDeath }: SessionListeners): Session {
  const trained = new Map<string, ModelFiles>();
  let caller: Caller | null = null;

  function call<Name extends CallName>(
    name: Name,
    request: Calls[Name]['request'],
    options?: CallOptions<Name>,
  ): Promise<Calls[Name]['result']> {
    if (caller === null) return Promise.reject(new Error('the worker is not running'));
    return caller.call(name, request, options);
  }

  return {
    async start(choice) {
      caller?.stop('the device was changed');
      const worker = new Worker(new URL('worker.js', import.meta.url), { type: 'module' });
      const own = connectWorker(worker, (reason) => {
        if (caller !== own) return;
        caller = null;
        onDeath(reason);
      });
      caller = own;
      return own.call('start', { device: choice }, { onEvent: onLoading });
    },
    open: (name) =>
      call('open', { name, files: trained.get(name) ?? null }, { onEvent: onLoading }),
    keep: (name, files) => void trained.set(name, files),
    trained: () => [...trained.keys()],
    call,
    stop() {
      caller?.stop('the page ended it');
      caller = null;
    },
  };
}
