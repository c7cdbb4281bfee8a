/**
 * The adder of gliders with all inputs up to some bits, each on a board of its own, by the engine.
 * Usage: npm run adder -- [--bits 8] [--shard 0/1]
 *
 * All pairs of 8 bits are 65,536 boards and some two hours of a core; a shard is a share of them. (That it adds numbers of any length is
 * proved in seconds by packages/simd-life/test/adder.test.ts, which goes through every state that the machine can come to.)
 */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { buildAdder, CONWAY, readGlider } from '@lifegpt/core';
import { createEngine } from '@lifegpt/simd-life';

const { values: options } = parseArgs({
  options: { bits: { type: 'string', default: '8' }, shard: { type: 'string', default: '0/1' } },
});
const bits = Number(options.bits);
const [shard, shards] = options.shard.split('/').map(Number);
if (!(bits >= 1 && bits <= 12) || !(shard >= 0 && shard < shards)) {
  console.error('--bits is a number from 1 to 12, and --shard a share such as 0/4');
  process.exit(2);
}
const wasm = createRequire(import.meta.url).resolve('@lifegpt/simd-life/simd-life.wasm');
const engine = await createEngine(new Uint8Array(await readFile(wasm)));
const PLANE = { kind: 'plane' };

/** The sum that flies out; null where neither a glider nor nothing does. */
function add(a, b) {
  const { grid: start, sumBits, corner } = buildAdder(a, b);
  let [grid, generation, sum] = [start, 0, 0];
  for (const [bit, reading] of sumBits.entries()) {
    grid = engine.step(grid, CONWAY, reading.generation - generation, PLANE);
    generation = reading.generation;
    const seen = readGlider(grid, reading.glider, generation, corner);
    if (seen === null) return null;
    if (seen) sum += 2 ** bit;
  }
  return sum;
}

const count = 2 ** (2 * bits);
let [done, wrong, told] = [0, 0, Date.now()];
for (let pair = shard; pair < count; pair += shards) {
  const [a, b] = [Math.floor(pair / 2 ** bits), pair % 2 ** bits];
  const sum = add(a, b);
  done++;
  if (sum !== a + b) {
    wrong++;
    console.log(`${a} + ${b}: ${sum ?? 'neither a glider nor nothing'}`);
  }
  if (Date.now() - told < 10_000) continue;
  told = Date.now();
  console.error(`${done} of ${Math.ceil(count / shards)} pairs, ${wrong} wrong`);
}
console.log(
  `${wrong} of ${done} sums wrong, all inputs up to ${bits} bits, share ${options.shard}`,
);
process.exitCode = wrong > 0 ? 1 : 0;
