/**
 * `npm run test:python`: what the project writes for Python, tried with the real libraries of fixed versions. They live in
 * `.venv/`, which git ignores. Where Python or the network is missing it says so and ends with 0.
 * Usage: node main.mjs [--full] [arguments of pytest]
 *   --full  with PyTorch, transformers 5, TransformerLens and nnsight: some 6 GB on Linux, where PyPI's PyTorch brings CUDA
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isWithoutNetwork } from './network.mjs';

const root = resolve(import.meta.dirname, '../..');
const OLDEST_PYTHON = [3, 10];

const given = process.argv.slice(2);
const tier = given.includes('--full') ? 'full' : 'light';
const say = (line) => process.stderr.write(`test:python: ${line}\n`);
process.exitCode = main();

function main() {
  const python = process.env.PYTHON ?? 'python3';
  const missing = findMissing(python);
  if (missing !== null) return skip(missing);
  const venv = join(root, '.venv', tier);
  const program = join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const failure = install(python, venv, program);
  if (failure !== null) {
    if (isWithoutNetwork(failure)) return skip('the packages of PyPI cannot be reached');
    say(failure);
    return 1;
  }
  const tests = join(import.meta.dirname, tier);
  const words = ['-m', 'pytest', tests, ...given.filter((word) => word !== '--full')];
  const env = {
    ...process.env,
    LIFEGPT_NODE: process.execPath,
    LIFEGPT_MAIN: join(root, 'packages/cli/bin/lifegpt.js'),
    HF_HUB_OFFLINE: '1',
    HF_HUB_DISABLE_TELEMETRY: '1',
    HF_MODULES_CACHE: join(root, '.venv/huggingface/modules'),
    HF_HOME: join(root, '.venv/huggingface'),
    PYTHONDONTWRITEBYTECODE: '1',
    TOKENIZERS_PARALLELISM: 'false',
  };
  const cwd = import.meta.dirname;
  return spawnSync(program, words, { cwd, env, stdio: 'inherit' }).status ?? 1;
}

function skip(reason) {
  say(`skipped: ${reason}`);
  return 0;
}

/** What is missing before anything can be installed; null when nothing is. */
function findMissing(python) {
  const code = 'import sys, venv, ensurepip; print(*sys.version_info[:2])';
  const { status, stdout } = spawnSync(python, ['-c', code], { encoding: 'utf8' });
  if (status !== 0) return `there is no ${python} with the modules venv and ensurepip`;
  const [major, minor] = stdout.split(' ').map(Number);
  const isOld =
    major < OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor < OLDEST_PYTHON[1]);
  return isOld ? `Python ${major}.${minor} is older than ${OLDEST_PYTHON.join('.')}` : null;
}

/** Installs what the tier asks for, once; returns what pip said when that failed. */
function install(python, venv, program) {
  const requirements = join(import.meta.dirname, `requirements-${tier}.txt`);
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  const stamp = join(venv, '.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return null;
  say(`installing the packages of ${tier} (pip, into .venv/${tier})`);
  rmSync(venv, { recursive: true, force: true });
  const run = (command, words) =>
    spawnSync(command, words, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  const made = run(python, ['-m', 'venv', venv]);
  if (made.status !== 0) return made.stderr;
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input'];
  const installed = run(program, [...pip, '-r', requirements]);
  if (installed.status !== 0) return installed.stderr;
  writeFileSync(stamp, wanted);
  return null;
}
