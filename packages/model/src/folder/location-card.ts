/** The card of an exported model by location. */

import { describeRules, describeSides, listTopologies } from '../network/trained-for.js';
import { titleOf, type LocationFolder } from './exported-files.js';

/** Writes the `README.md` of an exported folder. */
export function writeLocationCard(folder: LocationFolder): string {
  const { config } = folder;
  const rule = config.trained_for.rules === 'all' ? 'B3/S23' : config.trained_for.rule;
  const [topology] = listTopologies(config.trained_for);
  const knows = describeRules(config.trained_for);
  return `---
license: mit
library_name: transformers
pipeline_tag: text-generation
tags:
  - cellular-automata
  - game-of-life
  - mechanistic-interpretability
  - custom_code
---

# ${titleOf(folder)}

A decoder-only transformer (${config.n_layer} layers, ${config.n_head} heads, width ${config.n_embd}) that computes ${knows} on boards of any size
(trained on ${describeSides(config.trained_for)}). Distances to the borders are numbers beside its tokens, so its network is its own: \`modeling_lifegpt.py\`.

\`\`\`python
import sys
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer
tokenizer = AutoTokenizer.from_pretrained("<this folder>", trust_remote_code=True)
model = AutoModelForCausalLM.from_pretrained("<this folder>", trust_remote_code=True)
write_prompt = sys.modules[type(model).__module__].write_prompt
prompt = write_prompt("0000001000001110000000000", rule="${rule}", topology="${topology}")  # a glider on 5x5 cells
output = model.generate(**tokenizer(prompt, return_tensors="pt"))
print(tokenizer.decode(output[0])[-27:])
\`\`\`

Boards that are no squares need their \`width\`: \`model(input_ids, width=7)\`. Texts of a batch have one size. Every value inside has a module for hooks:
\`model.get_submodule("h.1.attn.z").register_forward_hook(…)\`; \`h.1.attn.pattern\` is where heads look on the board, \`h.2.axes\` where a stream lies
on the rule's axes.
`;
}
