/** ONNX Runtime for Node as the model's runtime. */

import { availableParallelism } from 'node:os';
import { InputError } from '@lifegpt/core';
import type { Runtime } from '@lifegpt/model';
import { InferenceSession } from 'onnxruntime-node';

/** Values of `--device`. */
export const DEVICES = ['auto', 'cpu', 'webgpu', 'cuda'] as const;

/**
 * Opens a device. `auto` is the CPU: the models that ship are so small that it wins.
 * @throws InputError for an unknown device, or one that this machine does not have.
 */
export async function createRuntime(device: string): Promise<Runtime> {
  if (!(DEVICES as readonly string[]).includes(device)) {
    throw new InputError(`unknown device '${device}'; choose one of ${DEVICES.join(', ')}`);
  }
  const provider = device === 'auto' ? 'cpu' : device;
  return {
    device: provider,
    async createSession(model, { deviceOutputs = [] } = {}) {
      try {
        return await InferenceSession.create(model, {
          ...sessionOptions(provider),
          ...(provider === 'webgpu' ? placeOutputs(deviceOutputs) : {}),
        });
      } catch (error) {
        if (provider === 'cpu') throw error;
        const reason = (error as Error).message.split('\n')[0];
        throw new InputError(
          `device ${provider} is not available here (${reason}); use --device cpu`,
        );
      }
    },
  };
}

/** Keeps outputs in the GPU's memory; they are fed to the next run as they are. */
function placeOutputs(names: readonly string[]): InferenceSession.SessionOptions {
  if (names.length === 0) return {};
  const places = names.map((name) => [name, 'gpu-buffer'] as const);
  return { preferredOutputLocation: Object.fromEntries(places) };
}

/**
 * Options of a session. On the CPU denormal numbers count as zero: sharp attention is full of them,
 * and they make a training step almost twice as slow; and a session's threads stop spinning when its
 * run ends, or they take the cores from the next session's. Elsewhere there is no falling back to the
 * CPU, so that a missing device is an error.
 */
export function sessionOptions(provider: string): InferenceSession.SessionOptions {
  const onCpu = { set_denormal_as_zero: '1', force_spinning_stop: '1' };
  return {
    executionProviders: [provider],
    intraOpNumThreads: availableParallelism(),
    logSeverityLevel: 3,
    extra: { session: provider === 'cpu' ? onCpu : { disable_cpu_ep_fallback: '1' } },
  };
}
