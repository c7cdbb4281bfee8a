/** What one client can do to another, to the service and to its end. */

import { formatCells, openStream } from '@lifegpt/core';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { Agent, request as ask } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService, type TestService } from './service.js';

const random = openStream(7, 'hostile test');
const drawCells = (side: number): string =>
  formatCells({
    width: side,
    height: side,
    cells: Uint8Array.from({ length: side * side }, () => random.nextInt(2)),
  });

interface Answer {
  readonly states: string[];
  readonly decode: { readonly minMargin: number; readonly strategy: string };
}

describe('lifegpt serve among hostile clients', () => {
  let service: TestService;
  beforeAll(async () => void (service = await startService(['--threads', '1'])));
  afterAll(async () => void (await service.stop()));
  const status = async (path: string, headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      const given = { headers, agent: new Agent() };
      ask(`${service.url}${path}`, given, (response) => {
        response.resume();
        resolve(response.statusCode!);
      })
        .once('error', reject)
        .end();
    });

  it('answers no page of another site, under whatever name it comes', async () => {
    expect(await status('/v1/models', { host: 'evil.example' })).toBe(421);
    expect(await status('/', { host: 'evil.example' })).toBe(421);
    expect(await status('/v1/models', { origin: 'https://evil.example' })).toBe(403);
    expect(await status('/metrics', { 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await status('/v1/models', { origin: service.url })).toBe(200);
  });

  it('has a health probe answered beside more idle connections than there is room for', async () => {
    const { port } = new URL(service.url);
    const sockets: Socket[] = [];
    for (let k = 0; k < 1100; k++) {
      sockets.push(connect(Number(port), '127.0.0.1').on('error', () => {}));
      if (k % 100 === 0) await setTimeout(10);
    }
    await setTimeout(200);
    const began = performance.now();
    expect(await status('/healthz', {})).toBe(200);
    expect(performance.now() - began).toBeLessThan(1000);
    sockets.forEach((socket) => socket.destroy());
  });

  it('decides a near-tie by the sequential reference, and lets nobody wait for it', async () => {
    const cells = drawCells(16);
    const predict = async (temperature: number, seed: number): Promise<Answer> => {
      const response = await service.post('/v1/predict', { cells, temperature, seed });
      expect(response.status).toBe(200);
      return (await response.json()) as Answer;
    };
    const { states } = await predict(0, 1);
    let seed = 1;
    while ((await predict(2, seed)).states[1] === states[1]) seed++;
    // between the two temperatures a token changes, and where it does, two of them are all but equal
    let [low, high] = [0.001, 2];
    let answer = await predict(high, seed);
    for (let step = 0; step < 40 && answer.decode.minMargin >= 1e-3; step++) {
      const middle = (low + high) / 2;
      answer = await predict(middle, seed);
      if (answer.states[1] === states[1]) low = middle;
      else high = middle;
    }
    expect(answer.decode.minMargin).toBeLessThan(1e-3);
    const near = (low + high) / 2;
    const attack = Array.from({ length: 8 }, () => predict(near, seed));
    let decided = 0;
    for (const answered of attack) void answered.then(() => decided++);
    await setTimeout(50);
    expect((await predict(0, 1)).states).toEqual(states);
    expect(decided).toBeLessThan(4); // they are decided token by token, one after the other
    const answers = new Set((await Promise.all(attack)).map(({ states: [, next] }) => next));
    expect(answers.size).toBe(1);
  }, 240_000);
});

describe('the end of lifegpt serve', () => {
  it('comes within the grace period, whatever half-open connections do', async () => {
    const service = await startService(['--grace', '1']);
    const { port } = new URL(service.url);
    const halves = [
      '',
      'GET / HTTP/1.1\r\nhost: localhost\r\n',
      'POST /v1/predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{"cel',
      'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n',
    ];
    const sockets = Array.from({ length: 52 }, (_, k) => {
      const socket = connect(Number(port), '127.0.0.1').on('error', () => {});
      socket.write(halves[k % halves.length]!);
      return socket;
    });
    await setTimeout(200);
    const began = performance.now();
    const { code } = await service.stop();
    expect(performance.now() - began).toBeLessThan(2000);
    expect(code).toBe(130);
    sockets.forEach((socket) => socket.destroy());
  });
});

describe('lifegpt serve --page', () => {
  let folder: string;
  let page: TestService;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'page-'));
    writeFileSync(join(folder, 'index.html'), `<!doctype html><title>x</title>${' '.repeat(5000)}`);
    mkdirSync(join(folder, 'inside'));
    writeFileSync(join(folder, 'inside/main-ABCD1234.js'), 'export {};');
    writeFileSync(join(folder, 'inside/main-ABCD1234.js.map'), '{}');
    writeFileSync(
      join(folder, 'inside/main-ABCD1234.js.br'),
      brotliCompressSync('export {}; // built'),
    );
    writeFileSync(join(folder, 'secret'), 'not to be found through a link');
    symlinkSync('/etc/passwd', join(folder, 'passwd.json'));
    symlinkSync('/etc', join(folder, 'etc'));
    page = await startService(['--page', folder]);
  });
  afterAll(async () => {
    await page.stop();
    rmSync(folder, { recursive: true });
  });

  it('lives through paths that are none', async () => {
    const { port } = new URL(page.url);
    for (const path of ['/%', '//', '/%c0%af', '/..', '/\u0001', '/%2e%2e%2fetc/passwd']) {
      const socket = connect(Number(port), '127.0.0.1').on('error', () => {});
      socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
      let answer = '';
      for await (const text of socket.setEncoding('utf8')) answer += String(text);
      expect(answer).toMatch(/^HTTP\/1\.1 (400|404) /);
    }
    expect((await fetch(page.url)).status).toBe(200);
    for (const path of ['/passwd.json', '/etc/passwd', '/v1/models']) {
      expect((await fetch(page.url + path)).status).toBe(404);
    }
  });

  it('packs what it sends, and says how long it keeps', async () => {
    const whole = await fetch(page.url, { headers: { 'accept-encoding': 'identity' } });
    expect(Number(whole.headers.get('content-length'))).toBeGreaterThan(5000);
    expect(whole.headers.get('content-security-policy')).toContain("default-src 'none'");
    for (const encoding of ['br', 'gzip']) {
      const packed = await fetch(page.url, { headers: { 'accept-encoding': encoding } });
      expect(packed.headers.get('content-encoding')).toBe(encoding);
      expect(Number(packed.headers.get('content-length'))).toBeLessThan(500);
      expect(await packed.text()).toBe(await whole.clone().text());
      expect(packed.headers.get('etag')).not.toBe(whole.headers.get('etag'));
      expect(packed.headers.get('cache-control')).toBe('no-cache');
      const again = { 'accept-encoding': encoding, 'if-none-match': packed.headers.get('etag')! };
      expect((await fetch(page.url, { headers: again })).status).toBe(304);
    }
    const hashed = await fetch(`${page.url}/inside/main-ABCD1234.js`, {
      headers: { 'accept-encoding': 'br' },
    });
    expect(hashed.headers.get('cache-control')).toContain('immutable');
    // what the build packed is sent as it lies there, and is no file by itself, nor is a source map
    expect(await hashed.text()).toBe('export {}; // built');
    const plain = { headers: { 'accept-encoding': 'gzip' } };
    expect(await (await fetch(hashed.url, plain)).text()).toBe('export {};');
    for (const end of ['.br', '.map']) expect((await fetch(hashed.url + end)).status).toBe(404);
  });
});
