/** ONNX Runtime in Node, for tests: the CPU, and WebGPU where the environment names a Vulkan device. */

import { InferenceSession } from 'onnxruntime-node';
import type { Runtime } from '../src/runtime.js';

export const cpu: Runtime = {
  device: 'cpu',
  createSession: (model) =>
    InferenceSession.create(model, {
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
      extra: { session: { force_spinning_stop: '1' } },
    }),
};

/** Nothing falls back to the CPU: a node that WebGPU cannot run is an error. */
const webgpu: Runtime = {
  device: 'webgpu',
  createSession: (model, { deviceOutputs = [] } = {}) => {
    const places = deviceOutputs.map((name) => [name, 'gpu-buffer'] as const);
    return InferenceSession.create(model, {
      executionProviders: ['webgpu'],
      extra: { session: { disable_cpu_ep_fallback: '1' } },
      ...(places.length === 0 ? {} : { preferredOutputLocation: Object.fromEntries(places) }),
    });
  },
};

/** The devices of this machine; `npm test` sets VK_ICD_FILENAMES where there is one. */
export const runtimes: readonly Runtime[] =
  process.env['VK_ICD_FILENAMES'] === undefined ? [cpu] : [cpu, webgpu];
