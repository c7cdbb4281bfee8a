/**
 * A model as a folder for Hugging Face's libraries: an ONNX file that transformers.js generates from,
 * and safetensors that Python's transformers load as GPT-2.
 */

import { formatTokenizerJson, InputError, type Tokenizer } from '@lifegpt/core';
import { buildBehindCache, embedInputs, openParts } from '../network/cached-gpt.js';
import type { GptConfig } from '../network/gpt-config.js';
import { isLocationConfig } from '../network/location-config.js';
import { GraphBuilder } from '../graph/builder.js';
import { encodeModel } from '../graph/proto.js';
import type { ModelFolder } from './model-folder.js';
import { encodeSafetensors, type NamedTensor } from './safetensors.js';

/** The files of an exported folder by their paths. */
export type ExportedFiles = Readonly<Record<string, Uint8Array>>;

/**
 * Writes a model for Hugging Face's libraries.
 * @throws InputError when GPT-2 has no such parts.
 */
export function exportForTransformers(folder: ModelFolder): ExportedFiles {
  const { name, config, tensors } = folder;
  if (isLocationConfig(config)) {
    throw new InputError(
      `model ${name} attends by location, which GPT-2 in Hugging Face's libraries does not; ` +
        `export a model whose tokens stand in a line, such as flat32`,
    );
  }
  const { head_dim: headDim, attention_bias, norm_bias, tie_word_embeddings } = config;
  const differs = [attention_bias, norm_bias, tie_word_embeddings].includes(false);
  if (headDim !== undefined || differs) {
    throw new InputError(
      `model ${name} has heads of a size of its own, no biases or untied embeddings, which GPT-2 in ` +
        `Hugging Face's libraries does not; leave head_dim, attention_bias, norm_bias and tie_word_embeddings out of its recipe`,
    );
  }
  const { tokenizer } = folder;
  const text = (value: unknown): Uint8Array =>
    new TextEncoder().encode(
      typeof value === 'string' ? value : `${JSON.stringify(value, null, 2)}\n`,
    );
  const files: Record<string, Uint8Array> = {
    'config.json': text(describeConfig(config, tokenizer)),
    'generation_config.json': text({ ...specialTokens(tokenizer), do_sample: false }),
    'tokenizer.json': text(formatTokenizerJson(tokenizer)),
    'tokenizer_config.json': text({
      tokenizer_class: 'PreTrainedTokenizerFast',
      model_max_length: config.n_positions,
      clean_up_tokenization_spaces: false,
    }),
    'onnx/model.onnx': encodeModel(buildExport(config, tensors)),
  };
  if (config.position_scheme === 'learned') {
    files['model.safetensors'] = encodeSafetensors({ tensors, metadata: { format: 'pt' } });
  }
  return files;
}

/** The graph with the inputs that transformers.js feeds. */
function buildExport(config: GptConfig, tensors: readonly NamedTensor[]): GraphBuilder {
  const graph = new GraphBuilder('gpt');
  const parts = openParts(graph, config, tensors);
  const axes = ['batch_size', 'tokens'];
  const inputIds = graph.input('input_ids', 'int64', axes);
  const positions = graph.input('position_ids', 'int64', axes);
  // positions are the same for all texts of a batch: those of the first one, as a column
  const bounds = [0, 1, 0].map((n) => graph.constant([n], 'int64'));
  const first = graph.emit('Slice', [positions, ...bounds], 'int64', [1, 'tokens']);
  const column = graph.emit('Transpose', [first], 'int64', ['tokens', 1], {
    perm: { ints: [1, 0] },
  });
  const toInt32 = (value: typeof inputIds): typeof inputIds =>
    graph.emit('Cast', [value], 'int32', value.shape, { to: 6 });
  return buildBehindCache(embedInputs(parts, toInt32(inputIds), toInt32(column)), { kind: 'any' });
}

function describeConfig(config: GptConfig, tokenizer: Tokenizer): Record<string, unknown> {
  return {
    model_type: 'gpt2',
    architectures: ['GPT2LMHeadModel'],
    n_layer: config.n_layer,
    n_head: config.n_head,
    n_embd: config.n_embd,
    n_inner: config.n_inner,
    n_positions: config.n_positions,
    n_ctx: config.n_positions,
    vocab_size: config.vocab_size,
    layer_norm_epsilon: config.layer_norm_epsilon,
    activation_function: 'gelu',
    tie_word_embeddings: true,
    attn_pdrop: 0,
    embd_pdrop: 0,
    resid_pdrop: 0,
    use_cache: true,
    torch_dtype: 'float32',
    ...specialTokens(tokenizer),
    'transformers.js_config': { dtype: 'fp32' },
    lifegpt: { trained_for: config.trained_for },
  };
}

/** The last token of an answer ends the generation. */
function specialTokens(tokenizer: Tokenizer): Record<string, number> {
  const end = tokenizer.vocabulary.includes(']$') ? ']$' : '$';
  const id = tokenizer.idOf(end);
  return { bos_token_id: id, eos_token_id: id, pad_token_id: id };
}
