import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MAIN = resolve(import.meta.dirname, '../bin/lifegpt.js');
const redisServer = process.env['REDIS_PATH'];
const SMALL = '--rows 40 --rows-per-file 10 --size 6 --format csv';

describe('lifegpt queue without Redis', () => {
  it.each([
    [
      'status boards --redis redis://127.0.0.1:1',
      /no Redis at redis:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\)/,
    ],
    ['status boards --redis localhost', /--redis needs an address such as .*, not 'localhost'/],
    ['status a:b', /'a:b' is no name of a job/],
    [
      `submit boards --out d ${SMALL} --shards 5`,
      /--shards needs a whole number from 1 to 4, not '5'/,
    ],
    ['submit boards --out d --rows 0', /a data set needs a row/],
  ])('refuses %s', (line, message) => {
    const folder = mkdtempSync(join(tmpdir(), 'queue-'));
    const { status, stderr } = spawnSync(process.execPath, [MAIN, 'queue', ...line.split(' ')], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stderr).toMatch(message);
    expect({ status, written: readdirSync(folder) }).toEqual({ status: 2, written: [] });
    rmSync(folder, { recursive: true });
  });
});

describe.skipIf(redisServer === undefined)('lifegpt queue', () => {
  let folder: string;
  let redis: ChildProcess;
  let address: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'queue-'));
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    address = `redis://127.0.0.1:${port}`;
    redis = spawn(redisServer!, `--port ${port} --bind 127.0.0.1 --save`.split(' ').concat(''), {
      cwd: folder,
    });
    let log = '';
    for await (const text of redis.stdout!.setEncoding('utf8')) {
      log += String(text);
      if (log.includes('Ready to accept connections')) break;
    }
  });
  afterAll(async () => {
    const ended = once(redis, 'exit');
    redis.kill();
    await ended;
    rmSync(folder, { recursive: true });
  });
  const env = () => ({ ...process.env, LIFEGPT_REDIS: address });
  const queue = (line: string) => {
    const given = [MAIN, 'queue', ...line.split(' ')];
    return spawnSync(process.execPath, given, { cwd: folder, env: env(), encoding: 'utf8' });
  };

  it('does the shards of a job, and nothing when it is submitted again', () => {
    expect(JSON.parse(queue(`submit once --out once ${SMALL} --json`).stdout)).toEqual({
      name: 'once',
      shards: 4,
      files: 4,
      added: 4,
      retried: 0,
    });
    const worker = queue('worker once --until-done --threads 1 --json');
    expect(JSON.parse(worker.stdout)).toEqual({ name: 'once', shards: 4, failures: 0 });
    const again = JSON.parse(queue(`submit once --out once ${SMALL} --json`).stdout);
    expect(again).toMatchObject({ added: 0, retried: 0 });
    const { status, stdout } = queue('status once --wait --json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      shards: { total: 4, done: 4, active: 0, waiting: 0, failed: 0 },
      rows: { done: 40, total: 40 },
      failures: [],
    });
    expect(existsSync(join(folder, 'once/dataset.json'))).toBe(true);
  });

  it('refuses another job of the same name, and forgets one when asked to', () => {
    queue(`submit name --out name ${SMALL}`);
    const other = queue(`submit name --out other ${SMALL} --seed 2`);
    expect(other.status).toBe(2);
    expect(other.stderr).toMatch(/there is another job 'name' \(config [0-9a-f]{12}, 4 shards/);
    expect(queue('remove name').status).toBe(0);
    expect(queue('status name').stderr).toMatch(/there is no job 'name'/);
    expect(queue(`submit name --out other ${SMALL} --seed 2`).status).toBe(0);
  });

  it('tells why shards failed for good, and tries them again when they are submitted again', () => {
    queue(`submit broken --out broken ${SMALL}`);
    // as on a machine whose folder holds something else
    mkdirSync(join(folder, 'elsewhere'));
    writeFileSync(join(folder, 'elsewhere/letters.txt'), 'not ours');
    queue('worker broken --until-done --threads 1 --out elsewhere');
    const { status, stdout } = queue('status broken');
    expect(status).toBe(1);
    expect(stdout).toMatch(/0 of 4 shards done, 0 running, 0 waiting, 4 failed/);
    expect(stdout).toMatch(/shard 0 failed: .*elsewhere holds other things \(letters\.txt\)/);
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual(['letters.txt']);
    expect(queue(`submit broken --out broken ${SMALL}`).stdout).toMatch(/0 added, 4 tried again/);
    expect(queue('worker broken --until-done --threads 1').status).toBe(0);
    expect(queue('status broken').status).toBe(0);
  });

  it('gives a shard back when its worker is stopped', async () => {
    queue('submit long --out long --rows 4000000 --rows-per-file 4000000 --size 32 --format csv');
    const worker = spawn(process.execPath, [MAIN, 'queue', 'worker', 'long', '--threads', '1'], {
      cwd: folder,
      env: env(),
    });
    const ended = once(worker, 'exit');
    while (!queue('status long').stdout.includes('1 running')) await new Promise(setImmediate);
    worker.kill('SIGTERM');
    expect((await ended)[0]).toBe(130);
    expect(JSON.parse(queue('status long --json').stdout)).toMatchObject({
      shards: { total: 1, done: 0, active: 0, waiting: 1, failed: 0 },
    });
    // what was half written is gone
    expect(readdirSync(join(folder, 'long/data'))).toEqual([]);
  });
});
