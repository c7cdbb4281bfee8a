import { describe, expect, it } from 'vitest';
import { drawRuleTable } from './rule-table.js';

describe('drawRuleTable', () => {
  it('sets counts and verdicts in columns as wide as their numbers', () => {
    const counts = new Float64Array(36);
    counts[0] = 1200; // B0 stays dead
    counts[2 * 3 + 1] = 7; // B3 is born
    counts[2 * 11 + 1] = 5; // S2 survives
    const bits = Array.from({ length: 18 }, (_, c) =>
      c === 0 ? 0 : c === 3 || c === 11 ? 1 : null,
    );
    expect(drawRuleTable(counts, bits, 80).split('\n')).toEqual([
      'live neighbours        0  1  2  3  4  5  6  7  8',
      'dead,  stays dead  1,200  0  0  0  0  0  0  0  0',
      '       is born         0  0  0  7  0  0  0  0  0',
      '                       -  ?  ?  B  ?  ?  ?  ?  ?',
      'alive, dies            0  0  0  0  0  0  0  0  0',
      '       survives        0  0  5  0  0  0  0  0  0',
      '                       ?  ?  S  ?  ?  ?  ?  ?  ?',
    ]);
  });
});
