/** Trained weights of a model whose tokens stand in a line, compiled. It knows nothing of boards. */

import type { Tokenizer } from '@lifegpt/core';
import { encodeModel } from '@lifegpt/onnx-training';
import { Tensor, type InferenceSession } from 'onnxruntime-common';
import type { NamedTensor } from '../folder/safetensors.js';
import type { Runtime } from '../runtime.js';
import { buildCachedGpt, buildPrefill, listCacheNames, type CachedOptions } from './cached-gpt.js';
import type { GptConfig } from './gpt-config.js';
import type { KeyValueCache, LanguageModel } from './language-model.js';

/** What such a model is made of. */
export interface GptModelParts {
  readonly name: string;
  readonly config: GptConfig;
  readonly tokenizer: Tokenizer;
  readonly tensors: readonly NamedTensor[];
  readonly runtime: Runtime;
}

/** Tokens from which on a pass runs in blocks of queries, where that pays. */
const LONG_PASS = 256;
const BLOCKS = 8;
/** Three boards of 32x32: more of them leave the caches, fewer pay more for each pass. */
const CPU_TOKENS_A_PASS = 3200;

/** Builds the inference graphs around the weights and compiles them. */
export async function createGptModel(parts: GptModelParts): Promise<LanguageModel> {
  const { name, config, tokenizer, tensors, runtime } = parts;
  const names = listCacheNames(config);
  const deviceOutputs = names.present;
  const compile = (options: CachedOptions): Promise<InferenceSession> =>
    runtime.createSession(encodeModel(buildCachedGpt(config, tensors, options)), {
      deviceOutputs: options.kind === 'append' ? deviceOutputs : [],
    });
  const isCpu = ['cpu', 'wasm'].some((device) => runtime.device.startsWith(device));
  const prompt = await runtime.createSession(encodeModel(buildPrefill(config, tensors)), {
    deviceOutputs,
  });
  const appending = await compile({ kind: 'append' });
  const answering = await compile({ kind: 'answer' });
  const answeringLong = isCpu
    ? await compile({ kind: 'answer-in-blocks', blocks: BLOCKS })
    : answering;

  const feed = (
    inputIds: Int32Array,
    boards: number,
    positions: Int32Array,
    past: number,
    session: InferenceSession,
  ): Record<string, Tensor> => {
    const tokens = inputIds.length / boards;
    const all: Record<string, Tensor> = {
      input_ids: new Tensor('int32', inputIds, [boards, tokens]),
      position_ids: new Tensor('int32', positions, [tokens, positions.length / tokens]),
    };
    if (session.inputNames.includes('key_index')) {
      const count = (from: number, to: number): Int32Array =>
        Int32Array.from({ length: to - from }, (_, i) => from + i);
      all['query_index'] = new Tensor('int32', count(past, past + tokens), [tokens, 1]);
      all['key_index'] = new Tensor('int32', count(0, past + tokens), [1, past + tokens]);
    }
    return all;
  };

  /** Whatever the runtime throws, out of memory above all, leaves the model as it was. */
  async function explainFailure<T>(run: () => Promise<T>, boards: number): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw new Error(
        `model ${name} failed on ${runtime.device} with ${boards} ${boards === 1 ? 'board' : 'boards'} ` +
          `(${(error as Error).message.split('\n')[0]}); try fewer boards at once, smaller ones, or another device`,
        { cause: error },
      );
    }
  }

  async function prefill(
    inputIds: Int32Array,
    boards: number,
    positions: Int32Array,
  ): Promise<KeyValueCache> {
    const feeds = feed(inputIds, boards, positions, 0, prompt);
    let cache = listTensors(await explainFailure(() => prompt.run(feeds), boards));

    function listTensors(outputs: Readonly<Record<string, Tensor>>): Tensor[] {
      return names.present.map((output) => outputs[output]!);
    }

    async function run(
      session: InferenceSession,
      ids: Int32Array,
      places: Int32Array,
    ): Promise<Readonly<Record<string, Tensor>>> {
      const past = Object.fromEntries(names.past.map((input, i) => [input, cache[i]!]));
      const length = cache[0]!.dims[2]!;
      const inputs = { ...feed(ids, boards, places, length, session), ...past };
      return explainFailure(() => session.run(inputs), boards);
    }

    function release(): void {
      cache.forEach((tensor) => tensor.dispose());
      cache = [];
    }

    return {
      async answer(ids, places) {
        const isLong = ids.length / boards >= LONG_PASS;
        const { logits } = await run(isLong ? answeringLong : answering, ids, places);
        return logits!.data as Float32Array;
      },
      async append(ids, places) {
        const outputs = await run(appending, ids, places);
        release();
        cache = listTensors(outputs);
        return outputs['logits']!.data as Float32Array;
      },
      release,
    };
  }

  return {
    name,
    config,
    tokenizer,
    device: runtime.device,
    tokensAPass: isCpu ? CPU_TOKENS_A_PASS : Infinity,
    prefill,
    release: async () => {
      const sessions = new Set([prompt, appending, answering, answeringLong]);
      for (const session of sessions) await session.release();
    },
  };
}
