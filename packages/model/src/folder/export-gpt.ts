/**
 * A model whose tokens stand in a line, as GPT-2: an ONNX file that transformers.js and ONNX Runtime generate from,
 * and safetensors that Python's transformers load.
 */

import { ANSWER_END, InputError, layoutPrompt, formatTokenizerJson } from '@lifegpt/core';
import { encodeModel } from '@lifegpt/onnx-training';
import { buildExportedGpt } from '../network/exported-gpt.js';
import { writeJson, writeText, type ExportedFiles, type GptFolder } from './exported-files.js';
import { writeGptCard } from './gpt-card.js';
import { encodeSafetensors } from './safetensors.js';

/** Writes the files. @throws InputError when GPT-2 has no such parts. */
export function exportGpt(folder: GptFolder): ExportedFiles {
  const { name, config, tokenizer, tensors } = folder;
  const { head_dim: headDim, attention_bias, norm_bias, tie_word_embeddings } = config;
  const differs = [attention_bias, norm_bias, tie_word_embeddings].includes(false);
  if (headDim !== undefined || differs) {
    throw new InputError(
      `model ${name} has heads of a size of its own, no biases or untied embeddings, which GPT-2 in ` +
        `Hugging Face's libraries does not; leave head_dim, attention_bias, norm_bias and tie_word_embeddings out of its recipe`,
    );
  }
  const files: Record<string, Uint8Array> = {
    'config.json': writeJson(describeConfig(folder)),
    'generation_config.json': writeJson(describeGeneration(folder)),
    'tokenizer.json': writeText(formatTokenizerJson(tokenizer)),
    'tokenizer_config.json': writeJson(describeTokenizer(folder)),
    'README.md': writeText(writeGptCard(folder)),
    'onnx/model.onnx': encodeModel(buildExportedGpt(config, tensors)),
  };
  if (config.position_scheme === 'learned') {
    files['model.safetensors'] = encodeSafetensors({ tensors, metadata: { format: 'pt' } });
  }
  return files;
}

function describeConfig(folder: GptFolder): Record<string, unknown> {
  const { config } = folder;
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
    ...listSpecialIds(folder),
    'transformers.js_config': { dtype: 'fp32' },
    lifegpt: { trained_for: config.trained_for },
  };
}

/** The most likely tokens, to the end of the largest board that the model was trained for. */
function describeGeneration(folder: GptFolder): Record<string, unknown> {
  const [, longest] = folder.config.trained_for.sides;
  const { answerTokens } = layoutPrompt(folder.tokenizer, longest, longest);
  return { ...listSpecialIds(folder), do_sample: false, max_new_tokens: answerTokens };
}

/**
 * Texts begin with the prompt's own first token, so there is none to put before them; the last one of an answer ends the
 * text, and pads it: on the left, where `generate` wants it.
 */
function describeTokenizer(folder: GptFolder): Record<string, unknown> {
  const end = endOf(folder);
  return {
    tokenizer_class: 'PreTrainedTokenizerFast',
    model_input_names: ['input_ids', 'attention_mask'],
    model_max_length: folder.config.n_positions,
    clean_up_tokenization_spaces: false,
    bos_token: null,
    eos_token: end,
    pad_token: end,
    unk_token: null,
    padding_side: 'left',
  };
}

function listSpecialIds(folder: GptFolder): Record<string, number | null> {
  const id = folder.tokenizer.idOf(endOf(folder));
  // left out, it would be GPT-2's own, 50256
  return { bos_token_id: null, eos_token_id: id, pad_token_id: id };
}

/** The last token of an answer. */
function endOf({ tokenizer }: GptFolder): string {
  return tokenizer.vocabulary[tokenizer.encode(ANSWER_END).at(-1)!]!;
}
