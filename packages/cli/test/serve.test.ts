import {
  CONWAY,
  formatCells,
  formatPrompt,
  formatRle,
  openStream,
  parseRule,
  stepReference,
  TORUS,
  type Grid,
} from '@lifegpt/core';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join, resolve } from 'node:path';
import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startService, type TestService } from './service.js';

let service: TestService;
let openai: OpenAI;
beforeAll(async () => {
  service = await startService(['--queue', '40']);
  openai = new OpenAI({ baseURL: `${service.url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(async () => void (await service.stop()));

const random = openStream(5, 'serve test');
function drawBoard(width: number, height: number): Grid {
  const cells = Uint8Array.from({ length: width * height }, () => random.nextInt(2));
  return { width, height, cells };
}
const nextState = (grid: Grid, steps = 1): string => {
  let state = grid;
  for (let k = 0; k < steps; k++) state = stepReference(state, CONWAY, TORUS);
  return formatCells(state);
};
interface FailureJson {
  error: { message: string; type: string; code: string };
}

it.runIf(process.platform === 'linux')(
  'lets threads that compute give way to the one that talks to clients',
  () => {
    const tasks = `/proc/${service.pid}/task`;
    const niceOf = (thread: string): number =>
      Number(
        readFileSync(join(tasks, thread, 'stat'), 'utf8')
          .split(') ')[1]!
          .split(' ')[16],
      );
    expect(niceOf(String(service.pid))).toBe(getPriority());
    const others = readdirSync(tasks).filter((thread) => niceOf(thread) === 10);
    expect(others.length).toBeGreaterThanOrEqual(2); // one of --threads, and one more for small work
  },
);

describe('the openai client', () => {
  it('completes a prompt with the true next state', async () => {
    const grid = drawBoard(16, 16);
    const prompt = formatPrompt(grid);
    const completion = await openai.completions.create({ model: 'life', prompt });
    expect(completion).toMatchObject({
      object: 'text_completion',
      model: 'life',
      choices: [{ text: `${nextState(grid)}]$`, index: 0, finish_reason: 'stop', logprobs: null }],
      usage: { prompt_tokens: 278, completion_tokens: 257, total_tokens: 535 },
    });
  });

  it('streams the same text, a row at a time', async () => {
    const grid = drawBoard(12, 12);
    const pieces: string[] = [];
    const reasons: (string | null)[] = [];
    let tokens: number | undefined;
    for await (const chunk of await openai.completions.create({
      model: 'life',
      prompt: formatPrompt(grid),
      stream: true,
      stream_options: { include_usage: true },
    })) {
      tokens = chunk.usage?.completion_tokens;
      if (chunk.choices.length > 0) {
        pieces.push(chunk.choices[0]!.text);
        reasons.push(chunk.choices[0]!.finish_reason);
      }
    }
    expect(pieces.join('')).toBe(`${nextState(grid)}]$`);
    expect(pieces).toHaveLength(13);
    expect(reasons).toEqual([...Array(12).fill(null), 'stop']);
    expect(tokens).toBe(145);
  });

  it('completes several prompts of different sizes, in their order', async () => {
    const boards = [8, 12, 8, 20].map((side) => drawBoard(side, side));
    const { choices } = await openai.completions.create({
      model: 'life',
      prompt: boards.map((board) => formatPrompt(board)),
    });
    expect(choices.map(({ text }) => text)).toEqual(boards.map((b) => `${nextState(b)}]$`));
    expect(choices.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  });

  it('cuts at max_tokens and at stop, and repeats the prompt where asked', async () => {
    const grid = drawBoard(8, 8);
    const prompt = formatPrompt(grid);
    const request = { model: 'life', prompt };
    const whole = nextState(grid);
    const cut = await openai.completions.create({ ...request, max_tokens: 10, echo: true });
    expect(cut.choices[0]).toMatchObject({
      text: prompt + whole.slice(0, 10),
      finish_reason: 'length',
    });
    expect(cut.usage?.completion_tokens).toBe(10);
    const stopped = await openai.completions.create({ ...request, stop: [']', '$'] });
    expect(stopped.choices[0]).toMatchObject({ text: whole, finish_reason: 'stop' });
  });

  it('samples as `lifegpt predict` does, whatever the company', async () => {
    const grid = drawBoard(8, 8);
    const request = { model: 'life', temperature: 2, seed: 4 };
    const alone = await openai.completions.create({ ...request, prompt: formatPrompt(grid) });
    const others = Array.from({ length: 9 }, () => drawBoard(8, 8));
    const [inCompany] = await Promise.all(
      [grid, ...others].map((b) =>
        openai.completions.create({ ...request, prompt: formatPrompt(b) }),
      ),
    );
    expect(inCompany!.choices[0]!.text).toBe(alone.choices[0]!.text);
    const pattern = formatRle({ name: null, comments: [], rule: null, grid, warnings: [] });
    const options = 'predict - --rule B3/S23:T8,8 --decode sample --temperature 2 --seed 4 --json';
    const main = resolve(import.meta.dirname, '../bin/lifegpt.js');
    const { stdout } = spawnSync(process.execPath, [main, ...options.split(' ')], {
      input: pattern,
      encoding: 'utf8',
    });
    const { states } = JSON.parse(stdout) as { states: string[] };
    expect(alone.choices[0]!.text).toBe(`${states[1]}]$`);
    const exact = await openai.completions.create({
      ...request,
      temperature: 0,
      prompt: formatPrompt(grid),
    });
    expect(exact.choices[0]!.text).toBe(`${nextState(grid)}]$`);
  });

  it('lists the models, finds one, and is told what is wrong', async () => {
    const { data } = await openai.models.list();
    expect(data.map(({ id }) => id)).toEqual(['life']);
    expect(await openai.models.retrieve('life')).toMatchObject({
      id: 'life',
      object: 'model',
    });
    const unknown = openai.completions.create({ model: 'gpt-9', prompt: 'x' });
    await expect(unknown).rejects.toThrow(/404 there is no model 'gpt-9' here; choose .*life/);
    const bad = openai.completions.create({ model: 'life', prompt: 'Once upon a time' });
    await expect(bad).rejects.toBeInstanceOf(APIError);
    await expect(bad).rejects.toThrow(
      /400 a prompt with a header reads @PredictNextState\{B3.*\}<0101…> \[, not 'Once/,
    );
  });
});

describe('POST /v1/predict', () => {
  const predict = async (body: unknown) => {
    const response = await service.post('/v1/predict', body);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('steps a glider given as RLE, in the form of predict --json', async () => {
    const rle = 'x = 3, y = 3, rule = B3/S23:T9,7\nbob$2bo$3o!';
    const { status, body } = await predict({ rle, generations: 4 });
    expect(status).toBe(200);
    const states = body['states'] as string[];
    const start = { width: 9, height: 7, cells: Uint8Array.from(states[0]!, Number) };
    expect(states[0]!.split('1')).toHaveLength(6);
    expect(states.slice(1)).toEqual([1, 2, 3, 4].map((steps) => nextState(start, steps)));
    expect(body).toMatchObject({
      model: 'life',
      rule: 'B3/S23:T9,7',
      width: 9,
      height: 7,
      decode: { strategy: 'near', device: 'cpu', tokens: 4 * 64 },
      comparison: null,
    });
  });

  it('steps any two-state rule of the 3x3 neighbourhood on every topology', async () => {
    const { rule, bounds } = parseRule('B2n3/S23-q:K6,7*');
    const grid = drawBoard(6, 7);
    const { body } = await predict({
      cells: formatCells(grid),
      width: 6,
      rule: 'B2n3/S23-q:K6,7*',
    });
    const next = stepReference(grid, rule, bounds!.topology);
    expect(body['states']).toEqual([formatCells(grid), formatCells(next)]);
  });

  it('takes cells, square or of a width', async () => {
    const square = drawBoard(10, 10);
    const { body } = await predict({ cells: formatCells(square) });
    expect(body['states']).toEqual([formatCells(square), nextState(square)]);
    const wide = drawBoard(12, 5);
    const other = await predict({ cells: formatCells(wide), width: 12 });
    expect(other.body).toMatchObject({ width: 12, height: 5, rule: 'B3/S23:T12,5' });
    expect(other.body['states']).toEqual([formatCells(wide), nextState(wide)]);
  });

  it.each<[unknown, RegExp]>([
    [{}, /either as "rle" or as "cells"/],
    [{ cells: '01', rle: 'x' }, /either as "rle" or as "cells"/],
    [{ cells: '' }, /0 cells make no square/],
    [{ cells: '0101010' }, /7 cells make no square/],
    [{ cells: '010101', width: 4 }, /6 cells do not make rows of 4/],
    [{ cells: '01010101x' }, /cell 8 \(row 2, column 2\) is 'x'/],
    [{ cells: 7 }, /cells must be string/],
    [{ cells: '010101010', rule: 'B3/S23/4' }, /more than two states/],
    [{ cells: '010101010', generations: 0 }, /generations must be >= 1/],
    [{ cells: '010101010', generations: 101 }, /generations must be <= 100/],
    [{ cells: '010101010', file: '/etc/passwd' }, /no field 'file' here/],
    [{ rle: '/etc/passwd' }, /^rle:1: '\/etc\/passwd' is not an RLE header/],
    [{ rle: 'x = 65536, y = 32768\n!' }, /65536x32768 grid is too large; .* 1024 cells/],
    [{ rle: 'x = 1, y = 1\n65536o!' }, /a run of 65536 is too long/],
    [
      { rle: 'x = 1, y = 1, rule = B3/S23:T60000,30000\no!' },
      /60000x30000 is too large for a request; at most 4096/,
    ],
    [{ cells: '0'.repeat(10_000) }, /100x100 is too large for a request; at most 4096/],
    [{ rle: 'x = 1, y = 1, rule = B3/S23:T9+1,9\no!' }, /not for :T9\+1,9/],
    ['{"cells": "0101', /not valid JSON/],
    [[], /the body must be object/],
    ['', /cannot be empty/],
  ])('refuses %j with 400 and says why', async (request, message) => {
    const { status, body } = await predict(request);
    const { error } = body as unknown as FailureJson;
    expect(error.message).toMatch(message);
    expect({ status, type: error.type }).toEqual({ status: 400, type: 'invalid_request_error' });
  });

  it('refuses bodies that are too large, and types that are not JSON', async () => {
    const large = await predict({ cells: '0'.repeat(70_000) });
    expect(large.status).toBe(413);
    const { url } = service;
    const form = await fetch(`${url}/v1/predict`, { method: 'POST', body: 'cells=0' });
    expect(form.status).toBe(415);
    expect(((await form.json()) as FailureJson).error.message).toMatch(/Unsupported Media Type/);
  });
});

describe('the queue', () => {
  it('refuses what is too much with 429 and Retry-After, answers the rest, and recovers', async () => {
    const boards = Array.from({ length: 100 }, () => drawBoard(32, 32));
    const responses = await Promise.all(
      boards.map((grid) => service.post('/v1/predict', { cells: formatCells(grid) })),
    );
    const refused = responses.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThanOrEqual(60);
    expect(new Set(refused.map(({ headers }) => headers.get('retry-after')))).toEqual(
      new Set(['1']),
    );
    const answered = boards.filter((_, i) => responses[i]!.status === 200);
    expect(answered.length).toBe(100 - refused.length);
    const answers = await Promise.all(
      responses
        .filter(({ status }) => status === 200)
        .map(async (response) => ((await response.json()) as { states: string[] }).states[1]),
    );
    expect(answers).toEqual(answered.map((grid) => nextState(grid)));
    const after = await service.post('/v1/predict', { cells: formatCells(boards[0]!) });
    expect(after.status).toBe(200);
  });

  it('puts boards of one size through the model together', async () => {
    const before = await readMetric('lifegpt_boards_total');
    const batches = await readMetric('lifegpt_batch_boards_count');
    await Promise.all(
      Array.from({ length: 30 }, () =>
        service.post('/v1/predict', { cells: formatCells(drawBoard(8, 8)) }),
      ),
    );
    expect((await readMetric('lifegpt_boards_total')) - before).toBe(30);
    expect((await readMetric('lifegpt_batch_boards_count')) - batches).toBeLessThan(15);
    expect(await readMetric('lifegpt_boards_inside')).toBe(0);
  });
});

async function readMetric(name: string): Promise<number> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)![1]);
}

describe('the rest of the server', () => {
  it('is healthy, shows the page with the headers of an isolated origin, and hides the disk', async () => {
    const { url } = service;
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
    const page = await fetch(url);
    expect(page.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    expect(await page.text()).toContain('<title>LifeGPT');
    const tag = page.headers.get('etag')!;
    expect((await fetch(url, { headers: { 'if-none-match': tag } })).status).toBe(304);
    const wasm = await fetch(`${url}/simd-life.wasm`);
    expect(wasm.headers.get('content-type')).toBe('application/wasm');
    const magic = new Uint8Array(await wasm.arrayBuffer()).subarray(0, 4);
    expect(String.fromCharCode(...magic)).toBe('\0asm');
    for (const path of ['/..%2f..%2fpackage.json', '/%2e%2e/package.json', '/models/', '/a%00b']) {
      expect((await fetch(url + path)).status).toBe(404);
    }
  });

  it('answers what it has, then ends, when it is asked to stop', async () => {
    const other = await startService(['--grace', '60']);
    const cells = formatCells(drawBoard(32, 32));
    const answer = other
      .post('/v1/predict', { cells, generations: 100 })
      .then(async (response) => [response.headers.get('connection'), await response.json()]);
    const waitForIt = async (): Promise<void> => {
      const metrics = await (await fetch(`${other.url}/metrics`)).text();
      expect(metrics).toMatch(/^lifegpt_boards_inside 1$/m);
    };
    await vi.waitFor(waitForIt, { interval: 10, timeout: 5000 });
    const [[connection, body], { code, stderr }] = await Promise.all([answer, other.stop()]);
    expect(connection).toBe('close'); // it was under way
    expect((body as { states: string[] }).states).toHaveLength(101);
    expect(code).toBe(130);
    expect(stderr).toMatch(/stopping\ninterrupted\n$/);
  });

  it('gives up on an answer that takes too long', async () => {
    const slow = await startService(['--timeout', '1']);
    const cells = formatCells(drawBoard(32, 32));
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => slow.post('/v1/predict', { cells, generations: 100 })),
    );
    expect(answers.map(({ status }) => status)).toContain(503);
    const late = answers.find(({ status }) => status === 503)!;
    expect(((await late.json()) as FailureJson).error.message).toMatch(/no answer within 1 s/);
    await slow.stop();
  });

  it('wants a token when it was given one, and is not opened to the network without', async () => {
    const token = 'a-token-of-24-characters';
    const guarded = await startService(['--host', '0.0.0.0'], { LIFEGPT_TOKEN: token });
    const url = guarded.url.replace('0.0.0.0', '127.0.0.1');
    const status = async (path: string, authorization?: string): Promise<number> =>
      (await fetch(url + path, { headers: authorization ? { authorization } : {} })).status;
    for (const path of ['/v1/models', '/v1/models/life', '/metrics']) {
      expect(await status(path)).toBe(401);
      expect(await status(path, 'Bearer a-token-of-24-charactert')).toBe(401);
      expect(await status(path, `Bearer ${token}`)).toBe(200);
    }
    expect(await status('/healthz')).toBe(200);
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: token });
    expect((await client.models.list()).data).toHaveLength(1);
    await guarded.stop();
    const open = startService(['--host', '0.0.0.0'], { LIFEGPT_TOKEN: '' });
    await expect(open).rejects.toThrow(/so a token is needed/);
  });

  it.each([
    ['--host 0.0.0.0', /other machines, so a token is needed; set LIFEGPT_TOKEN/],
    ['--model nothing', /'nothing' is neither a shipped model/],
    ['--model life,life', /--model names 'life' twice/],
    ['--device tpu', /unknown --device 'tpu'/],
    [
      '--host 192.0.2.1 --token 0123456789abcdef',
      /192\.0\.2\.1:0: this machine has no such address/,
    ],
  ])('refuses %s', async (options, message) => {
    await expect(startService(options.split(' '))).rejects.toThrow(message);
  });
});
