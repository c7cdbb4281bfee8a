/** What is said of a proof. Needs the build and the shipped `life`; a model that knows spheres alone stands for it. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../src/program.js';
import { ZOO } from '../src/shipped-folder.js';
import type { Outcome } from './lifegpt.js';

describe('lifegpt certify', { timeout: 120_000 }, () => {
  let folder: string;
  const home = process.cwd();
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lifegpt-certify-'));
    process.chdir(folder);
    cpSync(join(ZOO, 'life'), 'sphere', { recursive: true });
    changeConfig('sphere', (config) => (config['trained_for'].topologies = ['S']));
    cpSync('sphere', 'blurred', { recursive: true });
    changeConfig('blurred', (config) => (config['attention_sharpness'] = 6.5));
  });
  afterAll(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });
  function changeConfig(model: string, change: (config: Record<string, any>) => void): void {
    const path = join(model, 'config.json');
    const config = JSON.parse(readFileSync(path, 'utf8')) as Record<string, any>;
    change(config);
    writeFileSync(path, JSON.stringify(config));
  }
  async function lifegpt(line: string): Promise<Outcome> {
    const stdout = new PassThrough({ encoding: 'utf8', highWaterMark: 2 ** 20 });
    const stderr = new PassThrough({ encoding: 'utf8', highWaterMark: 2 ** 20 });
    const { signal } = new AbortController();
    const code = await runProgram(line.split(' '), { stdout, stderr, env: {}, signal });
    return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
  }

  it('proves, writes a certificate, confirms it, and refuses it where a word is changed', async () => {
    const proof = await lifegpt('certify --model sphere --out proof.json');
    expect(proof).toMatchObject({ code: 0 });
    expect(proof.stdout).toMatch(/S +sphere +104/);
    expect(proof.stdout).toMatch(/✓ proved for every board with sides from 1 to 65,536/);
    const check = await lifegpt('certify --model sphere --check proof.json');
    expect(check).toMatchObject({ code: 0 });
    expect(check.stdout).toMatch(/^confirmed for sphere/);

    const told = readFileSync('proof.json', 'utf8');
    writeFileSync('lie.json', told.replace('"classes": 104', '"classes": 105'));
    const lie = await lifegpt('certify --model sphere --check lie.json');
    expect(lie).toMatchObject({ code: 1 });
    expect(lie.stdout).toMatch(
      /refused: line \d+[^]*it says +"classes": 105[^]*it should "classes": 104/,
    );
    expect(await lifegpt('certify --model life --check proof.json')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/is of another model than life: the SHA-256 of config.json/),
    });
  });

  it('says what is open, and shows a board that goes wrong', async () => {
    const { code, stdout, stderr } = await lifegpt(
      'certify --model blurred --json --out open.json',
    );
    const report = JSON.parse(stdout) as Record<string, any>;
    expect(code).toBe(1);
    expect(report).toMatchObject({ certified: false });
    expect(stderr).toMatch(
      /^(wrote open.json|open.json was not written: nothing is proved of .*)\n$/,
    );
    expect(existsSync('open.json')).toBe(stderr.startsWith('wrote'));
    const wrong = (report['failures'] as any[]).find(({ board }) => board !== null);
    expect(wrong).toMatchObject({
      topology: 'S',
      board: { rule: expect.stringMatching(/:S\d+$/) },
    });
  });

  it('has no proof for models in a line, and writes nothing then', async () => {
    const { code, stderr } = await lifegpt('certify --model flat32 --out none.json');
    expect(code).toBe(2);
    expect(stderr).toMatch(/there is no proof for model flat32: its tokens stand in a line/);
    expect(() => readFileSync('none.json')).toThrow(/ENOENT/);
  });
});
