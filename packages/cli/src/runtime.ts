/**
 * ONNX Runtime for Node as the model's runtime, or, where its binary for this platform is not installed or does not load,
 * ONNX Runtime's WebAssembly.
 */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { InputError } from '@lifegpt/core';
import {
  encodeModel,
  GraphBuilder,
  webGpuOptions,
  type CompileOptions,
  type Runtime,
} from '@lifegpt/model';
import type { InferenceSession } from 'onnxruntime-node';
import { DEVICES, parseChoice } from './option-values.js';

/** ONNX Runtime's binary, compiled for this platform. */
type Native = typeof InferenceSession;

/** What is said, once, where the binary is missing. */
export const GOING_ON =
  'onnxruntime-node does not load; going on with WebAssembly, which is slower';

/** An opened device, and why it was taken. */
export interface ChosenRuntime extends Runtime {
  readonly reason: string;
}

/**
 * Opens a device. `auto` takes CUDA where its libraries are installed and work, else the CPU. It does
 * not try WebGPU: without an adapter that takes a third of a second and fills stderr with warnings.
 * `auto` and `cpu` go on with WebAssembly where the binary does not load, and say so on stderr.
 * @param threads threads of the CPU that a session uses; `countThreads()` when left out
 * @throws InputError for an unknown device, or one that this machine does not have.
 */
export async function createRuntime(device: string, threads?: number): Promise<ChosenRuntime> {
  parseChoice('--device', device, DEVICES);
  if (device === 'wasm') return { ...(await openWasm()), reason: 'asked for' };
  const native = await loadNative();
  if (typeof native === 'string') {
    if (device === 'webgpu' || device === 'cuda') {
      throw new InputError(
        `device ${device} needs onnxruntime-node, which does not load here (${native}); use --device wasm`,
      );
    }
    tellOnce(`${GOING_ON} (${native})`);
    return { ...(await openWasm()), reason: 'onnxruntime-node does not load' };
  }
  if (device !== 'auto') {
    const asked = openProvider(native, device, threads);
    // what is not here is refused before anything is written
    if (device !== 'cpu') await tryOut(asked);
    return { ...asked, reason: 'asked for' };
  }
  if (!hasCuda()) {
    const reason = 'no CUDA libraries here; WebGPU is tried with --device webgpu';
    return { ...openProvider(native, 'cpu', threads), reason };
  }
  try {
    const cuda = openProvider(native, 'cuda');
    await tryOut(cuda);
    return { ...cuda, reason: 'its libraries are installed' };
  } catch (error) {
    const reason = `CUDA failed: ${firstLine(error)}`;
    return { ...openProvider(native, 'cpu', threads), reason };
  }
}

/** The binary, or why there is none: it is an optional dependency, since installing it may need a download. */
async function loadNative(): Promise<Native | string> {
  try {
    const { env, InferenceSession } = await import('onnxruntime-node');
    env.logLevel = isVerbose() ? 'info' : 'fatal';
    return InferenceSession;
  } catch (error) {
    return firstLine(error);
  }
}

async function openWasm(): Promise<Runtime> {
  const { createWasmRuntime } = await import('./wasm-runtime.js');
  return createWasmRuntime();
}

/** `--verbose`: a variable, since threads of a service and processes of a queue have it too. */
const isVerbose = (): boolean => process.env['LIFEGPT_VERBOSE'] === '1';

let isTold = false;

/** Threads of a service are silent, or each would tell it. */
function tellOnce(line: string): void {
  if (!isTold && isMainThread) process.stderr.write(`${line}\n`);
  isTold = true;
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!;

/** CUDA's libraries are a download of their own, beside ONNX Runtime's. */
function hasCuda(): boolean {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
  const place = `../bin/napi-v6/${process.platform}/${process.arch}/libonnxruntime_providers_cuda.so`;
  return existsSync(new URL(place, pathToFileURL(entry)));
}

/** Compiles a graph that any device can run. @throws InputError when the device is not here */
async function tryOut(runtime: Runtime): Promise<void> {
  const session = await runtime.createSession(encodeModel(trivialGraph()));
  await session.release();
}

/** A graph that any device can run. */
function trivialGraph(): GraphBuilder {
  const graph = new GraphBuilder('probe');
  const x = graph.input('x', 'float', [1]);
  graph.output('y', graph.emit('Add', [x, x], 'float', [1]));
  return graph;
}

function openProvider(native: Native, provider: string, threads?: number): Runtime {
  return {
    device: provider,
    async createSession(model, options = {}) {
      try {
        return await native.create(model, sessionOptions(provider, options, threads));
      } catch (error) {
        if (provider === 'cpu') throw error;
        throw new InputError(
          `device ${provider} is not available here (${firstLine(error)}); use --device cpu`,
        );
      }
    },
  };
}

/** Threads of a session on the CPU: as many as `OMP_NUM_THREADS` says, which clusters set for a job's share, else one a core. */
export function countThreads(env: NodeJS.ProcessEnv = process.env): number {
  const asked = Number(env['OMP_NUM_THREADS']);
  return Number.isInteger(asked) && asked > 0 ? asked : availableParallelism();
}

/**
 * Options of a session. On the CPU denormal numbers count as zero: sharp attention is full of them,
 * and they make a training step almost twice as slow; and a session's threads stop spinning when its
 * run ends, or they take the cores from the next session's.
 */
export function sessionOptions(
  provider: string,
  options: CompileOptions = {},
  threads = countThreads(),
): InferenceSession.SessionOptions {
  const onCpu = { set_denormal_as_zero: '1', force_spinning_stop: '1' };
  return {
    executionProviders: [provider],
    intraOpNumThreads: options.threads ?? threads,
    logSeverityLevel: isVerbose() ? 1 : 4, // its failures are told as errors
    extra: { session: provider === 'cpu' ? onCpu : { disable_cpu_ep_fallback: '1' } },
    ...(provider === 'webgpu' ? webGpuOptions(options) : {}),
  };
}
