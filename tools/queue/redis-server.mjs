/** A Redis of one's own: Debian's redis-server on a free port of loopback, with its append-only file on. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Starts Redis in a folder. One that is killed comes back with `start`, at the same address.
 * @param {string} program path of redis-server
 * @param {string} folder where its append-only file lies
 */
export async function createRedis(program, folder) {
  const port = await findFreePort();
  let child = null;
  async function start() {
    const given = `--port ${port} --bind 127.0.0.1 --dir ${folder} --appendonly yes --daemonize no`;
    child = spawn(program, [...given.split(' '), '--save', ''], { stdio: 'ignore' });
    await untilItListens(port);
  }
  async function end(signal) {
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
  await start();
  return {
    address: `redis://127.0.0.1:${port}`,
    start,
    kill: () => end('SIGKILL'),
    stop: () => (child.exitCode === null && child.signalCode === null ? end('SIGTERM') : undefined),
  };
}

async function findFreePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function untilItListens(port) {
  const { connect } = await import('node:net');
  for (let tries = 0; tries < 300; tries++) {
    const answer = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
      socket.on('data', (data) => resolve(String(data)));
      socket.on('error', () => resolve(''));
      setTimeout(() => resolve(''), 500);
      socket.on('close', () => resolve(''));
    });
    if (answer.startsWith('+PONG')) return; // it answers -LOADING while it reads its file
    await sleep(100);
  }
  throw new Error(`redis-server does not answer on port ${port}`);
}
