/** What a worker thread of the engine runs; `engine.ts` starts it. */

import { serveThread } from '@lifegpt/simd-life';
import { parentPort } from 'node:worker_threads';

if (parentPort === null) throw new Error('life-thread.js runs as a worker thread');
const port = parentPort;
serveThread({
  post: (message) => port.postMessage(message),
  listen: (onMessage) => void port.on('message', onMessage),
});
