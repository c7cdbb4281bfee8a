/** The service as clients of OpenAI's API expect it, down to their edges. */

import {
  CONWAY,
  createTokenizer,
  CHARACTER_VOCABULARY,
  formatCells,
  formatPrompt,
  openStream,
  stepReference,
  TORUS,
  type Grid,
} from '@lifegpt/core';
import { once } from 'node:events';
import { connect } from 'node:net';
import OpenAI, { BadRequestError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService, type TestService } from './service.js';

let service: TestService;
let openai: OpenAI;
const ORIGIN = 'https://example.org';
beforeAll(async () => {
  service = await startService(['--model', 'life', 'flat32', '--cors', ORIGIN]);
  openai = new OpenAI({ baseURL: `${service.url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(async () => void (await service.stop()));

const random = openStream(7, 'serve openai test');
const drawBoard = (side: number): Grid => ({
  width: side,
  height: side,
  cells: Uint8Array.from({ length: side * side }, () => random.nextInt(2)),
});
const nextState = (grid: Grid): string => formatCells(stepReference(grid, CONWAY, TORUS));
const request = (grid: Grid) => ({ model: 'life', prompt: formatPrompt(grid) });
const ask = async (body: object) => {
  const response = await service.post('/v1/completions', body);
  return { status: response.status, body: (await response.json()) as any };
};

describe('logprobs', () => {
  it('are the logarithms of the probabilities of what was written, and of what else was likely', async () => {
    const grid = drawBoard(6);
    const { choices } = await openai.completions.create({ ...request(grid), logprobs: 2 });
    const { text, logprobs } = choices[0]!;
    expect(text).toBe(`${nextState(grid)}]$`);
    expect(logprobs!.tokens!.join('')).toBe(text);
    expect(logprobs!.text_offset).toEqual(logprobs!.tokens!.map((_, k) => k));
    logprobs!.token_logprobs!.forEach((own, k) => {
      const top = logprobs!.top_logprobs![k]!;
      expect(Object.keys(top)).toHaveLength(2);
      expect(own).toBe(Math.max(...Object.values(top)));
      expect(own).toBe(top[logprobs!.tokens![k]!]);
      const total = Object.values(top).reduce((sum, value) => sum + Math.exp(value), 0);
      expect(total).toBeGreaterThan(0.99);
      expect(total).toBeLessThan(1.001);
    });
  });

  it('judge an answer that stands behind its prompt, and tell nothing of the board', async () => {
    const grid = drawBoard(32);
    const whole = nextState(grid);
    const wrong = `${whole.slice(0, 40)}${whole[40] === '1' ? '0' : '1'}`;
    const { choices, usage } = await openai.completions.create({
      model: 'flat32',
      prompt: formatPrompt(grid) + wrong,
      max_tokens: 1,
      logprobs: 1,
      echo: true,
    });
    const { tokens, token_logprobs: told, top_logprobs: top } = choices[0]!.logprobs!;
    expect(tokens).toHaveLength(1045 + 41 + 1);
    expect(told!.slice(0, 1045)).toEqual(Array(1045).fill(null));
    const given = told!.slice(1045, 1045 + 41);
    expect(Math.min(...given.slice(0, 40))).toBeGreaterThan(-0.1);
    expect(given[40]).toBeLessThan(-3);
    expect(Math.max(...Object.values(top![1045 + 40]!))).toBeGreaterThan(-0.1);
    expect(choices[0]!.text).toBe(`${formatPrompt(grid)}${wrong}${whole[41]}`);
    expect(usage).toMatchObject({ prompt_tokens: 1045 + 41, completion_tokens: 1 });
  });

  it('come with the rows of a stream', async () => {
    const grid = drawBoard(5);
    const counts: number[] = [];
    const stream = await openai.completions.create({
      ...request(grid),
      logprobs: 0,
      stream: true,
    });
    for await (const { choices } of stream) counts.push(choices[0]!.logprobs!.tokens!.length);
    expect(counts).toEqual([5, 5, 5, 5, 5, 1]);
  });
});

describe('a prompt', () => {
  it('may be token ids, one list or several', async () => {
    const [a, b] = [drawBoard(32), drawBoard(32)];
    const tokenizer = createTokenizer(CHARACTER_VOCABULARY);
    const ids = [a, b].map((grid) => Array.from(tokenizer.encode(formatPrompt(grid))));
    const several = await openai.completions.create({ model: 'flat32', prompt: ids });
    expect(several.choices.map(({ text }) => text)).toEqual(
      [a, b].map((grid) => `${nextState(grid)}]$`),
    );
    const one = await openai.completions.create({ model: 'flat32', prompt: ids[0]! });
    expect(one.choices[0]!.text).toBe(`${nextState(a)}]$`);
  });

  it('is gone on from where its answer has begun', async () => {
    const grid = drawBoard(9);
    const whole = `${nextState(grid)}]$`;
    const { choices, usage } = await openai.completions.create({
      model: 'life',
      prompt: formatPrompt(grid) + whole.slice(0, 30),
    });
    expect(choices[0]!.text).toBe(whole.slice(30));
    expect(usage!.completion_tokens).toBe(81 + 1 - 30);
  });

  it.each<[unknown, RegExp]>([
    [['x', 5], /^prompt\[1\] is 5, neither a text nor a list of token ids/],
    [5, /^prompt is 5, neither a text/],
    [[], /prompt has 0 texts; give 1 to 16/],
    [Array(17).fill('x'), /prompt has 17 texts/],
    [[3, 'x'], /^prompt\[1\] is "x", no token id/],
    [[[3], [99]], /^prompt\[1\]: token 99 is outside/],
    [['@PredictNextState<0110> [', '@PredictNextState<01> ['], /^prompt\[1\]: the prompt has 2/],
    ['@PredictNextState<0110> [0110]$0', /6 tokens stand behind .* 2x2 cells has 5/],
    ['@PredictNextState<0110> [hello', /character 0 of the prompt is 'h'/],
  ])('%j is refused with the place and the cause', async (prompt, message) => {
    const { status, body } = await ask({ prompt });
    expect(body.error.message).toMatch(message);
    expect({ status, param: body.error.param }).toEqual({ status: 400, param: 'prompt' });
  });
});

describe('fields', () => {
  it('that say nothing about the answer are ignored', async () => {
    const grid = drawBoard(4);
    const { status, body } = await ask({
      ...request(grid),
      user: 'me',
      metadata: { run: '7' },
      store: false,
      service_tier: 'auto',
      logit_bias: {},
      top_p: 0.9,
      n: 1,
      best_of: 1,
      stop: [],
      seed: 3,
      logprobs: null,
      stream_options: { include_obfuscation: false },
    });
    expect({ status, text: body.choices?.[0].text }).toEqual({
      status: 200,
      text: `${nextState(grid)}]$`,
    });
  });

  it.each<[object, string, RegExp]>([
    [{ logit_bias: { 1: 5 } }, 'logit_bias', /changes no logit/],
    [{ top_p: 0.9, temperature: 1 }, 'top_p', /give top_k/],
    [{ n: 2 }, 'n', /allowed values: \[1,null\]/],
    [{ logprobs: 6 }, 'logprobs', /must be <= 5/],
    [{ max_tokens: '9' }, 'max_tokens', /must be integer,null/],
    [{ stop: ['a', 7] }, 'stop', /^stop\[1\] is 7/],
    [{ stop: '' }, 'stop', /^stop is "", no text/],
    [{ stream_options: { x: 1 } }, 'stream_options.x', /no field 'stream_options.x'/],
    [{ prompt: undefined }, 'prompt', /required property 'prompt'/],
    [{ tools: [] }, 'tools', /no field 'tools' here/],
  ])('%j is refused, and the field named', async (more, param, message) => {
    const { status, body } = await ask({ ...request(drawBoard(4)), ...more });
    expect(body.error).toMatchObject({ param, type: 'invalid_request_error' });
    expect(body.error.message).toMatch(message);
    expect(status).toBe(400);
  });

  it('name the model that is not there', async () => {
    const { status, body } = await ask({ model: 'gpt-9', prompt: 'x' });
    expect({ status, param: body.error.param }).toEqual({ status: 404, param: 'model' });
  });
});

describe('usage', () => {
  it('counts what was returned, up to a stop', async () => {
    const grid = drawBoard(8);
    const whole = nextState(grid);
    const at = whole.indexOf('0', 20);
    const stop = whole.slice(at, at + 7);
    const first = whole.indexOf(stop);
    const { choices, usage } = await openai.completions.create({ ...request(grid), stop });
    expect(choices[0]).toMatchObject({ text: whole.slice(0, first), finish_reason: 'stop' });
    expect(usage!.completion_tokens).toBe(first);
    const none = await openai.completions.create({ ...request(grid), max_tokens: 0, echo: true });
    expect(none.choices[0]!.text).toBe(formatPrompt(grid));
    expect(none.usage!.completion_tokens).toBe(0);
  });

  it('adds up in the metrics, beside what answers', async () => {
    const read = async (): Promise<string> => (await fetch(`${service.url}/metrics`)).text();
    const count = (text: string, name: string): number =>
      Number(
        new RegExp(`^lifegpt_${name}_tokens_total{model="life"} (\\d+)$`, 'm').exec(text)?.[1],
      );
    const before = await read();
    await ask(request(drawBoard(4)));
    const after = await read();
    expect(count(after, 'prompt') - count(before, 'prompt')).toBe(21 + 16 + 1);
    expect(count(after, 'completion') - count(before, 'completion')).toBe(17);
    expect(after).toMatch(
      /^lifegpt_build_info\{version="\d+\.\d+\.\d+",onnxruntime="1\.\d+\.\d+",device="cpu"\} 1$/m,
    );
  });
});

describe('the protocol', () => {
  it.each([
    ['GET', '/v1/completions', 'POST'],
    ['PUT', '/v1/predict', 'POST'],
    ['POST', '/v1/models', 'GET'],
    ['DELETE', '/v1/models/life', 'GET'],
    ['POST', '/healthz', 'GET'],
  ])('%s %s is answered with 405, and what is allowed', async (method, path, allowed) => {
    const response = await fetch(service.url + path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allowed);
    expect(((await response.json()) as any).error.code).toBe('method_not_allowed');
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])(
    'a body of %s is answered with 415',
    async (type) => {
      const response = await service.post('/v1/completions', 'prompt=x', { 'content-type': type });
      expect(response.status).toBe(415);
      expect(((await response.json()) as any).error.type).toBe('invalid_request_error');
    },
  );

  it.each([
    ['NONSENSE\r\n\r\n', 400, 'bad_http'],
    [
      `GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
  ])('what is no HTTP is told so in the form of all failures', async (bytes, status, code) => {
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname).setEncoding('utf8');
    let text = '';
    socket.on('data', (part: string) => (text += part));
    socket.write(bytes);
    await once(socket, 'close');
    expect(text.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
    const { error } = JSON.parse(text.slice(text.indexOf('\r\n\r\n')));
    expect(error).toMatchObject({ code, type: 'invalid_request_error', param: null });
  });

  it('lets pages of the origins of --cors ask with whatever headers OpenAI’s clients send', async () => {
    const response = await fetch(`${service.url}/v1/completions`, {
      method: 'OPTIONS',
      headers: {
        origin: ORIGIN,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,x-stainless-os',
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(response.headers.get('access-control-allow-headers')).toContain('x-stainless-os');
  });

  it('takes Bearer in any case, and an empty variable as none', async () => {
    const token = 'a-token-of-24-characters';
    const guarded = await startService([], { LIFEGPT_TOKEN: token });
    const status = async (authorization: string): Promise<number> =>
      (await fetch(`${guarded.url}/v1/models`, { headers: { authorization } })).status;
    expect(await status(`bearer ${token}`)).toBe(200);
    expect(await status(`BEARER  ${token}`)).toBe(200);
    expect(await status(`Basic ${token}`)).toBe(401);
    expect(await status(token)).toBe(401);
    await guarded.stop();
    const open = await startService([], { LIFEGPT_TOKEN: '' });
    expect((await fetch(`${open.url}/v1/models`)).status).toBe(200);
    await open.stop();
  });

  it('answers sixteen prompts at once without a warning', async () => {
    const other = await startService();
    const boards = Array.from({ length: 16 }, () => drawBoard(6));
    const prompt = boards.map((grid) => formatPrompt(grid));
    for (const sampling of [{}, { temperature: 1 }]) {
      expect((await other.post('/v1/completions', { prompt, ...sampling })).status).toBe(200);
    }
    const { stderr } = await other.stop();
    expect(stderr).not.toMatch(/warning/i);
  });

  it('is what the client’s own errors are made of', async () => {
    const bad = openai.completions.create({ model: 'life', prompt: ['x'] });
    await expect(bad).rejects.toBeInstanceOf(BadRequestError);
    await expect(bad).rejects.toMatchObject({ param: 'prompt', code: 'bad_input' });
  });
});
