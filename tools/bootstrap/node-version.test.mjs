import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OLDEST_NODE, requireNode } from './node-version.mjs';

describe('requireNode', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '100.1.1'])('takes Node %s', (version) => {
    expect(() => requireNode(version)).not.toThrow();
  });

  it.each(['20.18.9', '18.20.0', '9.99.99'])(
    'refuses Node %s and names both versions',
    (version) => {
      expect(() => requireNode(version)).toThrow(
        new RegExp(`${OLDEST_NODE} or newer, and this is Node ${version}`),
      );
    },
  );

  it('asks for the version that the root package.json declares', () => {
    const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url)));
    expect(`>=${OLDEST_NODE}`).toMatch(new RegExp(`^${engines.node}(\\.0)?$`));
  });
});
