/**
 * Honest clients of `lifegpt serve` beside greedy ones: every honest request has to be answered rightly, and hardly later
 * than without the others. A client is an address, here one of loopback's; the greedy ones have an address each, or all of
 * them one.
 * Usage: node greedy.mjs [honest clients] [greedy clients] [seconds]
 */

import { CONWAY, formatCells, formatPrompt, openStream, stepReference, TORUS } from '@lifegpt/core';
import { Agent, request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { startService } from './service.mjs';

/** Sides of the boards of honest clients, and of greedy ones. */
const [SMALL, LARGE] = [16, 32];
/** Milliseconds that an honest client thinks between two requests, on average. */
const THINKING = 2000;
/** How much later the slowest hundredth of honest answers may come than without greedy clients. */
export const MOST_DELAY = 10;

/** Runs the honest clients alone, then beside greedy ones of many addresses, then of one. */
export async function runGreedy(honest, greedy, seconds) {
  const quiet = await runPhase({ honest, greedy: 0, addresses: 1, seconds });
  const many = await runPhase({ honest, greedy, addresses: greedy, seconds });
  const one = await runPhase({ honest, greedy, addresses: 1, seconds });
  return { honest, greedy, seconds, quiet, many, one };
}

async function runPhase({ honest, greedy, addresses, seconds }) {
  const service = await startService();
  await warmUp(service.url);
  const end = performance.now() + 1000 * seconds;
  const times = [];
  const counts = { right: 0, wrong: 0, refused: 0, failed: 0 };
  const others = startGreedy({ url: service.url, greedy, addresses, seconds });
  await Promise.all(
    Array.from({ length: honest }, (_, k) => beHonest(service.url, k, end, times, counts)),
  );
  const greedyCounts = await others;
  const began = performance.now();
  const stderr = await service.stop();
  const stopped = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  const quantile = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))];
  return {
    ...counts,
    p50: quantile(0.5),
    p99: quantile(0.99),
    greedy: greedyCounts,
    stopped,
    complaints: /failed|died/.test(stderr) ? stderr : '',
  };
}

/** A service that has run for a while knows these sizes, in all of its threads. */
async function warmUp(url) {
  const agent = new Agent({ keepAlive: true });
  for (const side of [SMALL, LARGE]) {
    const [ask, sample] = [{}, { temperature: 1, seed: 1 }].map((sampling) =>
      JSON.stringify({ cells: '0'.repeat(side ** 2), generations: 4, ...sampling }),
    );
    const asked = [ask, sample, ask, ask].map((body) => post(url, '/v1/predict', body, agent));
    await Promise.all(asked);
  }
  agent.destroy();
}

/** Asks, reads, thinks, asks again. */
async function beHonest(url, number, end, times, counts) {
  const random = openStream(1, 'honest', number);
  const agent = openAgent(`127.1.${Math.floor(number / 250)}.${1 + (number % 250)}`);
  await setTimeout(random.nextFloat() * THINKING);
  while (performance.now() < end) {
    const cells = Uint8Array.from({ length: SMALL ** 2 }, () => random.nextInt(2));
    const grid = { width: SMALL, height: SMALL, cells };
    const asked = JSON.stringify({ cells: formatCells(grid) });
    const began = performance.now();
    const { status, text } = await post(url, '/v1/predict', asked, agent);
    times.push((performance.now() - began) / 1000);
    const truth = formatCells(stepReference(grid, CONWAY, TORUS));
    if (status === 200) counts[JSON.parse(text).states[1] === truth ? 'right' : 'wrong']++;
    else counts[status === 429 || status === 503 ? 'refused' : 'failed']++;
    await setTimeout(random.nextFloat() * 2 * THINKING);
  }
  agent.destroy();
}

/** Greedy clients have a thread of their own, so that the honest ones' times are the server's. */
function startGreedy(options) {
  if (options.greedy === 0) return Promise.resolve({});
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: options });
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
}

async function runGreedyClients({ url, greedy, addresses, seconds }) {
  const end = performance.now() + 1000 * seconds;
  const counts = {};
  const requests = Array.from({ length: 60 }, (_, k) => drawGreedy(openStream(2, 'greedy', k)));
  await Promise.all(
    Array.from({ length: greedy }, (_, k) =>
      beGreedy(url, k, { addresses, end, counts, requests }),
    ),
  );
  return counts;
}

/** As much as a request may have. */
function drawGreedy(random) {
  const cells = Uint8Array.from({ length: LARGE ** 2 }, () => random.nextInt(2));
  const grid = { width: LARGE, height: LARGE, cells };
  const prompt = Array.from({ length: 16 }, () => formatPrompt(grid));
  const sampled = { temperature: 2 * random.nextFloat(), seed: random.nextInt(1e6) };
  const [width, height] = [1 + random.nextInt(64), 1 + random.nextInt(64)];
  const board = { cells: '0'.repeat(width * height), width };
  const [path, body] = [
    ['/v1/completions', { prompt }],
    ['/v1/completions', { prompt, ...sampled }],
    ['/v1/predict', { cells: formatCells(grid), generations: 100, ...sampled }],
    ['/v1/predict', { ...board, generations: 4, ...sampled }], // a size that nobody asked for before
  ][random.nextInt(4)];
  return { path, body: JSON.stringify(body) };
}

/** Asks at once and again. */
async function beGreedy(url, first, { addresses, end, counts, requests }) {
  let number = first;
  const own = number % addresses;
  const agent = openAgent(`127.2.${Math.floor(own / 250)}.${1 + (own % 250)}`);
  while (performance.now() < end) {
    const { path, body } = requests[number++ % requests.length];
    const { status } = await post(url, path, body, agent);
    counts[status] = (counts[status] ?? 0) + 1;
    if (status !== 200) await setTimeout(100); // a tenth of what Retry-After asks for
  }
  agent.destroy();
}

const openAgent = (localAddress) => new Agent({ keepAlive: true, maxSockets: 1, localAddress });

/** The answer, or status 0 where there was none. */
function post(url, path, body, agent) {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json' };
    const asked = request(`${url}${path}`, { method: 'POST', headers, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (more) => (text += more));
      response.once('end', () => resolve({ status: response.statusCode, text }));
      response.once('error', () => resolve({ status: 0, text: '' }));
    });
    asked.once('error', ({ message }) => resolve({ status: 0, text: message }));
    asked.end(body);
  });
}

/** What fell short; an empty list is a pass. */
export function judge({ quiet, many, one }, mostDelay = MOST_DELAY) {
  const faults = [];
  for (const [name, phase] of Object.entries({ quiet, many, one })) {
    const { right, wrong, refused, failed, p99, complaints } = phase;
    if (right === 0 || wrong + refused + failed > 0) {
      faults.push(`${name}: ${right} right, ${wrong} wrong, ${refused} refused, ${failed} failed`);
    }
    if (p99 > mostDelay * quiet.p99) faults.push(`${name}: p99 is ${p99} s, ${quiet.p99} s alone`);
    if (complaints !== '') faults.push(`${name}: the server said ${complaints}`);
  }
  return faults;
}

if (!isMainThread && workerData?.greedy !== undefined) {
  parentPort.postMessage(await runGreedyClients(workerData));
} else if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [honest = 200, greedy = 300, seconds = 60] = process.argv.slice(2).map(Number);
  const figures = await runGreedy(honest, greedy, seconds);
  const faults = judge(figures);
  console.log(JSON.stringify({ ...figures, faults }, null, 2));
  process.exitCode = faults.length === 0 ? 0 : 1;
}
