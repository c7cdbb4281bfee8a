/**
 * A model by location for Python's transformers, which take its network from the folder itself (`trust_remote_code`). JavaScript has
 * this project's own packages.
 */

import { formatTokenizerJson } from '@lifegpt/core';
import { writeJson, writeText, type ExportedFiles, type LocationFolder } from './exported-files.js';
import { writeLocationCard } from './location-card.js';
import { encodeSafetensors } from './safetensors.js';

/** The piece that ends a next state, and pads nothing: texts of a batch have one length. */
const END = ']$';

/** Writes the files, but for those in Python. */
export function exportLocation(folder: LocationFolder): ExportedFiles {
  const { config, tokenizer, tensors } = folder;
  const { position_scheme: _, ...sizes } = config;
  const end = tokenizer.idOf(END);
  const ids = { bos_token_id: null, eos_token_id: end, pad_token_id: end };
  return {
    'config.json': writeJson({
      ...sizes,
      architectures: ['LifeGPTForCausalLM'],
      auto_map: {
        AutoConfig: 'configuration_lifegpt.LifeGPTConfig',
        AutoModelForCausalLM: 'modeling_lifegpt.LifeGPTForCausalLM',
      },
      torch_dtype: 'float32',
      ...ids,
    }),
    'generation_config.json': writeJson({
      ...ids,
      do_sample: false,
      use_cache: false,
      max_new_tokens: 4097,
    }),
    'tokenizer.json': writeText(formatTokenizerJson(tokenizer)),
    'tokenizer_config.json': writeJson({
      tokenizer_class: 'PreTrainedTokenizerFast',
      model_input_names: ['input_ids', 'attention_mask'],
      clean_up_tokenization_spaces: false,
      bos_token: null,
      eos_token: END,
      pad_token: END,
      unk_token: null,
      padding_side: 'left',
    }),
    'README.md': writeText(writeLocationCard(folder)),
    'model.safetensors': encodeSafetensors({ tensors, metadata: { format: 'pt' } }),
  };
}
