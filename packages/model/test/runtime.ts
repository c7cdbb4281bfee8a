/** ONNX Runtime in Node, for tests: the CPU, and WebGPU where the environment names a Vulkan device. */

import { InferenceSession } from 'onnxruntime-node';
import { webGpuOptions, type Runtime } from '../src/runtime.js';

export const cpu: Runtime = {
  device: 'cpu',
  createSession: (model) =>
    InferenceSession.create(model, {
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
      extra: { session: { force_spinning_stop: '1' } },
    }),
};

const webgpu: Runtime = {
  device: 'webgpu',
  createSession: (model, options = {}) => InferenceSession.create(model, webGpuOptions(options)),
};

/** The devices of this machine; `npm test` sets VK_ICD_FILENAMES where there is one. */
export const runtimes: readonly Runtime[] =
  process.env['VK_ICD_FILENAMES'] === undefined ? [cpu] : [cpu, webgpu];
