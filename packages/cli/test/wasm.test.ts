import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLifegpt, type Outcome } from './lifegpt.js';
import { startService } from './service.js';
import { TINY_RECIPE } from './tiny-recipe.js';

/** As where an optional dependency was not installed: Node finds no package of that name. */
const HOOKS = `export async function resolve(name, context, next) {
  if (name === 'onnxruntime-node') throw new Error("Cannot find package 'onnxruntime-node'");
  return next(name, context);
}`;

let folder: string;
let hide: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wasm-'));
  writeFileSync(join(folder, 'tiny.json'), JSON.stringify(TINY_RECIPE));
  writeFileSync(join(folder, 'hooks.mjs'), HOOKS);
  const hooks = JSON.stringify(pathToFileURL(join(folder, 'hooks.mjs')));
  hide = join(folder, 'hide.mjs');
  writeFileSync(hide, `import { register } from 'node:module';\nregister(${hooks});\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));
const options = (): string => `--import ${pathToFileURL(hide).href}`;
const lifegpt = (line: string): Outcome =>
  runLifegpt(folder, line.split(' '), '', undefined, {
    NODE_OPTIONS: options(),
  });
const withBinary = (line: string): Outcome => runLifegpt(folder, line.split(' '));

describe('lifegpt where the binary of ONNX Runtime does not load', () => {
  // a text in a line is written token by token: seconds, which `npm run test:slow` takes
  const models = process.env['LIFEGPT_SLOW_TESTS'] === undefined ? ['life'] : ['life', 'flat32'];
  it.each(models)('says so in one line and predicts with %s all the same', (model) => {
    const given = `predict glider --require-exact --json --model ${model}`;
    const { code, stdout, stderr } = lifegpt(given);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(stdout)).toMatchObject({ decode: { device: 'wasm' } });
    const lines = stderr.split('\n').filter((line) => line.includes('onnxruntime-node'));
    expect(lines[0]).toBe(
      "onnxruntime-node does not load; going on with WebAssembly, which is slower (Cannot find package 'onnxruntime-node')",
    );
    expect(lines).toHaveLength(2); // the other one names the device
  });

  it('trains along the same curve', () => {
    const curves = [lifegpt, withBinary].map((run, k) => {
      const given = `train tiny.json --out run${k} --steps 20 --set checkpoint_every=20`;
      expect(run(given).code).toBe(0);
      const lines = readFileSync(join(folder, `run${k}/metrics.jsonl`), 'utf8')
        .trim()
        .split('\n');
      return lines.map((line) => (JSON.parse(line) as { loss: number }).loss);
    });
    expect(curves[0]).toHaveLength(1);
    expect(curves[0]![0]).toBeCloseTo(curves[1]![0]!, 4);
  });

  it('serves, and says so too', async () => {
    const service = await startService([], { NODE_OPTIONS: options() });
    const prompt = '@PredictNextState<0000001000001110000000000> [';
    const answer = await (await service.post('/v1/completions', { prompt })).json();
    expect(answer).toMatchObject({ choices: [{ text: '0000000110001100001000000]$' }] });
    const { stderr } = await service.stop();
    expect(stderr.match(/onnxruntime-node does not load/g)).toHaveLength(1);
    expect(stderr).toContain('life on wasm');
  });

  it('refuses a device that only the binary has', () => {
    const { code, stderr } = lifegpt('predict glider --device webgpu');
    expect(code).toBe(2);
    expect(stderr).toMatch(/device webgpu needs onnxruntime-node, .*; use --device wasm$/m);
  });
});
