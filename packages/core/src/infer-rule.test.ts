import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGrid, type Grid } from './grid.js';
import { inferNoisyRule, inferRule } from './infer-rule.js';
import { ruleOfBits } from './rule-bits.js';
import { stepReference } from './life-reference.js';
import { openStream } from './random.js';
import { CONWAY, formatRule, parseRule, type LifeRule } from './rule.js';
import { toLifeRule } from './rules/rule-table.js';
import { TORUS } from './topology.js';
import { countTransitions } from './transitions.js';

/** Runs on 16x16 tori, each observed cell flipped with a probability. */
function observe(rule: LifeRule, seed: number, flipRate = 0, runs = 8, states = 8): Grid[][] {
  const random = openStream(seed, 'observe');
  const flip = ({ cells }: Grid): Grid =>
    createGrid(
      16,
      16,
      cells.map((cell) => (random.nextFloat() < flipRate ? 1 - cell : cell)),
    );
  return Array.from({ length: runs }, (_, k) => {
    const p = (k + 0.5) / runs;
    let grid = createGrid(
      16,
      16,
      new Uint8Array(256).map(() => (random.nextFloat() < p ? 1 : 0)),
    );
    return Array.from({ length: states }, () => {
      const shown = flip(grid);
      grid = stepReference(grid, rule);
      return shown;
    });
  });
}

describe('inferRule', () => {
  it('reads HighLife off clean runs, all 18 bits of it', () => {
    const { bits, consistent } = inferRule(
      countTransitions(observe(toLifeRule(parseRule('B36/S23').rule)!, 1), TORUS),
    );
    expect(consistent).toBe(true);
    expect(bits).not.toContain(null);
    expect(formatRule(ruleOfBits(bits))).toBe('B36/S23');
  });

  it('leaves open what was not seen, and what was seen both ways', () => {
    const grid = createGrid(4, 4);
    const life = inferRule(countTransitions([[grid, grid]], TORUS));
    expect(life.bits).toEqual([0, ...Array.from({ length: 17 }, () => null)]);
    const odd = createGrid(4, 4);
    odd.cells[5] = 1;
    const both = inferRule(countTransitions([[grid, odd]], TORUS));
    expect(both.bits[0]).toBeNull();
    expect(both.consistent).toBe(false);
  });
});

describe('inferNoisyRule', () => {
  it('decides no bit wrongly at a flip rate of 0.01, and most of them', () => {
    let [decided, rules] = [0, 0];
    fc.assert(
      fc.property(fc.nat(2 ** 18 - 1), fc.nat(1000), (code, seed) => {
        const rule = { birth: code & 511, survival: code >> 9 };
        const transitions = countTransitions(observe(rule, seed, 0.01), TORUS);
        expect(inferRule(transitions).consistent).toBe(false); // clean counting cannot
        const { bits, consistent } = inferNoisyRule(transitions, 0.01);
        rules++;
        decided += bits.filter((bit) => bit !== null).length;
        expect(bits.map((bit, c) => bit ?? (code >> c) & 1)).toEqual(
          bits.map((_, c) => (code >> c) & 1),
        );
        expect(consistent).toBe(true);
      }),
      { numRuns: 8 },
    );
    expect(decided / rules).toBeGreaterThan(15);
  });

  it('does not decide what one pair under noise cannot show', () => {
    const transitions = countTransitions(observe(CONWAY, 2, 0.05, 1, 2), TORUS);
    const { bits, confidence } = inferNoisyRule(transitions, 0.05);
    expect(bits).toContain(null);
    bits.forEach((bit, c) => expect(confidence[c]! >= Math.log(1000)).toBe(bit !== null));
  });

  it('says when flips do not explain what was seen', () => {
    const unrelated = observe(CONWAY, 3, 0.5);
    expect(inferNoisyRule(countTransitions(unrelated, TORUS), 0.01).consistent).toBe(false);
    const noisier = observe(CONWAY, 4, 0.1);
    expect(inferNoisyRule(countTransitions(noisier, TORUS), 0.01).consistent).toBe(false);
    expect(inferNoisyRule(countTransitions(noisier, TORUS), 0.1).consistent).toBe(true);
  });

  it.each([0, 0.5, -1, Number.NaN])('refuses a flip rate of %s', (rate) => {
    const transitions = countTransitions(observe(CONWAY, 5), TORUS);
    expect(() => inferNoisyRule(transitions, rate)).toThrow('over 0 and under 0.5');
  });
});
