/** The card of an exported model by location. */

import { describeRules } from '../network/trained-for.js';
import type { LocationFolder } from './exported-files.js';

/** Writes the `README.md` of an exported folder. */
export function writeLocationCard({ name, config }: LocationFolder): string {
  const { sides } = config.trained_for;
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

# ${name}

A decoder-only transformer (${config.n_layer} layers, ${config.n_head} heads, width ${config.n_embd}) that computes ${knows} on boards of any size
(trained on sides ${sides.join(' to ')}). Distances to the borders are numbers beside its tokens, so its network is its own: \`modeling_lifegpt.py\`.

\`\`\`python
import sys
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer
tokenizer = AutoTokenizer.from_pretrained("<this folder>", trust_remote_code=True)
model = AutoModelForCausalLM.from_pretrained("<this folder>", trust_remote_code=True)
write_prompt = sys.modules[type(model).__module__].write_prompt
prompt = write_prompt("0000001000001110000000000", rule="B3/S23", topology="T")  # a glider on a torus of 5x5
output = model.generate(**tokenizer(prompt, return_tensors="pt"))
print(tokenizer.decode(output[0])[-27:])
\`\`\`

Boards that are no squares need their \`width\`: \`model(input_ids, width=7)\`. Texts of a batch have one size. Every value inside has a module for hooks:
\`model.get_submodule("h.1.attn.z").register_forward_hook(…)\`; \`h.1.attn.pattern\` is where heads look on the board, \`h.2.axes\` where a stream lies
on the rule's axes.
`;
}
