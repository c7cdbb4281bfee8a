import { describe, expect, it } from 'vitest';
import { isWithoutNetwork } from './network.mjs';

const UNREACHED = `WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...)': /simple/pytest/
ERROR: Could not find a version that satisfies the requirement pytest==9.2.0 (from versions: none)`;

describe('isWithoutNetwork', () => {
  it('tells a missing network from a version that there is not', () => {
    expect(isWithoutNetwork(UNREACHED)).toBe(true);
    const unknown =
      'ERROR: Could not find a version that satisfies the requirement pytest==99 (from versions: 9.2.0)';
    expect(isWithoutNetwork(unknown)).toBe(false);
    expect(isWithoutNetwork('ERROR: ResolutionImpossible: for help visit')).toBe(false);
  });
});
