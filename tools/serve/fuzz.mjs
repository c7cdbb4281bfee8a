/**
 * Sends malformed requests to `lifegpt serve`: none may crash it, be answered with a status of 500 or
 * above, show a stack trace, or be taken for a right one.
 * Usage: node fuzz.mjs [requests] [seed]
 */

import { openStream } from '@lifegpt/core';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { drawMalformed } from './malformed.mjs';
import { startService } from './service.mjs';

const AT_ONCE = 50;
/** Milliseconds after which a connection without an answer is called hanging. */
const PATIENCE = 15_000;
const GLIDER = { rle: 'x = 3, y = 3, rule = B3/S23:T5,5\nbob$2bo$3o!' };
const NEXT_GLIDER = '0000000000010100011000100';

/**
 * @param {number} requests
 * @param {number} seed
 * @returns {Promise<{ requests: number, statuses: Record<string, number>, faults: string[] }>} `hung up`
 *   counts among the statuses where one of both ends closed the connection without an answer.
 */
export async function fuzz(requests, seed) {
  const service = await startService();
  const { hostname, port } = new URL(service.url);
  const statuses = {};
  const faults = [];
  let sent = 0;
  async function sendSome() {
    while (sent < requests && service.isAlive()) {
      const number = sent++;
      const malformed = drawMalformed(openStream(seed, 'fuzz', number));
      const text = await exchange(malformed, hostname, Number(port)).catch((error) => error);
      const name = `request ${number} of seed ${seed} (${malformed.kind})`;
      if (text instanceof Error) faults.push(`${name}: ${text.message}`);
      else judge(text, malformed, name);
    }
  }
  function judge(text, { mayPass }, name) {
    const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 'hung up';
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (Number(status) >= 500) faults.push(`${name}: ${text.slice(0, 500)}`);
    if (/\n\s+at |node_modules|\.[jt]s:\d/.test(text))
      faults.push(`${name}: a trace, ${text.slice(0, 500)}`);
    if (status === '200' && mayPass !== true) faults.push(`${name}: was taken for a right one`);
  }
  /** A body that never ends: the server's patience has to. */
  async function sendForever() {
    const head = `POST /v1/predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{`;
    const malformed = { kind: 'a body without end', head, tail: '"', pause: 2000 };
    const text = await exchange(malformed, hostname, Number(port)).catch(({ message }) => message);
    if (!text.startsWith('HTTP/1.1 408 ')) faults.push(`a body without end: ${text}`);
  }
  await Promise.all([sendForever(), ...Array.from({ length: AT_ONCE }, sendSome)]);
  if (service.isAlive()) {
    const response = await fetch(`${service.url}/v1/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(GLIDER),
    });
    const after = await response.json();
    if (after.states?.[1] !== NEXT_GLIDER) {
      faults.push(`afterwards a glider's next state is ${JSON.stringify(after)}`);
    }
  } else faults.push('the server is gone');
  const stderr = await service.stop();
  if (/failed|died|error/i.test(stderr)) faults.push(`the server said: ${stderr.slice(0, 1000)}`);
  return { requests, statuses, faults };
}

/** Sends a request as raw bytes, and hands over what came back until the connection closed. */
function exchange({ head, tail, pause = 0 }, host, port) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host);
    const chunks = [];
    const impatience = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no answer within ${PATIENCE / 1000} s`));
    }, PATIENCE);
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => {}); // the server may close before it has read everything
    socket.on('close', () => {
      clearTimeout(impatience);
      resolve(Buffer.concat(chunks).toString('latin1'));
    });
    socket.write(head);
    if (tail !== undefined) setTimeout(() => socket.writable && socket.write(tail), pause);
    // without an end of its own a half-sent request waits for the server's patience; hang up on it
    else setTimeout(() => socket.end(), pause);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = await fuzz(Number(process.argv[2] ?? 10_000), Number(process.argv[3] ?? 1));
  console.log(JSON.stringify(result, null, 2));
  process.exitCode = result.faults.length === 0 ? 0 : 1;
}
