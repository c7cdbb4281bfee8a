/**
 * One thing at a time: ONNX Runtime for the web does not run two graphs at once. Between turns messages
 * come in, or a decoding of a thousand passes could not be stopped.
 */

import type { InferenceSession } from 'onnxruntime-common';
import type { Runtime } from './runtime.js';

/** Work in a row after which messages are let in, in milliseconds. */
const LONGEST_STRETCH = 30;

let last: Promise<unknown> = Promise.resolve();
let stretchBegan = performance.now();

async function letMessagesIn(): Promise<void> {
  if (performance.now() - stretchBegan < LONGEST_STRETCH) return;
  await new Promise((resolve) => setTimeout(resolve));
  stretchBegan = performance.now();
}

/** Runs `work` when everything before it is through. */
function takeTurn<T>(work: () => Promise<T>): Promise<T> {
  const result = last.then(letMessagesIn).then(work);
  last = result.catch(() => undefined);
  return result;
}

/** A runtime whose sessions, and those of all others, run one after the other. */
export function runInTurn(runtime: Runtime): Runtime {
  return {
    device: runtime.device,
    createSession: async (model, options) => {
      const session = await takeTurn(() => runtime.createSession(model, options));
      const run = session.run.bind(session) as InferenceSession['run'];
      session.run = ((...given: Parameters<typeof run>) =>
        takeTurn(() => run(...given))) as InferenceSession['run'];
      return session;
    },
  };
}
