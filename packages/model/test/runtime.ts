/** ONNX Runtime on the CPU of Node, for tests. */

import { InferenceSession } from 'onnxruntime-node';
import type { Runtime } from '../src/runtime.js';

export const cpu: Runtime = {
  device: 'cpu',
  createSession: (model) =>
    InferenceSession.create(model, { executionProviders: ['cpu'], intraOpNumThreads: 1 }),
};
