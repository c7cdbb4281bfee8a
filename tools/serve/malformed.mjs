/** Requests that are wrong in many ways, each a function of a random stream. */

import { formatPrompt } from '@lifegpt/core';

const RLE = 'x = 3, y = 3, rule = B3/S23:T8,8\nbob$2bo$3o!';
const PATHS = ['/v1/completions', '/v1/predict'];
const FIELDS = (
  'model prompt max_tokens stop echo stream stream_options width temperature top_k seed n best_of ' +
  'top_p logprobs suffix rle cells rule generations constructor toString'
).split(' ');

/**
 * @typedef {object} Malformed
 * @property {string} kind
 * @property {string | Buffer} head what is sent at once: request line, headers and perhaps a body
 * @property {string | Buffer} [tail] what follows after a pause
 * @property {number} [pause] milliseconds before `tail`, or before hanging up without one
 * @property {boolean} [mayPass] it can come out right by chance
 */

/** @returns {Malformed} */
export function drawMalformed(random) {
  const kinds = Object.keys(KINDS);
  const kind = kinds[random.nextInt(kinds.length)];
  return { kind, ...KINDS[kind](random) };
}

const pick = (random, list) => list[random.nextInt(list.length)];

/** A request as it goes over the line. */
function write(
  path,
  body,
  { method = 'POST', type = 'application/json', length, headers = '' } = {},
) {
  const bytes = Buffer.from(body);
  const head =
    `${method} ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n` +
    (type === null ? '' : `content-type: ${type}\r\n`) +
    `content-length: ${length ?? bytes.length}\r\n${headers}\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

/** A value of any type, none of them what it should be for long. */
function drawValue(random, depth = 0) {
  const list = () => Array.from({ length: random.nextInt(4) }, () => drawValue(random, depth + 1));
  const values = [
    () => null,
    () => random.nextInt(2) === 1,
    () => random.nextFloat() * 1e3,
    () => pick(random, [-1, 0, 1e308, -0, 2 ** 53, 1.5]),
    () => drawText(random),
    () => '',
    () => (depth > 3 ? 0 : list()),
    () => (depth > 3 ? 0 : { [drawText(random, 6)]: drawValue(random, depth + 1) }),
  ];
  return pick(random, values)();
}

function drawText(random, most = 40) {
  const letters = '01@<>[]$ob!x=,\n\t\0"\\/é☃\ud800 ';
  return Array.from(
    { length: random.nextInt(most) },
    () => letters[random.nextInt(letters.length)],
  ).join('');
}

/** Changes some characters of a text. */
function mutate(random, text) {
  let changed = text;
  for (let n = 1 + random.nextInt(3); n > 0; n--) {
    const at = random.nextInt(changed.length + 1);
    const removed = random.nextInt(3);
    changed = changed.slice(0, at) + drawText(random, 4) + changed.slice(at + removed);
  }
  return changed;
}

/** A right body for one of the paths. */
function drawRight(random, path) {
  const side = 3 + random.nextInt(14);
  const cells = Uint8Array.from({ length: side * side }, () => random.nextInt(2));
  if (path === '/v1/completions') {
    return { model: 'life', prompt: formatPrompt({ width: side, height: side, cells }) };
  }
  return random.nextInt(2) === 0 ? { rle: RLE } : { cells: cells.join('') };
}

const KINDS = {
  'a wrong type'(random) {
    const path = pick(random, PATHS);
    const body = { ...drawRight(random, path), [pick(random, FIELDS)]: drawValue(random) };
    return { head: write(path, JSON.stringify(body)), mayPass: true };
  },
  'any value'(random) {
    return { head: write(pick(random, PATHS), JSON.stringify(drawValue(random))) };
  },
  'truncated JSON'(random) {
    const path = pick(random, PATHS);
    const text = JSON.stringify(drawRight(random, path));
    return { head: write(path, text.slice(0, random.nextInt(text.length))) };
  },
  'a huge body'(random) {
    const size = 66_000 + random.nextInt(1_000_000);
    const text = JSON.stringify({ cells: '0'.repeat(size) });
    return { head: write(pick(random, PATHS), text) };
  },
  'a bad RLE'(random) {
    const rle = pick(random, [
      () => mutate(random, RLE),
      () => `x = ${random.nextInt(1e6)}, y = ${random.nextInt(1e6)}\n!`,
      () => `x = 1, y = 1\n${random.nextInt(70_000)}o${random.nextInt(70_000)}$o!`,
      () => `x = 1, y = 1, rule = B3/S23:${pick(random, 'TPKCS')}${random.nextInt(70_000)}\no!`,
      () => drawText(random, 200),
    ])();
    return { head: write('/v1/predict', JSON.stringify({ rle })), mayPass: true };
  },
  'a bad prompt'(random) {
    const { prompt } = drawRight(random, '/v1/completions');
    const changed = mutate(random, prompt);
    const body = { prompt: random.nextInt(4) === 0 ? [prompt, changed] : changed };
    return { head: write('/v1/completions', JSON.stringify(body)), mayPass: true };
  },
  bytes(random) {
    const bytes = Buffer.from(
      Array.from({ length: random.nextInt(300) }, () => random.nextInt(256)),
    );
    return { head: write(pick(random, PATHS), bytes) };
  },
  'deep nesting'(random) {
    const depth = 1 + random.nextInt(20_000);
    const open = pick(random, ['[', '{"a":', '{"__proto__":']);
    return { head: write(pick(random, PATHS), open.repeat(Math.floor(depth / open.length))) };
  },
  'a poisoned prototype'(random) {
    const key = pick(random, ['__proto__', 'constructor']);
    const text = `{"${key}": {"prototype": {"cells": "0"}}, "cells": "010101010"}`;
    return { head: write('/v1/predict', text) };
  },
  'a wrong content type'(random) {
    const type = pick(random, [
      'text/plain',
      'application/xml',
      'multipart/form-data',
      '',
      null,
      'a/b;;;',
    ]);
    return { head: write(pick(random, PATHS), '{"cells":"010101010"}', { type }) };
  },
  'a path that is none'(random) {
    const path = pick(random, [
      '/../../../../etc/passwd',
      '/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
      '/models/../../package.json',
      '/%zz',
      '/%00',
      `/${'a'.repeat(random.nextInt(10_000))}`,
      '/v1/models/__proto__',
      '/v1/models/%2e%2e%2fpackage.json',
      '//etc/passwd',
      `/${encodeURIComponent(drawText(random).replaceAll('\ud800', '')) || 'x'}`,
    ]);
    return { head: write(path, '', { method: 'GET', type: null }), mayPass: path === '/%20' };
  },
  'a wrong method'(random) {
    const method = pick(random, [
      'PUT',
      'DELETE',
      'PATCH',
      'OPTIONS',
      'GET',
      'TRACE',
      'BREW',
      'PROPFIND',
    ]);
    return { head: write(pick(random, PATHS), '{}', { method }) };
  },
  'no HTTP'(random) {
    return {
      head: pick(random, [
        'GET / HTTP/9.9\r\n\r\n',
        'POST /v1/predict HTTP/1.1\r\n\r\n',
        `GET / HTTP/1.1\r\nhost: localhost\r\na: ${'b'.repeat(40_000)}\r\n\r\n`,
        'POST /v1/predict HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n',
        'POST /v1/predict HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd',
        'POST /v1/predict HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
        `${drawText(random, 100)}\r\n\r\n`,
      ]),
    };
  },
  'a slow body'(random) {
    const path = pick(random, PATHS);
    const whole = write(path, JSON.stringify(drawRight(random, path)));
    const at = random.nextInt(whole.length);
    const [head, rest] = [whole.subarray(0, at), whole.subarray(at)];
    const pause = random.nextInt(300);
    // some finish in the end, and are right; the others hang up in the middle
    return random.nextInt(2) === 0 ? { head, tail: rest, pause, mayPass: true } : { head, pause };
  },
  'a body of another length'(random) {
    const body = '{"cells":"010101010"}';
    const length = body.length + (random.nextInt(2) === 0 ? -1 - random.nextInt(10) : 10);
    return { head: write('/v1/predict', body, { length }), pause: 100 };
  },
};
