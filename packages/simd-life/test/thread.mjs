/** A thread of the tests: what a caller has to run in one. */

import { parentPort } from 'node:worker_threads';
import { serveThread } from '../dist/index.js';

serveThread({
  post: (message) => parentPort.postMessage(message),
  listen: (onMessage) => void parentPort.on('message', onMessage),
});
