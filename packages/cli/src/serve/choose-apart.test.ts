import { chooseBest, createSampler } from '@lifegpt/model';
import { describe, expect, it } from 'vitest';
import { chooseApart } from './choose-apart.js';

const logits = Float32Array.of(0.3, 0.1, 0.2, 0.5, 0.4, 0.6);
const rows = { logits, vocabulary: 3, boards: 2, firstBoard: 0, firstPosition: 0 };

describe('chooseApart', () => {
  it('is the plain choice where nobody samples, which models answer without all logits', () => {
    expect(chooseApart([null, null])).toBe(chooseBest);
  });

  it('samples a board as if it were alone, and leaves the others to their best tokens', () => {
    for (let seed = 0; seed < 20; seed++) {
      const sampling = { temperature: 2, seed };
      const { tokens } = chooseApart([null, sampling])(rows);
      const alone = createSampler(sampling)({ ...rows, logits: logits.subarray(3), boards: 1 });
      expect([...tokens]).toEqual([0, alone.tokens[0]]);
    }
  });
});
