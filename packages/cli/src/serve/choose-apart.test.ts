import { chooseBest, createSampler } from '@lifegpt/model';
import { describe, expect, it } from 'vitest';
import { chooseApart, type BoardChoice } from './choose-apart.js';

const logits = Float32Array.of(0.3, 0.1, 0.2, 0.5, 0.4, 0.6);
const rows = { logits, vocabulary: 3, boards: 2, firstBoard: 0, firstPosition: 0 };
const choice = (more: Partial<BoardChoice>): BoardChoice => ({
  sampling: null,
  given: new Int32Array(0),
  wantsLogProbs: false,
  ...more,
});

describe('chooseApart', () => {
  it('is the plain choice where nobody wants more, which models answer without all logits', () => {
    expect(chooseApart([null, null], 1).choose).toBe(chooseBest);
  });

  it('says how far a token has to lead where nobody looks at logits, board by board as if alone', () => {
    const sampling = { temperature: 2, seed: 3 };
    const { choose } = chooseApart([null, choice({ sampling })], 1);
    expect(choose.neededLead!(0, 5, 1, 3)).toBe(0);
    const alone = createSampler(sampling).neededLead!(0, 5, 1, 3);
    expect(choose.neededLead!(1, 5, 1, 3)).toBe(alone);
    for (const more of [{ wantsLogProbs: true }, { given: Int32Array.of(1) }]) {
      expect(
        chooseApart([null, choice({ sampling, ...more })], 1).choose.neededLead,
      ).toBeUndefined();
    }
  });

  it('samples a board as if it were alone, and leaves the others to their best tokens', () => {
    for (let seed = 0; seed < 20; seed++) {
      const sampling = { temperature: 2, seed };
      const { tokens } = chooseApart([null, choice({ sampling })], 1).choose(rows);
      const alone = createSampler(sampling)({ ...rows, logits: logits.subarray(3), boards: 1 });
      expect([...tokens]).toEqual([0, alone.tokens[0]]);
    }
  });

  it('keeps tokens that are given, and lets no near-tie among them count', () => {
    const tied = Float32Array.of(1, 1, 0, 0, 5, 0);
    const one = { ...rows, logits: tied, boards: 1 };
    const { choose } = chooseApart([choice({ given: Int32Array.of(2) })], 2);
    expect(choose(one)).toMatchObject({ tokens: Int32Array.of(2, 1), minMargin: 5 });
    // a pass over the second token alone
    const second = { ...one, logits: tied.subarray(3), firstPosition: 1 };
    expect([...choose(second).tokens]).toEqual([1]);
  });

  it('tells the probabilities of all tokens, of the last pass over each', () => {
    const { choose, logProbs } = chooseApart([null, choice({ wantsLogProbs: true })], 2);
    const later = { ...rows, firstPosition: 1 };
    choose({ ...later, logits: Float32Array.of(0, 0, 0, 9, 9, 9) });
    choose(rows);
    choose(later);
    expect(logProbs[0]).toBeNull();
    const shares = Array.from(logProbs[1]!, Math.exp);
    const powers = [0.5, 0.4, 0.6].map(Math.exp);
    const total = powers[0]! + powers[1]! + powers[2]!;
    [0, 3].forEach((from) =>
      powers.forEach((power, id) => expect(shares[from + id]).toBeCloseTo(power / total, 6)),
    );
  });
});
