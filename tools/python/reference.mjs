/**
 * What `life` computes in JavaScript, for Python to be held against.
 * Usage: node reference.mjs logits | node reference.mjs answers <boards>
 *
 * `logits`: texts of every kind, whole, with the reference's logits in doubles. `answers`: boards of many sizes, topologies and rules,
 * with the tokens that the model writes. A line of JSON each.
 */

import {
  drawRule,
  isLocationConfig,
  loadModel,
  predictBatch,
  decodeJacobi,
  readModelFolder,
} from '@lifegpt/model';
import {
  encodeExamples,
  encodePairs,
  encodeRuleAnswers,
  FORM_BITS,
  formOfRule,
  layoutPairs,
  layoutPrompt,
  locateTokens,
  openStream,
  TOPOLOGY_TOKENS,
  topologyOfToken,
} from '@lifegpt/core';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const folder = await readModelFolder('life', (file) =>
  readFile(join(root, 'packages/model/zoo/life', file)),
);
if (!isLocationConfig(folder.config)) throw new Error('life attends by location');
const { tokenizer } = folder;
const random = openStream(11, 'python');
const bits = (count) => Uint8Array.from({ length: count }, () => random.nextInt(2));
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const drawTable = () => ({ table: bits(512) });

if (process.argv[2] === 'logits') {
  const { locationReference } = await import(
    join(root, 'packages/model/dist/network/location-reference.js')
  );
  const tell = (kind, layout, tokens) => {
    const positions = locateTokens(layout);
    const logits = locationReference(folder.config, folder.tensors, tokens, positions);
    const rows = Array.from({ length: positions.length / 5 }, (_, at) => [
      ...positions.subarray(at * 5, at * 5 + 5),
    ]);
    say({ kind, tokens: [...tokens], positions: rows, logits });
  };
  for (const [k, token] of TOPOLOGY_TOKENS.entries()) {
    const rule = k % 2 === 0 ? drawRule(random) : drawTable();
    const [width, height] = [2 + (k % 3), 1 + k];
    const layout = layoutPrompt(tokenizer, width, height, formOfRule(rule));
    const headers = [{ rule, topology: topologyOfToken(token) }];
    const cells = width * height;
    const { inputs } = encodeExamples(layout, bits(cells), bits(cells), headers);
    tell(`state ${token} ${formOfRule(rule)}`, layout, inputs);
  }
  for (const [form, pairs] of [
    ['counts', 1],
    ['counts', 2],
    ['table', 2],
  ]) {
    const layout = layoutPairs(tokenizer, 3, 4, { form, pairs });
    const prompt = encodePairs(layout, bits(12 * pairs), bits(12 * pairs), topologyOfToken('K'));
    const answer = encodeRuleAnswers(layout, [Array.from(bits(FORM_BITS[form]))]);
    tell(`rule ${form} ${pairs}`, layout, [...prompt, ...answer.subarray(0, -1)]);
  }
} else {
  const onnx = createRequire(join(root, 'packages/cli/package.json'))('onnxruntime-node');
  const runtime = {
    device: 'cpu',
    createSession: (bytes) => onnx.InferenceSession.create(bytes, { logSeverityLevel: 3 }),
  };
  const model = await loadModel(folder, runtime);
  const A_BATCH = 20;
  for (let done = 0; done < Number(process.argv[3]); done += A_BATCH) {
    const [width, height] = [1 + random.nextInt(12), 1 + random.nextInt(12)];
    const token = TOPOLOGY_TOKENS[(done / A_BATCH) % TOPOLOGY_TOKENS.length];
    const isTable = random.nextInt(2) === 1;
    const headers = Array.from({ length: A_BATCH }, () => ({
      rule: isTable ? drawTable() : drawRule(random),
      topology: topologyOfToken(token),
    }));
    const boards = headers.map(() => ({ width, height, cells: bits(width * height) }));
    const { answers } = await predictBatch(model, boards, { headers, decode: decodeJacobi });
    const layout = layoutPrompt(tokenizer, width, height, isTable ? 'table' : 'counts');
    const written = answers.map(({ grid }, b) => {
      const { inputs, targets } = encodeExamples(layout, boards[b].cells, grid.cells, [headers[b]]);
      return { inputs: [...inputs], targets: [...targets] };
    });
    say({ width, answerTokens: layout.answerTokens, texts: written });
  }
  await model.release();
}
