import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runLifegpt, startLifegpt, type Outcome } from './lifegpt.js';
import { TINY_LOCATION, TINY_RECIPE } from './tiny-recipe.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'train-'));
  writeFileSync(join(folder, 'tiny.json'), JSON.stringify(TINY_RECIPE));
  writeFileSync(join(folder, 'places.json'), JSON.stringify(TINY_LOCATION));
});
afterEach(() => rmSync(folder, { recursive: true }));
const lifegpt = (line: string): Outcome => runLifegpt(folder, line.split(' '));
const readLines = (run: string): { step: number; loss: number }[] =>
  readFileSync(join(folder, run, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { step: number; loss: number });

describe('lifegpt train', () => {
  it('trains into a folder that predict takes, and will not overwrite it', () => {
    const { code, stdout } = lifegpt('train tiny.json --out run --json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ model: 'run', steps: 400, boards: 2000 });
    expect(readdirSync(join(folder, 'run')).sort()).toEqual([
      'config.json',
      'metrics.jsonl',
      'model.safetensors',
      'recipe.json',
      'state.safetensors',
      'tokenizer.json',
      'training.json',
    ]);
    const losses = readLines('run').map(({ loss }) => loss);
    expect(losses).toHaveLength(24); // every 20 steps, and at the checkpoints between
    expect(losses.at(-1)!).toBeLessThan(0.75 * losses[0]!);
    expect(lifegpt('predict blinker --rule B3/S23:T4 --model run').code).toBe(0);
    const again = lifegpt('train tiny.json --out run');
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(/run already holds a training run; add --resume/);
    const [name, parameters] = [/tiny|run/, /n_embd +16/];
    expect(lifegpt('model show run').stdout).toMatch(name);
    expect(lifegpt('model show run').stdout).toMatch(parameters);
  });

  it('keeps the models on the way, each a folder that predict takes', () => {
    const options = '--out kept --steps 20 --set checkpoint_every=5';
    expect(lifegpt(`train tiny.json ${options} --keep-every 10 --tensorboard`).code).toBe(0);
    // what TensorBoard reads is what metrics.jsonl says, line by line
    const events = readFileSync(join(folder, 'kept/events.out.tfevents.lifegpt')).toString(
      'latin1',
    );
    expect(events.split('train/loss')).toHaveLength(1 + readLines('kept').length);
    const kept = readdirSync(join(folder, 'kept/checkpoints')).sort();
    expect(kept).toEqual(['step-000010', 'step-000020']);
    const weights = ['kept', ...kept.map((step) => `kept/checkpoints/${step}`)].map((run) =>
      readFileSync(join(folder, run, 'model.safetensors')).toString('base64'),
    );
    expect(weights[2]).toBe(weights[0]);
    expect(weights[1]).not.toBe(weights[0]);
    const model = 'kept/checkpoints/step-000010';
    expect(lifegpt(`predict blinker --rule B3/S23:T4 --model ${model}`).code).toBe(0);
    const odd = lifegpt('train tiny.json --out odd --set checkpoint_every=5 --keep-every 7');
    expect({ code: odd.code, made: readdirSync(folder).includes('odd') }).toEqual({
      code: 2,
      made: false,
    });
    expect(odd.stderr).toMatch(/7 is no multiple of the recipe's checkpoint_every, 5/);
  });

  it('takes another number of steps, another seed, other fields and weights to begin with, and its advice works', () => {
    const first = lifegpt(
      'train tiny.json --out a/run --steps 60 --seed 9 --set max_grad_norm=0.5',
    );
    expect(first.code).toBe(0);
    const recipe = JSON.parse(readFileSync(join(folder, 'a/run/recipe.json'), 'utf8')) as object;
    expect(recipe).toMatchObject({ steps: 60, seed: 9, max_grad_norm: 0.5, warmup_steps: 10 });
    const [, advice] = /^try: (?:npx )?lifegpt (predict .*)$/m.exec(first.stdout)!;
    expect(advice).toBe('predict glider --rule B3/S23:T4,4 --model a/run --compare');
    expect(lifegpt(advice!).code).toBe(0);
    expect(lifegpt('train tiny.json --out b --steps 2 --from a/run --device cpu').code).toBe(0);
    const more = JSON.parse(readFileSync(join(folder, 'b/recipe.json'), 'utf8')) as object;
    expect(more).toMatchObject({
      steps: 2,
      warmup_steps: 2,
      initial_weights: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    const [begun] = readLines('a/run');
    const [gone] = readLines('b');
    expect(gone!.loss).toBeLessThan(begun!.loss);
    const misfit = lifegpt('train tiny.json --out c --from life');
    expect(misfit.code).toBe(2);
    expect(misfit.stderr).toMatch(/a parameter wte\.weight of shape 20x16, and life has one of/);
    expect(readdirSync(folder).sort()).toEqual(['a', 'b', 'places.json', 'tiny.json']);
  });

  it('leaves folders alone that no training made, and says when there is nothing to resume', () => {
    mkdirSync(join(folder, 'mine'));
    writeFileSync(join(folder, 'mine/recipe.json'), 'my own');
    for (const [given, message] of [
      ['--out mine', /mine holds "recipe.json", which no training run left there/],
      ['--out .', /holds "mine", which no training run left there/],
      [
        '--out nowhere --resume',
        /nowhere holds no checkpoint of a training run; leave --resume out/,
      ],
      ['--out x --set learning_rat=0.1', /no field "learning_rat"; did you mean "learning_rate"/],
      ['--out x --set steps=soon', /"steps" is "soon"; expected a number/],
    ] as const) {
      const { code, stderr } = lifegpt(`train tiny.json ${given}`);
      expect({ given, code }).toEqual({ given, code: 2 });
      expect(stderr).toMatch(message);
    }
    expect(readdirSync(folder).sort()).toEqual(['mine', 'places.json', 'tiny.json']);
    expect(readdirSync(join(folder, 'mine'))).toEqual(['recipe.json']);
    expect(readFileSync(join(folder, 'mine/recipe.json'), 'utf8')).toBe('my own');
  });

  it('resumes an interrupted run along the same curve, even after a kill', async () => {
    lifegpt('train tiny.json --out whole');
    const killed = startLifegpt(folder, 'train tiny.json --out broken'.split(' '));
    await waitForCheckpoint(join(folder, 'broken'));
    killed.kill('SIGKILL');
    await new Promise((resolve) => killed.once('exit', resolve));
    const resumed = lifegpt('train tiny.json --out broken --resume');
    expect(resumed.stderr).toMatch(/steps from step \d+,/);
    const losses = (run: string): number[][] =>
      readLines(run).map(({ step, loss }) => [step, loss]);
    expect(losses('broken')).toEqual(losses('whole'));
    const weights = (run: string): Buffer => readFileSync(join(folder, run, 'model.safetensors'));
    expect(weights('broken').equals(weights('whole'))).toBe(true);
  });

  it('says how to go on after Ctrl-C, and that works as printed: a run goes on with its own recipe', async () => {
    const broken = startLifegpt(
      folder,
      'train tiny.json --out broken --steps 300 --seed 5'.split(' '),
    );
    let said = '';
    broken.stderr!.on('data', (text: Buffer) => (said += text.toString()));
    await waitForCheckpoint(join(folder, 'broken'));
    broken.kill('SIGINT');
    const code = await new Promise((resolve) => broken.once('exit', resolve));
    expect(code).toBe(130);
    const [, advice] = /^interrupted; to go on: (?:npx )?lifegpt (.*)$/m.exec(said)!;
    expect(advice).toBe('train --resume --out broken');
    const resumed = lifegpt(advice!);
    expect(resumed).toMatchObject({ code: 0 });
    expect(resumed.stderr).toMatch(/300 steps from step \d+,/);
    expect(resumed.stdout).toMatch(/^to get further: more --steps/m); // tiny is far from exact
    expect(readLines('broken').at(-1)!.step).toBe(300);
  });

  it('trains both tasks of attention by location, and tells what each came to', () => {
    const { code, stdout } = lifegpt('train places.json --out places --json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      boards: 2000,
      pairs: { pairs: 800, heldOutRules: expect.any(Number) as number },
    });
    const written = readFileSync(join(folder, 'places/training.json'), 'utf8');
    expect(JSON.parse(written)).toMatchObject({
      data_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      evaluation: { boards: 2000, boardsPerSize: 8, pairs: { drawn: { density: [0.2, 0.8] } } },
    });
    expect(lifegpt('predict blinker --rule B36/S23:S5 --model places').code).toBe(0);
    const old = { ...TINY_RECIPE, model: { ...TINY_RECIPE.model, position_scheme: 'border' } };
    writeFileSync(join(folder, 'old.json'), JSON.stringify(old));
    const refused = lifegpt('train old.json --out old');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/"position_scheme" is "border"; .*LifeGPT 0\.1 alone/);
  });

  it('refuses to resume with another recipe, and a recipe that is none', () => {
    lifegpt('train tiny.json --out run');
    writeFileSync(join(folder, 'tiny.json'), JSON.stringify({ ...TINY_RECIPE, seed: 4 }));
    const other = lifegpt('train tiny.json --out run --resume');
    expect(other).toMatchObject({ code: 2 });
    expect(other.stderr).toMatch(/run was begun with another recipe: seed 3, not 4; leave recipe/);
    writeFileSync(join(folder, 'tiny.json'), JSON.stringify({ ...TINY_RECIPE, steps: 'many' }));
    const broken = lifegpt('train tiny.json --out elsewhere');
    expect(broken.code).toBe(2);
    expect(broken.stderr).toMatch(/tiny.json: "steps" is "many"; expected a number from 1/);
    expect(readdirSync(folder).sort()).toEqual(['places.json', 'run', 'tiny.json']);
  });
});

async function waitForCheckpoint(run: string): Promise<void> {
  for (;;) {
    await setTimeout(20);
    const files = await Promise.resolve().then(() => {
      try {
        return readdirSync(run);
      } catch {
        return [];
      }
    });
    if (files.includes('state.safetensors')) return;
  }
}
