import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runLifegpt, type Outcome } from './lifegpt.js';

const ZOO = resolve(import.meta.dirname, '../../model/zoo');
/** The paper's ten boards, where they lie beside the project. */
const PAPER = resolve(
  import.meta.dirname,
  '../../../../shared/data/lifegpt-paper/test_states_32x32_10.csv',
);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'predict-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const lifegpt = (line: string, input = ''): Outcome => runLifegpt(folder, line.split(' '), input);

interface Report {
  model: string;
  rule: string;
  width: number;
  height: number;
  states: string[];
  decode: {
    strategy: string;
    device: string;
    forwardPasses: number;
    tokens: number;
    minMargin: number;
  };
  comparison: {
    exact: boolean;
    wrongCells: number;
    cellAccuracy: number;
    firstDivergence: number | null;
  } | null;
}

describe('lifegpt predict', () => {
  it('writes the next states that the engine computes', () => {
    const { code, stdout } = lifegpt(
      'predict glider --rule B3/S23:T9,7 -n 5 --require-exact --json',
    );
    const report = JSON.parse(stdout) as Report;
    expect(code).toBe(0);
    expect(report).toMatchObject({ model: 'life', rule: 'B3/S23:T9,7', width: 9, height: 7 });
    expect(report.comparison).toEqual({
      exact: true,
      wrongCells: 0,
      cellAccuracy: 1,
      firstDivergence: null,
    });
    expect(report.decode).toMatchObject({ strategy: 'near', device: 'cpu', tokens: 5 * 64 });
    expect(report.states).toHaveLength(6);
    const truth = lifegpt('simulate glider --rule B3/S23:T9,7 -n 5 --json');
    expect(report.states[5]).toBe((JSON.parse(truth.stdout) as { state: string }).state);
  });

  it('steps any two-state rule of the 3x3 neighbourhood on every topology', () => {
    for (const rule of ['B2n3/S23-q:C7,5', 'B13/S012V:K9*,4', 'B2/S34H:S6', 'B36/S23:P40,3']) {
      const { code, stdout } = lifegpt(`predict glider --rule ${rule} -n 2 --require-exact --json`);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ comparison: { wrongCells: 0 } });
    }
  });

  it('prints the same states by greedy, by Jacobi and by near decoding, in many passes and in few', () => {
    const [greedy, jacobi, near] = ['greedy', 'jacobi', 'near'].map((strategy) => {
      const line = `predict acorn --rule B3/S23:T12,10 -n 3 --json --decode ${strategy}`;
      return JSON.parse(lifegpt(line).stdout) as Report;
    });
    expect(jacobi!.states).toEqual(greedy!.states);
    expect(near!.states).toEqual(greedy!.states);
    expect(near!.decode.forwardPasses).toBe(3);
    expect(jacobi!.comparison).toBeNull();
    expect(greedy!.decode.forwardPasses).toBe(3 * 121);
    expect(jacobi!.decode.forwardPasses).toBeLessThanOrEqual(9);
    expect(jacobi!.decode.minMargin).toBeGreaterThan(0);
  });

  it('samples by a seed, and verifies drafts of the engine', () => {
    const run = (line: string): Report & { decode: { acceptance?: number } } =>
      JSON.parse(lifegpt(`predict acorn --rule B3/S23:T12,10 --json ${line}`).stdout);
    const [one, same, other, greedy] = [
      run('--decode sample --temperature 40 --seed 1'),
      run('--decode greedy --temperature 40 --seed 1'),
      run('--decode sample --temperature 40 --seed 2'),
      run('--decode greedy'),
    ];
    expect(same.states).toEqual(one.states);
    expect(other.states).not.toEqual(one.states);
    expect(greedy.states).not.toEqual(one.states);
    const verified = run('--decode speculative -n 4 --require-exact');
    expect(verified.decode).toMatchObject({ acceptance: 1, forwardPasses: 4 });
    expect(one.decode.acceptance).toBeUndefined();
  });

  it('draws the boards beside the truth and closes with one line', () => {
    const { code, stdout, stderr } = lifegpt('predict blinker --rule B3/S23:T5 -n 2 --compare');
    expect(code).toBe(0);
    expect(stdout).toMatch(/LifeGPT,\ngeneration 2 +truth/);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
      /^exact: 0 wrong cells in 2 generations, [\d.]+ ms a generation, \d+ forward passes for 52 tokens, \d+ of them kept$/,
    );
    expect(stderr).toMatch(/^B3\/S23:T5,5, model life on cpu \(.+\), near decoding\n$/);
  });

  it('reads RLE from stdin and writes a GIF', () => {
    const rle = 'x = 3, y = 1, rule = B3/S23:T6,6\n3o!\n';
    const { code } = lifegpt('predict - -n 2 --gif out.gif --json', rle);
    expect(code).toBe(0);
    expect(readFileSync(join(folder, 'out.gif')).subarray(0, 6).toString()).toBe('GIF89a');
  });

  it.skipIf(!existsSync(PAPER))('has the paper’s r-pentomino exact for nine steps', () => {
    const { code, stdout } = runLifegpt(folder, [
      'predict',
      PAPER,
      ...'--row 10 -n 9 --compare --require-exact --json'.split(' '),
    ]);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as Report).comparison?.exact).toBe(true);
  });

  it('exits with 1 when exactness was asked for and the model is wrong', () => {
    const model = join(folder, 'spoiled');
    cpSync(join(ZOO, 'life'), model, { recursive: true });
    // other weights under a matching hash: the tensors in reverse order of bytes are a wrong model
    const weights = readFileSync(join(model, 'model.safetensors'));
    const body = weights.subarray(8 + Number(weights.readBigUInt64LE()));
    const floats = new Float32Array(new Uint8Array(body).buffer);
    body.set(new Uint8Array(floats.map((value) => -value).buffer));
    writeFileSync(join(model, 'model.safetensors'), weights);
    const damaged = lifegpt('predict glider --model spoiled --rule B3/S23:T8 --require-exact');
    expect(damaged.code).toBe(2);
    const hash = /its SHA-256 is ([0-9a-f]{64})/.exec(damaged.stderr)![1]!;
    const config = readFileSync(join(model, 'config.json'), 'utf8');
    writeFileSync(
      join(model, 'config.json'),
      config.replace(/"weights_sha256": "[0-9a-f]+"/, `"weights_sha256": "${hash}"`),
    );
    const { code, stdout } = lifegpt(
      'predict glider --model spoiled --rule B3/S23:T8 --require-exact',
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/NOT exact, first divergence at generation 1: \d+ wrong cells/);
  });

  const refused: [string, string, RegExp][] = [
    ['a pattern that there is not', 'predict no-such-thing', /no-such-thing/],
    ['a rule of more than two states', 'predict glider --rule B3/S23/4', /more than two states/],
    [
      'a rule that the model was not trained for',
      'predict glider --rule B36/S23 --model flat32',
      /trained for rule B3\/S23, not B36\/S23/,
    ],
    [
      'a side that it was not trained for',
      'predict glider --rule B3/S23:T40,8 --model flat32',
      /trained for sides of 32, but the board is 40x8/,
    ],
    [
      'a pattern larger than the torus',
      'predict pulsar --rule B3/S23:T8,8',
      /13x13 and does not fit on a 8x8 grid/,
    ],
    [
      'an unknown model',
      'predict glider --model nobody',
      /'nobody' is neither a shipped model \(.*life.*\) nor a folder/,
    ],
    [
      'an unknown device',
      'predict glider --device tpu',
      /unknown --device 'tpu'; choose one of auto, cpu, webgpu, cuda, wasm/,
    ],
    [
      'an unknown decoding',
      'predict glider --decode beam',
      /unknown --decode 'beam'; choose one of near, jacobi, greedy/,
    ],
    [
      'a device that is not here, with a line of our own alone',
      'predict glider --device cuda',
      /^error: device cuda .*; use --device (cpu|wasm)\n$/,
    ],
    ['a temperature that is none', 'predict glider --temperature -1', /--temperature/],
    [
      'a board that is no torus',
      'predict glider --rule B3/S23:P32,32 --model flat32',
      /trained for tori, not for :P32,32/,
    ],
    ['borders that are shifted', 'predict glider --rule B3/S23:T12+1,12', /not for :T12\+1,12/],
    ['no generations', 'predict glider -n 0', /-n needs a whole number from 1/],
  ];
  it.each(refused)('refuses %s, in one clear line, and writes nothing', (_name, line, message) => {
    const { code, stdout, stderr } = lifegpt(`${line} --gif out.gif`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(readdirSync(folder)).toEqual([]);
  });

  const malformed: [string, string, RegExp][] = [
    ['an unknown letter', 'x = 3, y = 1\n3q!\n', /bad.rle:2: .*q/],
    ['a truncated run', 'x = 3, y = 1\n3', /bad.rle:2: /],
    ['no cells', 'x = 3, y = 1\n', /bad.rle/],
  ];
  it.each(malformed)('refuses an RLE file with %s', (_name, text, message) => {
    writeFileSync(join(folder, 'bad.rle'), text);
    const { code, stderr } = lifegpt('predict bad.rle');
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('refuses a model folder whose weights are missing or damaged', () => {
    cpSync(join(ZOO, 'life'), join(folder, 'copy'), { recursive: true });
    const file = join(folder, 'copy', 'model.safetensors');
    const weights = readFileSync(file);
    writeFileSync(file, weights.subarray(0, 1000));
    expect(lifegpt('predict glider --model copy')).toMatchObject({ code: 2, stdout: '' });
    rmSync(file);
    const { code, stderr } = lifegpt('predict glider --model copy');
    expect(code).toBe(2);
    expect(stderr).toMatch(/copy\/model.safetensors is missing/);
  });

  it('draws random boards by density and seed, always the same ones', () => {
    const draw = (given: string): string => lifegpt(`predict random --json ${given}`).stdout;
    const start = (given: string): string =>
      (JSON.parse(draw(given)) as { states: string[] }).states[0]!;
    const board = '--rule B3/S23:T20,10';
    const states = [
      start(`--density .3 --seed 7 ${board}`),
      start(`--density .3 --seed 7 ${board}`),
      start(`--density .3 --seed 8 ${board}`),
    ];
    expect(states[0]).toHaveLength(200);
    expect(states[1]).toBe(states[0]);
    expect(states[2]).not.toBe(states[0]);
    const alive = states[0]!.split('1').length - 1;
    expect(alive).toBeGreaterThan(35);
    expect(alive).toBeLessThan(85);
  });

  it('answers a prompt as it stands, and nothing else when it is to be quiet', () => {
    const given = ['predict', '--quiet', '--prompt', '@PredictNextState<0000011100000000> ['];
    expect(runLifegpt(folder, given)).toEqual({
      code: 0,
      stdout: '0010001000100000]$\n',
      stderr: '',
    });
    const { stdout, stderr } = lifegpt('predict blinker --rule B3/S23:T5 --quiet --compare');
    expect(stdout).toMatch(/^exact: 0 wrong cells in 1 generation, .*\n$/);
    expect(stderr).toBe('');
  });

  it.each([
    ['predict glider --top-k 3', /--top-k takes no effect without a --temperature above 0/],
    ['predict glider --seed 3', /--seed takes no effect without a --temperature above 0/],
    ['predict glider --density 0.3', /--density takes no effect without the pattern random/],
    ['predict random --density 2', /--density needs a probability from 0 to 1, not '2'/],
    ['predict random --row 2', /--row 2 chooses a board of a .csv file/],
    ['predict', /name a pattern, such as glider/],
    ['predict glider --prompt x', /--prompt is instead of a pattern/],
    ['predict --prompt x --json', /--json takes no effect without a pattern/],
    ['simulate glider -n 1 --seed 3', /--seed takes no effect without the pattern random/],
  ])('refuses what could take no effect: %s', (line, message) => {
    const { code, stdout, stderr } = lifegpt(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('lists models with what each is good for, and shows one on a screen', () => {
    const list = lifegpt('model list').stdout;
    expect(list).toMatch(/^life, 65,434 parameters, the default$/m);
    expect(list).toMatch(/Hugging Face/);
    const lines = lifegpt('model show life').stdout.trimEnd().split('\n');
    expect(lines.length).toBeLessThan(24);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(lines.join('\n')).toMatch(/evaluation +0 wrong cells of [\d,]+ on 2,000 fresh boards/);
  });
});
