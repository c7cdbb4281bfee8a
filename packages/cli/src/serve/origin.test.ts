import { InputError } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { createOriginCheck } from './origin.js';

const LOCAL = { host: '127.0.0.1', hasToken: false, names: [], cors: [] };

describe('createOriginCheck', () => {
  const local = createOriginCheck(LOCAL);

  it.each(['127.0.0.1:8080', 'localhost', 'LOCALHOST:1', '[::1]:8080', '127.3.2.1', undefined])(
    'answers who asks for %s',
    (host) => {
      expect(local.check({ host }, true)).toBeNull();
    },
  );

  it.each(['evil.example', 'evil.example:8080', 'localhost.evil.example', '10.0.0.1', '', 'a b'])(
    'refuses who was sent here by the name %j',
    (host) => {
      const refused = expect.objectContaining({ status: 421 });
      expect(() => local.check({ host }, true)).toThrow(refused);
      expect(() => local.check({ host }, false)).toThrow(refused);
    },
  );

  it('takes names that it was told, and any where clients show a token', () => {
    const named = createOriginCheck({ ...LOCAL, names: ['Life.example'] });
    expect(named.check({ host: 'life.example:443' }, true)).toBeNull();
    const guarded = createOriginCheck({ ...LOCAL, host: '0.0.0.0', hasToken: true });
    expect(guarded.check({ host: 'any.example' }, true)).toBeNull();
  });

  it.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:9090' },
    { 'sec-fetch-site': 'cross-site' },
  ])('refuses a page of another site, %j, but not its look at the page', (headers) => {
    const asked = { host: '127.0.0.1:8080', ...headers };
    expect(() => local.check(asked, true)).toThrow(expect.objectContaining({ status: 403 }));
    expect(local.check(asked, false)).toBeNull();
  });

  it('answers its own page, and those that --cors names', () => {
    const host = '127.0.0.1:8080';
    expect(local.check({ host, origin: 'http://127.0.0.1:8080' }, true)).toBeNull();
    const origin = 'https://friend.example';
    const open = createOriginCheck({ ...LOCAL, cors: [origin] });
    expect(open.check({ host, origin }, true)).toBe(origin);
    expect(() => open.check({ host, origin: 'https://evil.example' }, true)).toThrow(/--cors/);
    const all = createOriginCheck({ ...LOCAL, cors: ['*'] });
    expect(all.check({ host, origin: 'https://any.example' }, true)).toBe('https://any.example');
    expect(() => createOriginCheck({ ...LOCAL, cors: ['friend.example'] })).toThrow(InputError);
  });
});
