/** A job's queue for a command: its options, opening it, closing it behind the work. */

import { InputError } from '@lifegpt/core';
import type { Command } from 'commander';
import type { Redis } from 'ioredis';
import type { CommandContext } from '../context.js';
import { connectRedis, DEFAULT_REDIS } from './redis.js';
import { checkJobName, openShardQueue, type ShardQueue } from './shard-job.js';

/** What all commands of the queue take. */
export interface QueueFlags {
  readonly redis?: string;
  readonly json?: boolean;
}

/** Adds what all commands of the queue take. */
export function addQueueOptions(command: Command): Command {
  return command
    .argument('<name>', 'name of the job')
    .option('--redis <address>', `Redis (else LIFEGPT_REDIS, else ${DEFAULT_REDIS})`);
}

/** Opens a job's queue, and closes it behind the work. @throws InputError when Redis is away */
export async function withQueue<T>(
  name: string,
  { redis: asked }: QueueFlags,
  { env, talk }: CommandContext,
  patience: 'forever' | 'never',
  work: (queue: ShardQueue, redis: Redis) => Promise<T>,
): Promise<T> {
  checkJobName(name);
  const address = asked ?? env['LIFEGPT_REDIS'] ?? DEFAULT_REDIS;
  const connection = await connectRedis(address, patience, talk);
  const queue = openShardQueue(connection.redis, name);
  queue.on('error', () => {}); // the connection tells
  try {
    return await work(queue, connection.redis);
  } catch (error) {
    throw explainLostRedis(error, address);
  } finally {
    await queue.close().catch(() => {});
    connection.close();
  }
}

function explainLostRedis(error: unknown, address: string): unknown {
  const isLost =
    error instanceof Error && /max retries|Connection is closed|ECONN/i.test(error.message);
  if (!isLost) return error;
  return new InputError(
    `Redis at ${new URL(address).host} went away (${error.message}); start it and try again`,
  );
}
