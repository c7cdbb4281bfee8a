/**
 * How long `lifegpt serve` takes from SIGTERM to its end while connections are half-open: nothing sent, half a header, half
 * a body, and idle ones.
 * Usage: node ending.mjs [connections] [seconds of grace]
 */

import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startService } from './service.mjs';

const HALVES = [
  '',
  'GET / HTTP/1.1\r\nhost: localhost\r\n',
  'POST /v1/predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{"cel',
  'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n',
];

/** Seconds from the signal to the end, and what fell short: an end later than a second behind the grace period. */
export async function measureEnd(connections, grace) {
  const service = await startService(['--grace', String(grace)]);
  const { hostname, port } = new URL(service.url);
  const sockets = Array.from({ length: connections }, (_, k) => {
    const socket = connect(Number(port), hostname).on('error', () => {});
    socket.write(HALVES[k % HALVES.length]);
    return socket;
  });
  await setTimeout(300);
  const began = performance.now();
  await service.stop();
  const seconds = (performance.now() - began) / 1000;
  for (const socket of sockets) socket.destroy();
  const faults =
    seconds <= grace + 1 ? [] : [`the service ended ${seconds} s after SIGTERM, grace ${grace} s`];
  return { connections, grace, seconds, faults };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [connections = 50, grace = 10] = process.argv.slice(2).map(Number);
  const figures = await measureEnd(connections, grace);
  console.log(JSON.stringify(figures, null, 2));
  process.exitCode = figures.faults.length === 0 ? 0 : 1;
}
