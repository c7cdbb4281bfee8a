/**
 * Loads `lifegpt serve` with boards of 16x16 from many clients at once, every answer compared with the
 * scalar reference: first with room for all of them, then past the server's capacity.
 * Usage: node load.mjs [clients] [seconds]; exit code 1 when something fell short.
 */

import { CONWAY, formatCells, openStream, stepReference, TORUS } from '@lifegpt/core';
import autocannon from 'autocannon';
import { fileURLToPath } from 'node:url';
import { readMetrics, startService } from './service.mjs';

const SIDE = 16;
const BOARDS = 200;
/** Milliseconds between two looks at the memory. */
const LOOK = 250;
/** Limits of a run; `judge` holds the figures against them. */
export const LIMITS = { eventLoopDelayP99: 0.05, recovery: 1, memoryGrowth: 0.25 };

/**
 * Runs both phases.
 * @param {number} clients
 * @param {{ duration: number } | { amount: number }} length of a phase: seconds, or requests
 * @returns the phases' figures, times in seconds, memory in bytes
 */
export async function load(clients, length) {
  const roomy = await runPhase(['--queue', String(2 * clients)], clients, length);
  // room for one: a service that answers in a millisecond refuses few even so
  const tight = await runPhase(['--queue', '1'], clients, length);
  return { clients, roomy, tight };
}

async function runPhase(given, connections, length) {
  const service = await startService(given);
  const url = `${service.url}/v1/predict`;
  const counts = { right: 0, wrong: 0, refused: 0, refusedWithoutRetryAfter: 0, serverErrors: 0 };
  const requests = drawRequests(counts);
  await autocannon({ url, connections, amount: connections, requests }); // warms up
  for (const key of Object.keys(counts)) counts[key] = 0;
  await readMetrics(service.url); // the event loop's figures begin anew
  const memory = [await readResidentBytes(service.url)];
  const watch = setInterval(async () => memory.push(await readResidentBytes(service.url)), LOOK);
  const result = await autocannon({ url, connections, ...length, requests });
  clearInterval(watch);
  memory.push(await readResidentBytes(service.url));
  const metrics = await readMetrics(service.url);
  const recovery = await measureRecovery(url, requests[0].body);
  const stderr = await service.stop();
  const third = Math.max(1, Math.floor(memory.length / 3));
  return {
    ...counts,
    seconds: result.duration,
    connectionErrors: result.errors + result.timeouts,
    answersASecond: counts.right / result.duration,
    latencyP50: result.latency.p50 / 1000,
    latencyP99: result.latency.p99 / 1000,
    eventLoopDelayP99: metrics.nodejs_eventloop_lag_p99_seconds,
    boardsABatch: metrics.lifegpt_batch_boards_sum / metrics.lifegpt_batch_boards_count,
    memory: { early: Math.max(...memory.slice(0, third)), late: Math.max(...memory.slice(-third)) },
    recovery,
    complaints: /failed|died/.test(stderr) ? stderr : '',
  };
}

/** Requests with different boards, each of which knows its right answer. */
function drawRequests(counts) {
  const random = openStream(1, 'load');
  return Array.from({ length: BOARDS }, () => {
    const cells = Uint8Array.from({ length: SIDE * SIDE }, () => random.nextInt(2));
    const grid = { width: SIDE, height: SIDE, cells };
    const truth = formatCells(stepReference(grid, CONWAY, TORUS));
    return {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ cells: formatCells(grid) }),
      onResponse(status, body, _context, headers) {
        if (status === 429) {
          counts.refused++;
          if (headers['retry-after'] === undefined) counts.refusedWithoutRetryAfter++;
        } else if (status >= 500) counts.serverErrors++;
        else if (status === 200 && JSON.parse(body).states[1] === truth) counts.right++;
        else counts.wrong++;
      },
    };
  });
}

async function readResidentBytes(url) {
  return (await readMetrics(url)).process_resident_memory_bytes;
}

/** Seconds until a request is answered, after the storm. */
async function measureRecovery(url, body) {
  const began = performance.now();
  for (;;) {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body });
    await response.arrayBuffer();
    const seconds = (performance.now() - began) / 1000;
    if (response.status === 200 || seconds > 60) return seconds;
  }
}

/** What fell short; an empty list is a pass. */
export function judge({ roomy, tight }, limits = LIMITS) {
  const faults = [];
  const ask = (isRight, text) => isRight || faults.push(text);
  for (const [name, phase] of Object.entries({ roomy, tight })) {
    ask(phase.right > 0, `${name}: no right answer`);
    ask(phase.wrong === 0, `${name}: ${phase.wrong} wrong answers`);
    ask(phase.serverErrors === 0, `${name}: ${phase.serverErrors} answers of 500 and above`);
    ask(phase.connectionErrors === 0, `${name}: ${phase.connectionErrors} failed connections`);
    ask(phase.complaints === '', `${name}: the server said ${phase.complaints}`);
    const { memory, recovery } = phase;
    const growth = memory.late / memory.early - 1;
    ask(growth <= limits.memoryGrowth, `${name}: the memory grew by ${Math.round(100 * growth)} %`);
    ask(recovery <= limits.recovery, `${name}: it recovered after ${recovery} s`);
  }
  const { eventLoopDelayP99: delay } = roomy;
  ask(delay <= limits.eventLoopDelayP99, `roomy: the event loop's delay p99 is ${delay} s`);
  ask(roomy.refused === 0, `roomy: ${roomy.refused} were refused with room for all`);
  ask(tight.refused > 0, 'tight: none was refused past the capacity');
  ask(tight.refusedWithoutRetryAfter === 0, 'tight: a refusal had no Retry-After');
  return faults;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [clients = 200, duration = 60] = process.argv.slice(2).map(Number);
  const figures = await load(clients, { duration });
  const faults = judge(figures);
  console.log(JSON.stringify({ ...figures, faults }, null, 2));
  process.exitCode = faults.length === 0 ? 0 : 1;
}
