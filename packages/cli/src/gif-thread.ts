/** A thread that encodes an animation: minutes of work that nothing interrupts but the end of the thread. */

import { parentPort, workerData } from 'node:worker_threads';
import { encodeGif, type GifData } from './gif.js';

if (parentPort === null) throw new Error('gif-thread.js runs as a worker thread');
const { states, truth, options } = workerData as GifData;
parentPort.postMessage(await encodeGif(states, truth, options));
