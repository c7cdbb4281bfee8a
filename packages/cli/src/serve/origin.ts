/**
 * From where a browser may ask. A page of another site could send requests to this machine: with its own name made to
 * point here (rebinding), which the Host header tells; or straight away, which the Origin header tells.
 */

import { InputError } from '@lifegpt/core';
import { isIP } from 'node:net';
import { RequestFailure } from './failure.js';

/** The headers that tell. */
export interface OriginHeaders {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  readonly 'sec-fetch-site'?: string | string[] | undefined;
}

/** What the server goes by. */
export interface OriginOptions {
  /** Where it listens. */
  readonly host: string;
  /** Whether clients show a token, which no page of another site has. */
  readonly hasToken: boolean;
  /** Other names that it is reached by, as through a proxy. */
  readonly names: readonly string[];
  /** Origins whose pages may ask, `*` for all. */
  readonly cors: readonly string[];
}

/** Checks requests. */
export interface OriginCheck {
  /**
   * @param isApi whether the answer is more than a file of the page
   * @returns the origin that the answer is for, where it is another site's
   * @throws RequestFailure 403 for another site's page, 421 for another host
   */
  check(headers: OriginHeaders, isApi: boolean): string | null;
}

/** Makes the check. @throws InputError at an origin that is none */
export function createOriginCheck({ host, hasToken, names, cors }: OriginOptions): OriginCheck {
  for (const origin of cors) {
    if (origin !== '*' && !isOrigin(origin)) {
      throw new InputError(
        `--cors needs origins such as https://example.org, or *, not '${origin}'`,
      );
    }
  }
  const known = new Set([host, ...names].map((name) => name.toLowerCase()));

  function isOwnHost(header: string | undefined): boolean {
    if (header === undefined) return true; // no browser: HTTP/1.1 has one
    const name = nameOf(header);
    return name !== null && (hasToken || isLoopbackName(name) || known.has(name));
  }

  return {
    check({ host: header, origin, 'sec-fetch-site': site }, isApi) {
      if (!isOwnHost(header)) {
        const message = `this server is not ${JSON.stringify((header ?? '').slice(0, 80))}; ask it by its own name, or start it with --name`;
        throw new RequestFailure(421, 'wrong_host', message);
      }
      if (!isApi) return null;
      if (origin === undefined) {
        // a browser that hides where it comes from
        if (site !== 'cross-site' || cors.includes('*')) return null;
      } else if (isSame(origin, header ?? '')) return null;
      else if (cors.includes('*') || cors.includes(origin)) return origin;
      const message =
        'pages of other sites may not ask this server; start it with --cors and their origin';
      throw new RequestFailure(403, 'wrong_origin', message);
    },
  };
}

function isOrigin(text: string): boolean {
  try {
    return new URL(text).origin === text;
  } catch {
    return false;
  }
}

/** The name in a Host header, without its port; null where it is none. */
function nameOf(header: string): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/.exec(header.toLowerCase());
  return match === null ? null : match[1]!.replace(/^\[|\]$/g, '');
}

const isLoopbackName = (name: string): boolean =>
  name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));

/** Whether a page is the server's own. */
const isSame = (origin: string, host: string): boolean =>
  ['http://', 'https://'].some((scheme) => origin.toLowerCase() === scheme + host.toLowerCase());
