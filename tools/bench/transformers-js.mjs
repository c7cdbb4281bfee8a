/**
 * Generates from an exported model with transformers.js, for `lifegpt bench inference`.
 * Usage: node transformers-js.mjs <folder> <repeats>, the prompt on stdin; prints a JSON object with
 * the text and the seconds of each repeat.
 */

import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { AutoModelForCausalLM, AutoTokenizer, env } from '@huggingface/transformers';

const [folder, repeats] = [resolve(process.argv[2]), Number(process.argv[3])];
env.allowRemoteModels = false;
env.localModelPath = dirname(folder);
const name = basename(folder);
const tokenizer = await AutoTokenizer.from_pretrained(name);
const model = await AutoModelForCausalLM.from_pretrained(name, { dtype: 'fp32' });
const inputs = tokenizer(readFileSync(0, 'utf8').trim(), { add_special_tokens: false });
const seconds = [];
let text = '';
for (let repeat = 0; repeat < repeats; repeat++) {
  const began = performance.now();
  const output = await model.generate({ ...inputs, max_new_tokens: 4200, do_sample: false });
  seconds.push((performance.now() - began) / 1000);
  text = tokenizer.decode(output[0].tolist().map(Number), { skip_special_tokens: false });
}
process.stdout.write(JSON.stringify({ text, seconds }));
