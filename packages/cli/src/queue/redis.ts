/** The connection to Redis: found at the start or refused clearly, and kept while it comes and goes. */

import { InputError } from '@lifegpt/core';
import { Redis } from 'ioredis';

/** Where Redis is when nobody says. */
export const DEFAULT_REDIS = 'redis://127.0.0.1:6379';

/** Milliseconds for the first answer. */
const FIRST_ANSWER = 5000;
/** Milliseconds between tries while Redis is away. */
const LONGEST_WAIT = 2000;

/** A connection, and how to end it. */
export interface RedisConnection {
  readonly redis: Redis;
  close(): void;
}

/**
 * Connects.
 * @param patience `forever` waits while Redis is away in the middle of the work, as workers do; `never`
 * lets commands fail
 * @throws InputError when there is no Redis at the address
 */
export async function connectRedis(
  address: string,
  patience: 'forever' | 'never',
  talk: (line: string) => void,
): Promise<RedisConnection> {
  const shown = hidePassword(address);
  let isOpen = false;
  let problem = 'it does not answer';
  const redis = new Redis(address, {
    lazyConnect: true,
    connectTimeout: FIRST_ANSWER,
    maxRetriesPerRequest: patience === 'forever' ? null : 1,
    retryStrategy: (tries) => (isOpen ? Math.min(100 * tries, LONGEST_WAIT) : null),
  });
  redis.on('error', (error: NodeJS.ErrnoException) => (problem = error.code ?? error.message));
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    redis.disconnect();
    const reason = /NOAUTH|WRONGPASS/.exec((error as Error).message)?.[0] ?? problem;
    throw new InputError(
      `there is no Redis at ${shown} (${reason}); start redis-server --appendonly yes, or give --redis`,
    );
  }
  isOpen = true;
  let isAway = false;
  redis.on('close', () => {
    if (!isAway && isOpen) talk(`Redis at ${shown} is away (${problem}); waiting for it`);
    isAway = true;
  });
  redis.on('ready', () => {
    if (isAway) talk(`Redis at ${shown} is back`);
    isAway = false;
  });
  return {
    redis,
    close() {
      isOpen = false;
      redis.disconnect();
    },
  };
}

/** An address as messages may show it. @throws InputError when it is none */
function hidePassword(address: string): string {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    url = new URL('none:');
  }
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') {
    throw new InputError(`--redis needs an address such as ${DEFAULT_REDIS}, not '${address}'`);
  }
  return `${url.protocol}//${url.host}`;
}
