/**
 * Runs the commands that the pages of docs/ show, each page in a folder of its own: every line of its
 * ```sh blocks has to end with exit code 0. A ```json block with a name is a file that the page tells to save. What
 * takes a minute stands in ```sh minute blocks.
 */

import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRedis } from '../queue/redis-server.mjs';
import { startService } from '../serve/service.mjs';
import { createWarm } from '../warm-lifegpt.mjs';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const docs = join(root, 'docs');
const redisServer = process.env.REDIS_PATH;
/** Where the pages say that the service listens. */
const SHOWN_ADDRESS = 'http://127.0.0.1:8080';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docs-'));
  // as `npm install lifegpt` leaves it
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{}');
  symlinkSync(join(root, 'packages/cli/bin/lifegpt.js'), join(folder, 'node_modules/.bin/lifegpt'));
});
/** npx takes what is installed; it asks no registry for what is not. */
const OFFLINE = { ...process.env, npm_config_offline: 'true' };
afterEach(() => rmSync(folder, { recursive: true }));

/** The blocks of a page in its order: `{ language, name, text }`. */
function readBlocks(page) {
  const text = readFileSync(join(docs, page), 'utf8');
  return [...text.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(
    ([, language, name, body]) => ({ language, name, text: body }),
  );
}

/** Blocks that need Redis run where there is one; those that take a minute, in `npm run test:slow`. */
function isRun(name, env) {
  if (name === 'redis') return env.LIFEGPT_REDIS !== undefined;
  return name !== 'minute' || process.env.LIFEGPT_SLOW_TESTS !== undefined;
}

/** The words of a line that a shell hands on as they stand, to `lifegpt` alone; null of others. */
const readPlainLine = (line) =>
  /^npx lifegpt( [\w./:,=+-]+)+$/.test(line) ? line.split(' ').slice(2) : null;

/** Runs a page; returns the lines that were run. */
async function runPage(page, more = {}, change = (line) => line) {
  const ran = [];
  const bin = join(folder, 'node_modules/.bin');
  const env = { ...OFFLINE, PATH: `${bin}:${OFFLINE.PATH}`, ...more };
  const warm = createWarm(folder, env);
  /** What a shell would only hand on goes to the process that stays, but for the first line of the page: npx is tried once. */
  async function runLine(line) {
    const given = ran.length === 0 ? null : readPlainLine(line);
    if (given !== null) {
      const { code, stderr } = await warm.run(given);
      if (code !== 0) throw new Error(`${page}: ${line}\nexit code ${code}\n${stderr}`);
      return;
    }
    const typed = ran.length === 0 ? line : line.replaceAll('npx lifegpt', 'lifegpt');
    await run('bash', ['-c', typed], { cwd: folder, env }).catch(({ message, stderr }) => {
      throw new Error(`${page}: ${line}\n${message}\n${stderr}`);
    });
  }
  try {
    for (const { language, name, text } of readBlocks(page)) {
      if (language === 'json' && name !== undefined) writeFileSync(join(folder, name), text);
      if (language !== 'sh' || !isRun(name, more)) continue;
      for (const line of text.trim().split('\n').map(change).filter(Boolean)) {
        await runLine(line);
        ran.push(line);
      }
    }
  } finally {
    await warm.stop();
  }
  return ran;
}

describe('docs', () => {
  it('guide.md: what it shows can be done', async () => {
    expect((await runPage('guide.md')).length).toBeGreaterThanOrEqual(12);
  }, 900_000);

  it('serve.md: what it shows is answered', async () => {
    const service = await startService();
    const change = (line) =>
      line.startsWith('npx lifegpt serve') ? '' : line.replace(SHOWN_ADDRESS, service.url);
    try {
      expect(await runPage('serve.md', {}, change)).toHaveLength(6);
    } finally {
      await service.stop();
    }
  }, 900_000);

  it('many-machines.md: what it shows can be done, with a queue where there is Redis', async () => {
    mkdirSync(join(folder, 'redis'));
    const redis =
      redisServer === undefined ? null : await createRedis(redisServer, join(folder, 'redis'));
    try {
      const env = redis === null ? {} : { LIFEGPT_REDIS: redis.address };
      expect(await runPage('many-machines.md', env)).toHaveLength(redis === null ? 6 : 11);
    } finally {
      await redis?.stop();
    }
  }, 900_000);

  it('links to files that are there, as ARCHITECTURE.md and the packages do', () => {
    const listPages = (below) =>
      readdirSync(join(root, below))
        .filter((name) => name.endsWith('.md'))
        .map((name) => join(below, name));
    const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`);
    const pages = ['.', 'docs', 'examples', ...packages].flatMap(listPages);
    expect(pages.length).toBeGreaterThan(20);
    for (const page of pages) {
      const text = readFileSync(join(root, page), 'utf8');
      for (const [, link] of text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
        const target = join(root, page, '..', link);
        expect(() => readFileSync(target), `${page} links to ${link}`).not.toThrow();
      }
    }
  });
});

describe('docs/examples', () => {
  it('the Slurm script does its task of the array', async () => {
    const env = {
      SLURM_ARRAY_TASK_ID: '1',
      SLURM_ARRAY_TASK_COUNT: '2',
      SLURM_ARRAY_TASK_MIN: '0',
    };
    await run('bash', [join(docs, 'examples/dataset.sbatch')], {
      cwd: folder,
      env: { ...OFFLINE, ...env, OUT: 'boards', ROWS: '100' },
    });
    // two files: the rows for training, and those for testing, which are the second task's
    expect(readdirSync(join(folder, 'boards/data'))).toEqual(['test-00000-of-00001.parquet']);
  }, 900_000);

  it('the Kubernetes Job tells its pods how many there are', () => {
    const job = readFileSync(join(docs, 'examples/dataset-job.yaml'), 'utf8');
    const completions = /^ {2}completions: (\d+)$/m.exec(job)[1];
    expect(job).toContain(`- name: JOB_COMPLETIONS\n              value: '${completions}'`);
    expect(job).toContain('completionMode: Indexed');
  });
});
