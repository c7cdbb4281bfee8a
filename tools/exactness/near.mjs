/**
 * Near decoding against the dense network, token by token, on random boards of all sizes, topologies and forms of rule.
 * Usage: npm run near -- [--boards 10000] [--sides 16] [--model NAME[,NAME...]]; exit code 1 where a token differs
 *
 * Forty boards of a size and topology go together; every 25th of these groups is held against token-by-token decoding as well.
 */

import { readdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import {
  drawIsotropicTable,
  encodePrompts,
  formOfRule,
  layoutPrompt,
  openStream,
  RULE_BITS,
  ruleOfBits,
  TOPOLOGY_TOKENS,
  topologyOfToken,
} from '@lifegpt/core';
import { decodeGreedy, decodeJacobi, decodeNear } from '@lifegpt/model';
import { openModel, ZOO } from './open-model.mjs';

const { values: options } = parseArgs({
  options: {
    boards: { type: 'string', default: '10000' },
    sides: { type: 'string', default: '16' },
    model: { type: 'string', default: '' },
  },
});
const names = options.model === '' ? (await readdir(ZOO)).sort() : options.model.split(',');
const [most, longest] = [Number(options.boards), Number(options.sides)];
const TOGETHER = 40;

/** A rule of 18 bits or a table, of an isotropic rule or of any. */
function drawRule(random) {
  const kind = random.nextInt(3);
  if (kind === 0) return ruleOfBits(Array.from({ length: RULE_BITS }, () => random.nextInt(2)));
  if (kind === 1) return { table: Uint8Array.from({ length: 512 }, () => random.nextInt(2)) };
  return { table: drawIsotropicTable(random) };
}

for (const name of names) {
  const model = await openModel(name);
  if (model.near === undefined) {
    console.log(`${name}: has no plan, and near decoding is Jacobi's`);
    continue;
  }
  const began = performance.now();
  let [boards, tokens, differing, passes, least] = [0, 0, 0, 0, Infinity];
  for (let number = 0; boards < most; number++) {
    const random = openStream(1, 'near against dense', number);
    const token = TOPOLOGY_TOKENS[number % TOPOLOGY_TOKENS.length];
    const width = 1 + random.nextInt(longest);
    const height = token === 'S' ? width : 1 + random.nextInt(longest);
    const rule = drawRule(random);
    const form = formOfRule(rule);
    const headers = Array.from({ length: TOGETHER }, () => {
      let own = drawRule(random);
      while (formOfRule(own) !== form) own = drawRule(random);
      return { rule: own, topology: topologyOfToken(token) };
    });
    const layout = layoutPrompt(model.tokenizer, width, height, form);
    const density = random.nextFloat();
    const states = Uint8Array.from({ length: TOGETHER * width * height }, () =>
      Number(random.nextFloat() < density),
    );
    const request = { layout, prompts: encodePrompts(layout, states, headers) };
    const near = await decodeNear(model, request);
    const dense = [await decodeJacobi(model, request)];
    if (number % 25 === 0 && width * height <= 64) dense.push(await decodeGreedy(model, request));
    for (const reference of dense) {
      reference.tokens.forEach((id, k) => (differing += Number(near.tokens[k] !== id)));
    }
    boards += TOGETHER;
    tokens += near.tokens.length;
    passes = Math.max(passes, near.forwardPasses);
    least = Math.min(least, near.minMargin);
    if (number % 10 === 9)
      process.stderr.write(`\r${name}: ${boards} boards, ${differing} tokens differ `);
  }
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(
    `\n${name}: ${differing} of ${tokens} tokens differ on ${boards} boards; at most ${passes} passes, ` +
      `certain by ${least.toFixed(2)} nats at least; ${seconds} s`,
  );
  if (differing > 0) process.exitCode = 1;
  await model.release();
}
