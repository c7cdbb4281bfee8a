/** `lifegpt serve`: the models over HTTP, in OpenAI's form and a plain one, and the demo page. */

import { InputError } from '@lifegpt/core';
import type { Command } from 'commander';
import { addExamples } from '../command-examples.js';
import { once } from 'node:events';
import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import type { CommandContext } from '../context.js';
import { DEFAULT_MODEL, splitModels } from '../model-argument.js';
import { parseWholeNumber, refuseBeside } from '../option-values.js';
import { createRuntime, GOING_ON } from '../runtime.js';
import { openService } from '../serve/open-service.js';
import { countNoun } from '../terminal/count.js';

interface ServeFlags {
  readonly host: string;
  readonly port: string;
  readonly model?: readonly string[];
  readonly token?: string;
  readonly threads?: string;
  readonly queue?: string;
  readonly timeout?: string;
  readonly grace: string;
  readonly name: readonly string[];
  readonly cors: readonly string[];
  readonly proxy: readonly string[];
  readonly page?: string | true;
  readonly device?: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function registerServe(program: Command, context: CommandContext): void {
  program
    .command('serve')
    .description('answer over HTTP: OpenAI’s /v1/completions, /v1/predict, and the demo page')
    .option('--host <address>', 'where to listen; anything but loopback needs a token', '127.0.0.1')
    .option('--port <number>', 'port, 0 for a free one', '8080')
    .option(
      '--model <list...>',
      `shipped models, or model folders, between commas (${DEFAULT_MODEL})`,
    )
    .option('--token <text>', 'what clients have to know (better in LIFEGPT_TOKEN)')
    .option('--threads <count>', 'inference threads (default: a core is left to the clients)')
    .option('--queue <boards>', 'boards under way at most; more are refused with 429 (1024)')
    .option('--timeout <seconds>', 'for an answer (30)')
    .option('--grace <seconds>', 'for requests under way when it ends', '10')
    .option('--name <names...>', 'names besides its own that it is reached by', [])
    .option('--cors <origins...>', 'other sites whose pages may ask, e.g. https://example.org', [])
    .option('--proxy <addresses...>', 'proxies whose X-Forwarded-For is taken for the client', [])
    .option('--page [folder]', 'the demo page alone, without models; or the files of a folder')
    .option('--device <name>', 'auto (the default), cpu, webgpu, cuda or wasm')
    .option('--json', 'print the address as JSON')
    .action((flags: ServeFlags) => runServe(flags, context));
  addExamples(program, 'serve', [
    ['', 'life on http://127.0.0.1:8080'],
    ['--model life,runs/mine --port 9000', 'two models'],
    ['--host 0.0.0.0 --queue 1000', 'to other machines, with the token of LIFEGPT_TOKEN'],
  ]);
}

async function runServe(flags: ServeFlags, context: CommandContext): Promise<void> {
  const { print, talk, signal, env } = context;
  const modelOptions = ['model', 'threads', 'queue', 'timeout', 'device'] as const;
  refuseBeside(flags, modelOptions, 'page', 'shows the page alone, without models');
  const { model = [DEFAULT_MODEL], queue = '1024', timeout = '30', device: asked = 'auto' } = flags;
  const cores = availableParallelism();
  const threads =
    flags.threads === undefined
      ? Math.max(1, cores - 1)
      : parseWholeNumber('--threads', flags.threads, 1, 256);
  // a thread that finds no such device could only say so by its death
  if (!['auto', 'cpu', 'wasm'].includes(asked)) await createRuntime(asked);
  const foreign = flags.proxy.find((address) => !isAddress(address));
  if (foreign !== undefined) {
    throw new InputError(
      `--proxy needs addresses such as 10.0.0.1 or 10.0.0.0/8, not '${foreign}'`,
    );
  }
  if (asked === 'webgpu' && threads > 1) {
    throw new InputError('--device webgpu runs on one thread of a process; give --threads 1');
  }
  const grace = 1000 * parseWholeNumber('--grace', flags.grace, 0, 3600);
  const service = await openService({
    host: flags.host,
    port: parseWholeNumber('--port', flags.port, 0, 65_535),
    models: flags.page === undefined ? splitModels(model.join(',')) : [],
    page: flags.page === true ? undefined : flags.page,
    names: flags.name,
    cors: flags.cors,
    proxies: flags.proxy,
    // a variable that is empty is not set
    token: flags.token ?? (env['LIFEGPT_TOKEN'] || null),
    device: asked,
    threads,
    sessionThreads: Math.max(1, Math.floor((cores - 1) / threads)),
    queue: parseWholeNumber('--queue', queue, 1, 100_000),
    timeout: 1000 * parseWholeNumber('--timeout', timeout, 1, 3600),
    grace,
    talk,
  });
  const { url, models, device, hasPage } = service;
  if (device === 'wasm' && asked !== 'wasm') talk(GOING_ON);
  if (flags.json === true) context.printJson({ url, models, device });
  else print(url);
  talk(
    models.length === 0
      ? 'the page alone: open it in a browser; Ctrl-C ends it'
      : `a page for browsers, /v1/completions and /v1/predict for programs (docs/serve.md): ${models.join(', ')} on ${device}, ${countNoun(threads, 'inference thread')}; Ctrl-C ends it`,
  );
  if (!hasPage) talk('the demo page is not built, so there is nothing at /');
  if (!signal.aborted) await once(signal, 'abort');
  talk('answering what is under way, then stopping');
  // a pass of a large board cannot be interrupted: the process ends all the same
  const deadline = setTimeout(() => process.kill(process.pid, 'SIGKILL'), grace + LAST_MOMENT);
  deadline.unref();
  await service.close();
  clearTimeout(deadline);
}

/** An address, or a range of them: `10.0.0.1`, `10.0.0.0/8`, or what fastify has names for. */
function isAddress(text: string): boolean {
  const [address = '', bits = '32', ...more] = text.split('/');
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const isMask = isIP(bits) === 4 || (/^\d+$/.test(bits) && Number(bits) <= 128);
  return isIP(address) !== 0 && isMask && more.length === 0;
}

/** Milliseconds behind the grace period in which everything has to end. */
const LAST_MOMENT = 900;
