/** ONNX Runtime on the CPU, for tests. */

import { InferenceSession } from 'onnxruntime-node';

export const cpu = {
  createSession: (model: Uint8Array): Promise<InferenceSession> =>
    InferenceSession.create(model, {
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
      extra: { session: { force_spinning_stop: '1' } },
    }),
};
