/**
 * Reads changed files in a process of its own, one after the other, and says how each reading ended. `attack.mjs` starts
 * it, watches its time, and replaces it when it dies.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { escapeControls, InputError } from '@lifegpt/core';
import { checkRecipe, decodeState } from '@lifegpt/model';
import { loadBuilt } from './built.mjs';

const { checkAblation } = await loadBuilt('ablation/ablation.js');
const { checkState } = await loadBuilt('evaluation/state-shape.js');
const { runProgram } = await loadBuilt('program.js');
const { checkTask } = await loadBuilt('queue/shard-job.js');

const [sandbox] = process.argv.slice(2);
const { model } = JSON.parse(readFileSync(join(sandbox, 'recipe.json'), 'utf8'));
const { request, key } = JSON.parse(readFileSync(join(sandbox, 'eval/job.json'), 'utf8')).job;
const plan = {
  models: request.models,
  samplings: request.samplings,
  data: key.data.map(([name]) => name),
};

/** What reads files that no command reads alone. */
const READERS = {
  recipe: (bytes) => checkRecipe(JSON.parse(bytes), 'recipe.json'),
  ablation: (bytes) => checkAblation(JSON.parse(bytes), 'ablation.json'),
  task: (bytes) => checkTask(JSON.parse(bytes), 'the job in Redis'),
  evaluation: (bytes) => checkState(JSON.parse(bytes)?.result, 'piece', plan),
  state: (bytes) => decodeState(bytes, 'state.safetensors', model, 'hash'),
};

process.on('message', async ({ file, command, reader }) => {
  const before = process.cpuUsage();
  const ended =
    reader === undefined ? await runCommand(command) : await read(READERS[reader], file);
  // what is rejected and heard by nobody ends the process in the next turn
  await new Promise((next) => setImmediate(next));
  const { user, system } = process.cpuUsage(before);
  process.send({ ...ended, seconds: (user + system) / 1e6 });
});
process.send({ isReady: true });

async function runCommand(given) {
  let stderr = '';
  const collect = () => new PassThrough().resume();
  const errors = new PassThrough().setEncoding('utf8').on('data', (text) => (stderr += text));
  const code = await runProgram(given, {
    stdout: collect(),
    stderr: errors,
    env: {},
    signal: new AbortController().signal,
  });
  await new Promise((next) => setImmediate(next));
  return { code, stderr };
}

async function read(reader, file) {
  const bytes = readFileSync(file);
  try {
    await reader(bytes);
    return { code: 0, stderr: '' };
  } catch (error) {
    const isSaid = error instanceof InputError || error instanceof SyntaxError; // who parses says it
    // as the command line says it
    const said = escapeControls(isSaid ? error.message : error.stack);
    return { code: isSaid ? 2 : 1, stderr: `error: ${said}` };
  }
}
