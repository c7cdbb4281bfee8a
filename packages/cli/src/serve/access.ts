/** Who may ask: everybody on loopback, holders of the token anywhere else. */

import { InputError } from '@lifegpt/core';
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

/** Says whether a request with this Authorization header may be answered. */
export type AccessCheck = (authorization: string | undefined) => boolean;

/** Shorter tokens could be guessed. */
const SHORTEST_TOKEN = 16;

/**
 * Makes the check.
 * @param token null when none was given
 * @throws InputError when the server is to be reached from other machines and has no token, or one
 * that could be guessed
 */
export function createAccessCheck(host: string, token: string | null): AccessCheck {
  if (token === null) {
    if (!isLoopback(host)) {
      throw new InputError(
        `--host ${host} can be reached from other machines, so a token is needed; set LIFEGPT_TOKEN (or --token)`,
      );
    }
    return () => true;
  }
  if (token.length < SHORTEST_TOKEN || /[^\x21-\x7e]/.test(token)) {
    throw new InputError(
      `the token needs ${SHORTEST_TOKEN} or more printable characters without blanks, it has ${token.length}; ` +
        `openssl rand -hex 24 writes one`,
    );
  }
  const expected = digest(token);
  return (authorization) => {
    // the name of a scheme has no case (RFC 9110, 11.1)
    const shown = /^bearer +(.+)$/i.exec(authorization ?? '')?.[1];
    return shown !== undefined && timingSafeEqual(digest(shown), expected);
  };
}

/** Digests have one length, so comparing them tells nothing of the token's. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
