/**
 * All attacks that SECURITY.md speaks of: changed files of every format that the product reads, malformed requests, and the
 * end of the service among half-open connections. None may crash, hang, end with another exit code than bad input has, or
 * write outside its folder. The same count and seed are the same attack.
 * Usage: node attack.mjs [mutations] [seed] [requests]
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { openStream } from '@lifegpt/core';
import { measureEnd } from '../serve/ending.mjs';
import { fuzz } from '../serve/fuzz.mjs';
import { loadBuilt } from './built.mjs';
import { writeSamples } from './samples.mjs';

const WORKER = fileURLToPath(new URL('worker.mjs', import.meta.url));
const { runProgram } = await loadBuilt('program.js');
/** Seconds of a processor that a reading may take. */
const MOST_SECONDS = 2;
/** Seconds after which a reading hangs, however busy the machine is. */
const PATIENCE = 60;
/** Readings of a process, so that what they leave behind does not add up. */
const READINGS = 1000;
const CANARY = 'precious';

/**
 * Reads changed files.
 * @param {number} count
 * @param {number} seed
 * @param {(done: number) => void} onDone
 */
export async function attackFiles(count, seed, onDone = () => {}) {
  const workers = Math.min(availableParallelism(), Math.ceil(count / READINGS));
  const ends = await Promise.all(
    Array.from({ length: workers }, (_, w) => attackAsOne({ count, seed, w, workers, onDone })),
  );
  const figures = {};
  for (const { formats } of ends) {
    for (const [name, counts] of Object.entries(formats)) {
      figures[name] ??= {};
      for (const [end, n] of Object.entries(counts)) {
        figures[name][end] = (figures[name][end] ?? 0) + n;
      }
    }
  }
  return { mutations: count, seed, formats: figures, faults: ends.flatMap(({ faults }) => faults) };
}

/** Every `workers`-th reading, in a sandbox of its own. */
async function attackAsOne({ count, seed, w, workers, onDone }) {
  const around = mkdtempSync(join(tmpdir(), 'lifegpt-attack-'));
  const sandbox = join(around, 'home/sandbox');
  mkdirSync(sandbox, { recursive: true });
  for (const name of ['escape', 'home/escape']) writeFileSync(join(around, name), CANARY);
  const faults = [];
  const formats = {};
  let worker = null;
  try {
    const list = await writeSamples(sandbox, runMain);
    const originals = list.map(({ path }) => readFileSync(path));
    for (let n = w, readings = 0; n < count; n += workers) {
      const format = list[n % list.length];
      const original = originals[n % list.length];
      const bytes = format.mutate(openStream(seed, 'attack', n), original);
      if (worker === null || readings++ % READINGS === 0) {
        worker?.kill();
        worker = await startWorker(sandbox); // which reads some of the files as they were
      }
      writeFileSync(format.path, bytes);
      const command = format.command?.map((word) => word.replace('{}', sandbox));
      const ended = await readOnce(worker, { file: format.path, command, reader: format.reader });
      if (ended.hasDied) worker = null;
      const fault = judge(ended) ?? findEscape(around);
      const counts = (formats[format.name] ??= {});
      const end = fault ?? (ended.code === 0 ? 'read' : 'refused');
      counts[end] = (counts[end] ?? 0) + 1;
      if (fault !== null) {
        faults.push(`mutation ${n} of seed ${seed} (${format.name}): ${fault}: ${ended.stderr}`);
      }
      writeFileSync(format.path, original);
      rmSync(join(sandbox, 'attack/out'), { recursive: true, force: true });
      onDone(1);
    }
  } finally {
    worker?.kill();
    rmSync(around, { recursive: true, force: true });
  }
  return { formats, faults };
}

/** Runs a command that has to end well. */
async function runMain(given) {
  let said = '';
  const stderr = new PassThrough().setEncoding('utf8').on('data', (text) => (said += text));
  const { signal } = new AbortController();
  const stdout = new PassThrough().resume();
  const code = await runProgram(given, { stdout, stderr, env: {}, signal });
  if (code !== 0) throw new Error(`lifegpt ${given.join(' ')} ended with ${code}: ${said}`);
}

async function startWorker(sandbox) {
  const worker = fork(WORKER, [sandbox], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: ['--max-old-space-size=1536'],
  });
  worker.lastWords = '';
  worker.stderr.setEncoding('utf8').on('data', (text) => {
    worker.lastWords = (worker.lastWords + text).slice(-2000);
  });
  const [first] = await Promise.race([once(worker, 'message'), once(worker, 'exit')]);
  if (first?.isReady !== true) throw new Error(`a reader did not start: ${worker.lastWords}`);
  return worker;
}

/** How one reading ended. */
function readOnce(worker, task) {
  return new Promise((resolve) => {
    const end = (ended) => {
      clearTimeout(timer);
      worker.removeAllListeners('message');
      worker.removeAllListeners('exit');
      resolve(ended);
    };
    const timer = setTimeout(() => {
      worker.kill('SIGKILL');
      end({ hasDied: true, code: 'hang', stderr: '', seconds: PATIENCE });
    }, 1000 * PATIENCE);
    worker.once('message', (ended) => end({ hasDied: false, ...ended }));
    worker.once('exit', () =>
      end({ hasDied: true, code: 'crash', stderr: worker.lastWords, seconds: 0 }),
    );
    worker.send(task);
  });
}

/** What is wrong with an end, or null. */
function judge({ code, stderr, seconds }) {
  if (code === 'crash' || code === 'hang') return code;
  if (seconds > MOST_SECONDS) return 'hang';
  if (/\n\s+at /.test(stderr)) return 'trace';
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(stderr)) return 'control characters';
  if (code === 2) return /^error: [^\n]+\n?$/m.test(stderr) ? null : 'no message';
  if (code === 0) return null;
  // a result that is a failure, as of states that no rule explains, is no error
  return code === 1 && !stderr.includes('error:') ? null : 'wrong exit code';
}

/** Whether something was written where nothing may be. */
function findEscape(around) {
  const isKept =
    readdirSync(around).sort().join() === 'escape,home' &&
    readdirSync(join(around, 'home')).sort().join() === 'escape,sandbox' &&
    ['escape', 'home/escape'].every((name) => readFileSync(join(around, name), 'utf8') === CANARY);
  return isKept ? null : 'escape';
}

/** Everything. */
export async function attack(mutations, seed, requests, onDone) {
  const files = await attackFiles(mutations, seed, onDone);
  const service = await fuzz(requests, seed);
  const end = await measureEnd(50, 2);
  const faults = [...files.faults, ...service.faults, ...end.faults];
  return { files, service, end, faults };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [mutations = 20_000, seed = 1, requests = 2000] = process.argv.slice(2).map(Number);
  let done = 0;
  const tell = (more) => {
    done += more;
    if (done % 500 === 0) console.error(`${done} of ${mutations} mutations`);
  };
  const figures = await attack(mutations, seed, requests, tell);
  console.log(JSON.stringify(figures, null, 2));
  process.exitCode = figures.faults.length === 0 ? 0 : 1;
}
