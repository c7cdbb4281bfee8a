/**
 * Shares a data set out over four workers, kills two of them in the middle with SIGKILL, then Redis, and
 * starts it again: every shard has to be there once, and every byte as one process alone writes it.
 * Usage: node killings.mjs [shards] [rows a shard]; REDIS_PATH names another redis-server.
 */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createWarm } from '../warm-lifegpt.mjs';
import { createRedis } from './redis-server.mjs';

const MAIN = resolve(import.meta.dirname, '../../packages/cli/bin/lifegpt.js');
const WORKERS = 4;
/** Seconds after which a killed worker's shard is given to another one. */
const LOCK = '5';

/**
 * Runs it in a folder of its own.
 * @returns {Promise<{ shards: number, killedWorkersAt: number, killedRedisAt: number, doneTwice: number,
 *   faults: string[] }>} the moments in finished shards
 */
export async function runKillings(redisServer, shards, rowsAShard, say = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), 'killings-'));
  const children = new Set();
  mkdirSync(join(folder, 'redis'));
  const redis = await createRedis(redisServer, join(folder, 'redis'));
  const env = { ...process.env, LIFEGPT_REDIS: redis.address };
  const warm = createWarm(folder, env);
  const lifegpt = (...given) => warm.run(given);
  const config = `--rows ${shards * rowsAShard} --rows-per-file ${rowsAShard} --seed 11`.split(' ');

  function startWorker() {
    const given = ['queue', 'worker', 'boards', '--until-done', '--threads', '1', '--lock', LOCK];
    const child = spawn(process.execPath, [MAIN, ...given], { cwd: folder, env });
    const worker = { child, stderr: '', ended: once(child, 'exit') };
    child.stderr.setEncoding('utf8').on('data', (text) => (worker.stderr += text));
    children.add(child);
    return worker;
  }
  const countDone = () =>
    readdirSync(join(folder, 'shared/manifest')).filter((name) => name.endsWith('.json')).length;
  async function untilDone(count) {
    while (countDone() < count) await sleep(20);
    return countDone();
  }

  try {
    const submitted = await lifegpt(
      'queue',
      'submit',
      'dataset',
      'boards',
      '--out',
      'shared',
      ...config,
    );
    if (submitted.code !== 0) throw new Error(submitted.stderr);
    const workers = Array.from({ length: WORKERS }, startWorker);
    const killedWorkersAt = await untilDone(Math.ceil(shards / 4));
    for (const { child } of workers.slice(0, 2)) child.kill('SIGKILL');
    say(`two workers killed when ${killedWorkersAt} shards were done`);
    const killedRedisAt = await untilDone(Math.ceil(shards / 2));
    await redis.kill();
    say(`Redis killed when ${killedRedisAt} shards were done`);
    await sleep(2000);
    await redis.start();
    say('Redis is back');
    const codes = await Promise.all(workers.slice(2).map(({ ended }) => ended));
    const faults = codes
      .filter(([code]) => code !== 0)
      .map(([code]) => `a worker ended with ${code}`);
    faults.push(...(await judge(folder, lifegpt, config, shards)));
    const stderr = workers.map((worker) => worker.stderr).join('');
    const done = stderr.match(/shard \d+ is done/g) ?? [];
    return {
      shards,
      killedWorkersAt,
      killedRedisAt,
      doneTwice: done.length - new Set(done).size,
      faults,
    };
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await warm.stop();
    await redis.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Holds the merged result against what one process alone writes. */
async function judge(folder, lifegpt, config, shards) {
  const faults = [];
  const status = await lifegpt('queue', 'status', 'boards', '--json');
  const { shards: counts } = JSON.parse(status.stdout);
  if (counts.done !== shards || counts.total !== shards) faults.push(`status: ${status.stdout}`);
  const merged = await lifegpt('merge', 'shared');
  if (merged.code !== 0) faults.push(`merge: ${merged.stderr}`);
  const alone = await lifegpt('dataset', 'generate', '--out', 'alone', ...config);
  if (alone.code !== 0) faults.push(`alone: ${alone.stderr}`);
  const [shared, single] = ['shared', 'alone'].map((name) => hashFiles(join(folder, name)));
  const differing = [...new Set([...shared.keys(), ...single.keys()])].filter(
    (name) => shared.get(name) !== single.get(name),
  );
  if (differing.length > 0) faults.push(`these files differ: ${differing.join(', ')}`);
  if (single.size < 2 * shards) faults.push(`only ${single.size} files`);
  return faults;
}

/** Hashes of all files in a folder by their paths. */
function hashFiles(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
        return [path.slice(folder.length + 1), hash];
      }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [shards, rows] = [process.argv[2] ?? 200, process.argv[3] ?? 5000].map(Number);
  const result = await runKillings(
    process.env.REDIS_PATH ?? 'redis-server',
    shards,
    rows,
    console.error,
  );
  console.log(JSON.stringify(result, null, 2));
  process.exitCode = result.faults.length === 0 ? 0 : 1;
}
