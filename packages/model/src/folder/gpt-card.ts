/** The card of an exported model in a line: what it is, and how Python and JavaScript ask it. */

import { ANSWER_START, formatCells, createGrid, PROMPT_START } from '@lifegpt/core';
import { titleOf, type GptFolder } from './exported-files.js';

/** The library's package. */
const JAVASCRIPT = '@huggingface/transformers';

/** Writes the `README.md` of an exported folder. */
export function writeGptCard(folder: GptFolder): string {
  const { config } = folder;
  const { rule, topology, sides } = config.trained_for;
  const [shortest, longest] = sides;
  const boards =
    shortest === longest
      ? `every ${topology} of ${longest}x${longest} cells`
      : `every ${topology} with sides ${shortest} to ${longest}`;
  const isLearned = config.position_scheme === 'learned';
  return `---
license: mit
library_name: ${isLearned ? 'transformers' : 'transformers.js'}
pipeline_tag: text-generation
tags:
  - cellular-automata
  - game-of-life
  - mechanistic-interpretability
${isLearned ? '  - gpt2\n' : ''}  - onnx
---

# ${titleOf(folder)}

A decoder-only transformer (${config.n_layer} layer${config.n_layer === 1 ? '' : 's'}, ${config.n_head} heads, width ${config.n_embd}) that computes ${rule} on
${boards}. Given \`${PROMPT_START}0101…${ANSWER_START}\`, the cells row by row, it writes the next state
and \`]$\`, a character a token.

There is no token before a text, so nothing may be put before it; the end, \`$\`, is also what pads texts, on the left.

${isLearned ? describePython(longest) : describeRotary()}
## ONNX

\`onnx/model.onnx\` (opset 17) reads \`input_ids\`, \`attention_mask\`, \`position_ids\` and \`past_key_values.<layer>.key|value\`
(\`[batch, ${config.n_head}, past, ${config.n_embd / config.n_head}]\`, empty at first), and writes \`logits\` and \`present.<layer>.key|value\`. A text's
positions count from 0 at its first token that is no padding. transformers.js feeds all of that itself:

\`\`\`js
import { pipeline } from '${JAVASCRIPT}';
const generate = await pipeline('text-generation', '<this folder>', { dtype: 'fp32' });
const [{ generated_text }] = await generate('${PROMPT_START}' + cells + '${ANSWER_START}');
\`\`\`
`;
}

function describePython(side: number): string {
  const blinker = createGrid(side, side);
  const middle = Math.floor(side / 2);
  for (const step of [-1, 0, 1]) blinker.cells[middle * side + ((middle + step + side) % side)] = 1;
  const row = formatCells(blinker).slice(middle * side, (middle + 1) * side);
  return `## Python

\`\`\`python
from transformers import AutoModelForCausalLM, AutoTokenizer
tokenizer = AutoTokenizer.from_pretrained("<this folder>")
model = AutoModelForCausalLM.from_pretrained("<this folder>")
cells = "${row}".rjust(${(middle + 1) * side}, "0").ljust(${side * side}, "0")  # a blinker, ${side}x${side}
prompt = "${PROMPT_START}" + cells + "${ANSWER_START}"
output = model.generate(**tokenizer(prompt, return_tensors="pt"))
print(tokenizer.decode(output[0])[len(prompt):])
\`\`\`

\`pipeline("text-generation", "<this folder>")\` does the same. Calling the model itself on texts padded on the left needs
\`position_ids\` too; \`generate\` makes them from the mask.

TransformerLens and nnsight load it as GPT-2. TransformerLens puts a token before each text unless it is told not to: give
\`prepend_bos=False\`, or every token stands one place too far.
`;
}

const describeRotary = (): string =>
  `There are no safetensors here: Python's GPT-2 has learned positions, this model has rotary ones.
`;
