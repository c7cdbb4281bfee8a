import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { Redis } from 'ioredis';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLifegpt, withoutTimes } from './lifegpt.js';
import { TINY_RECIPE } from './tiny-recipe.js';

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
      `submit dataset boards --out d ${SMALL} --shards 5`,
      /--shards needs a whole number from 1 to 4, not '5'/,
    ],
    ['submit dataset boards --out d --rows 0', /a data set needs a row/],
  ])('refuses %s', (line, message) => {
    const folder = mkdtempSync(join(tmpdir(), 'queue-'));
    const { code, stderr } = runLifegpt(folder, ['queue', ...line.split(' ')]);
    expect(stderr).toMatch(message);
    expect({ code, written: readdirSync(folder) }).toEqual({ code: 2, written: [] });
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
  const lifegpt = (...given: string[]) => {
    const { code, ...output } = runLifegpt(folder, given);
    return { status: code, ...output };
  };
  const queue = (line: string) => lifegpt('queue', ...line.split(' '), '--redis', address);

  it('does the shards of a job, and nothing when it is submitted again', () => {
    expect(JSON.parse(queue(`submit dataset once --out once ${SMALL} --json`).stdout)).toEqual({
      name: 'once',
      shards: 4,
      pieces: 4,
      added: 4,
      retried: 0,
    });
    const worker = queue('worker once --until-done --threads 1 --json');
    expect(JSON.parse(worker.stdout)).toEqual({ name: 'once', shards: 4, failures: 0 });
    const again = JSON.parse(queue(`submit dataset once --out once ${SMALL} --json`).stdout);
    expect(again).toMatchObject({ added: 0, retried: 0 });
    const { status, stdout } = queue('status once --wait --json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      shards: { total: 4, done: 4, active: 0, waiting: 0, failed: 0 },
      work: { unit: 'rows', done: 40, total: 40 },
      failures: [],
    });
    expect(existsSync(join(folder, 'once/dataset.json'))).toBe(true);
  });

  it('says that it waits for a job that is not there yet, and does it then', async () => {
    const words = ['queue', 'worker', 'later', '--until-done', '--redis', address];
    const worker = spawn(process.execPath, [MAIN, ...words], { cwd: folder });
    const ended = once(worker, 'exit');
    const [said] = (await once(worker.stderr.setEncoding('utf8'), 'data')) as [string];
    expect(said).toBe("there is no job 'later' yet; waiting for it, until Ctrl-C\n");
    expect(queue(`submit dataset later --out later ${SMALL}`).status).toBe(0);
    expect((await ended)[0]).toBe(0);
    expect(existsSync(join(folder, 'later/dataset.json'))).toBe(true);
  });

  it('refuses another job of the same name, and forgets one when asked to', () => {
    queue(`submit dataset name --out name ${SMALL}`);
    const other = queue(`submit dataset name --out other ${SMALL} --seed 2`);
    expect(other.status).toBe(2);
    expect(existsSync(join(folder, 'other'))).toBe(false);
    expect(other.stderr).toMatch(/there is another job 'name' \(dataset [0-9a-f]{12}, 4 shards/);
    expect(queue('remove name').status).toBe(0);
    expect(queue('status name').stderr).toMatch(/there is no job 'name'/);
    expect(queue(`submit dataset name --out other ${SMALL} --seed 2`).status).toBe(0);
  });

  it('forgets a name that was taken by a submission that ended before its first shard', async () => {
    const client = new Redis(address);
    const claim = { kind: 'dataset', hash: '0'.repeat(64), shards: 4, folder: '/away' };
    await client.hset('lifegpt:halfway:meta', 'lifegpt:job', JSON.stringify(claim));
    await client.quit();
    expect(queue(`submit dataset halfway --out halfway ${SMALL}`).status).toBe(2);
    expect(queue('remove halfway')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('/away') as string,
    });
    expect(queue('remove halfway').stderr).toMatch(/there is no job 'halfway'/);
    expect(queue(`submit dataset halfway --out halfway ${SMALL}`).status).toBe(0);
  });

  it('tells why shards failed for good, and tries them again when they are submitted again', () => {
    // there are no 100,000 different boards of 3x3
    const line = 'submit dataset broken --out broken --rows 100000 --size 3 --json';
    queue(line);
    expect(queue('worker broken --until-done --threads 1').status).toBe(0);
    const { status, stdout } = queue('status broken');
    expect(status).toBe(1);
    expect(stdout).toMatch(/0 of 1 shard done, 0 running, 0 waiting, 1 failed/);
    expect(stdout).toMatch(/shard 0 failed: after \d+ rows of 100000 for 'train' no new boards/);
    expect(JSON.parse(queue(line).stdout)).toMatchObject({ added: 0, retried: 1 });
    expect(queue('status broken').stdout).toMatch(/1 waiting, 0 failed/);
  });

  it.each([
    ['holds something else', 'elsewhere', 2, /elsewhere holds other things \(letters\.txt\)/],
    [
      'cannot be written',
      'letters.txt/shards',
      1,
      /cannot write .*letters\.txt\/shards: .*ENOTDIR/,
    ],
  ])('a machine whose folder %s leaves the job to the others', (what, out, code, message) => {
    const name = what.split(' ')[0]!;
    mkdirSync(join(folder, 'elsewhere'), { recursive: true });
    writeFileSync(join(folder, 'elsewhere/letters.txt'), 'not ours');
    writeFileSync(join(folder, 'letters.txt'), 'not ours');
    queue(`submit dataset ${name} --out ${name} ${SMALL}`);
    const unfit = queue(`worker ${name} --until-done --threads 1 --out ${out}`);
    expect(unfit.stderr).toMatch(message);
    expect(unfit.status).toBe(code);
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual(['letters.txt']);
    expect(queue(`status ${name}`).stdout).toMatch(/0 of 4 shards done, 0 running, 4 waiting, 0/);
    expect(queue(`worker ${name} --until-done --threads 1`).status).toBe(0);
    expect(queue(`status ${name}`).stdout).toMatch(/4 of 4 shards done/);
    // and a folder that cannot be is refused before there is a job
    const submitted = queue(`submit dataset never-${name} --out ${out} ${SMALL}`);
    expect(submitted.stderr).toMatch(message);
    expect(submitted.status).toBe(code);
    expect(queue(`status never-${name}`).stderr).toMatch(/there is no job/);
  });

  it('writes nothing outside its folder, whatever Redis says', async () => {
    const connection = new Redis(address);
    const outside = join(folder, 'outside');
    const plant = (task: unknown): Promise<unknown> =>
      connection
        .multi()
        .hset('lifegpt:planted:shard-0', {
          name: 'x',
          data: JSON.stringify(task),
          opts: JSON.stringify({ attempts: 1 }),
          timestamp: Date.now(),
          delay: 0,
          priority: 0,
        })
        .lpush('lifegpt:planted:wait', 'shard-0')
        .exec();
    const ablation = {
      name: 'a',
      question: 'q',
      seeds: [1],
      recipe: TINY_RECIPE,
      arms: [{ name: '../../../outside/arm', change: { steps: 1 } }],
    };
    const config = {
      format_version: 1,
      seed: 1,
      format: '/../../../outside/x',
      rows: { train: 1, validation: 0, test: 0 },
      rows_per_file: 1,
      states: 2,
      densities: [[0, 1]],
      sizes: [{ weight: 1, height: [4, 4], width: [4, 4] }],
      rules: ['B3/S23'],
      topologies: ['T'],
    };
    const shard = { index: 0, count: 1 };
    mkdirSync(join(folder, 'inside'), { recursive: true });
    const inside = join(folder, 'inside/results');
    for (const [task, message] of [
      [null, /it is null; expected an object/],
      [{ kind: 'ablate', job: { ablation, device: 'cpu' }, folder: inside, shard }, /"arms"/],
      [{ kind: 'dataset', job: config, folder: inside, shard }, /"format" is/],
      [
        { kind: 'dataset', job: { ...config, format: 'csv', states: 1e9 }, folder: inside, shard },
        /"states" is 1000000000; expected a whole number from 2 to 10000/,
      ],
      [
        { kind: 'dataset', job: { ...config, format: 'csv' }, folder: outside, shard },
        /outside", which is not below .*inside, where this worker was started/,
      ],
      [
        { kind: 'dataset', job: config, folder: inside, shard: { index: 3, count: 2 } },
        /shard 3 of 2 cannot be/,
      ],
    ] as const) {
      await plant(task);
      const line = `queue worker planted --until-done --threads 1 --redis ${address}`;
      const { stderr } = runLifegpt(join(folder, 'inside'), line.split(' '));
      expect(stderr).toMatch(message);
      expect(existsSync(outside)).toBe(false);
      expect(readdirSync(join(folder, 'inside'))).toEqual([]);
      await connection.flushall();
    }
    await connection.quit();
  }, 60_000);

  it('gives a name to one of two jobs that want it at the same moment', async () => {
    const submit = async (seed: number): Promise<number | null> => {
      const line = `submit dataset race --out race-${seed} ${SMALL} --seed ${seed}`;
      const given = [MAIN, 'queue', ...line.split(' ')];
      const child = spawn(process.execPath, given, { cwd: folder, env: env() });
      const [code] = (await once(child, 'exit')) as [number | null];
      return code;
    };
    const codes = await Promise.all([1, 2, 3].map(submit));
    expect(codes.toSorted()).toEqual([0, 2, 2]);
    const status = JSON.parse(queue('status race --json').stdout) as { folder: string };
    expect(status.folder).toBe(join(folder, `race-${codes.indexOf(0) + 1}`));
    expect(queue('worker race --until-done --threads 1').status).toBe(0);
  });

  it('gives a shard back when its worker is stopped', async () => {
    queue(
      'submit dataset long --out long --rows 4000000 --rows-per-file 4000000 --size 32 --format csv',
    );
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

  it('does evaluations: the merged result is that of one machine, and workers without the model stand back', () => {
    const zoo = resolve(import.meta.dirname, '../../model/zoo/life');
    cpSync(zoo, join(folder, 'own'), { recursive: true });
    const asked = '--model own --fresh 100 --size 16,32 --temperature 0,30';
    const submitted = queue(`submit eval trial --out trial ${asked} --shards 3 --json`);
    expect(JSON.parse(submitted.stdout)).toMatchObject({ shards: 3, pieces: 3, added: 3 });
    // this machine has no such model, the next one another of the same name
    renameSync(join(folder, 'own'), join(folder, 'away'));
    const without = queue('worker trial --until-done');
    expect(without.stderr).toMatch(/error: 'own' is neither a shipped model/);
    expect(without.status).toBe(2);
    cpSync(join(folder, 'away'), join(folder, 'own'), { recursive: true });
    const config = join(folder, 'own/config.json');
    writeFileSync(config, `${readFileSync(config, 'utf8')}\n`);
    const other = queue('worker trial --until-done');
    expect(other.stderr).toMatch(/other weights for model own than the job was made with/);
    expect(other.status).toBe(2);
    expect(existsSync(join(folder, 'trial/pieces'))).toBe(false);
    rmSync(join(folder, 'own'), { recursive: true });
    renameSync(join(folder, 'away'), join(folder, 'own'));

    const worked = queue('worker trial --until-done --json');
    expect(JSON.parse(worked.stdout)).toMatchObject({ shards: 3, failures: 0 });
    expect(JSON.parse(queue('status trial --json').stdout)).toMatchObject({
      kind: 'eval',
      shards: { total: 3, done: 3 },
      work: { unit: 'boards', done: 100, total: 100 },
    });
    const merged = lifegpt('merge', 'trial', '--json').stdout;
    const alone = lifegpt('eval', ...asked.split(' '), '--json').stdout;
    expect(withoutTimes(merged)).toBe(withoutTimes(alone));
    expect(lifegpt('merge', 'trial', '--require-exact').status).toBe(1); // it is hot
  });

  it('does ablations, a shard a training', () => {
    const recipe = { ...TINY_RECIPE, steps: 20 };
    const arms = [{ name: 'narrow', change: {} }];
    const ablation = { name: 'tiny', question: 'Why?', seeds: [1, 2], recipe, arms };
    writeFileSync(join(folder, 'tiny.json'), JSON.stringify(ablation));
    expect(JSON.parse(queue('submit ablate arms tiny.json --out arms --json').stdout)).toEqual({
      name: 'arms',
      shards: 2,
      pieces: 2,
      added: 2,
      retried: 0,
    });
    expect(queue('worker arms --until-done').status).toBe(0);
    const trained = lifegpt('merge', 'arms', '--json');
    expect(JSON.parse(trained.stdout)).toMatchObject({ runs: 2, finished: 2 });
  });
});
