import { describe, expect, it } from 'vitest';
import { cutToLife } from './frame-box.js';
import { createGrid, placeCentred, type Grid } from './grid.js';
import { stepReference } from './life-reference.js';
import { openStream } from './random.js';
import { formatRule, parseRule } from './rule.js';
import { TORUS, type Topology } from './topology.js';
import { countTransitions } from './transitions.js';
import { findTwoStepRule, findTwoStepRuleOfFrames } from './two-step-rule.js';

/** Every n-th state of runs from soups of several densities. */
function observe(text: string, every: number, topology: Topology = TORUS): Grid[][] {
  const random = openStream(6, 'soups');
  const { rule } = parseRule(text);
  return [0.1, 0.3, 0.5, 0.7, 0.9].map((p) => {
    let grid = createGrid(
      12,
      10,
      new Uint8Array(120).map(() => (random.nextFloat() < p ? 1 : 0)),
    );
    return Array.from({ length: 5 }, () => {
      const shown = grid;
      for (let k = 0; k < every; k++) grid = stepReference(grid, rule, topology);
      return shown;
    });
  });
}

describe('findTwoStepRule', () => {
  it.each(['B3/S23', 'B36/S23', 'B02468/S1357', 'B012/S567'])(
    'finds %s two steps apart',
    (text) => {
      const runs = observe(text, 2);
      expect(countTransitions(runs, TORUS).contradiction).not.toBeNull();
      expect(formatRule(findTwoStepRule(runs, TORUS)!)).toBe(text);
    },
  );

  it('knows what lies beyond the borders', () => {
    const plane = { kind: 'plane' } as const;
    const runs = observe('B36/S23', 2, plane);
    expect(formatRule(findTwoStepRule(runs, plane)!)).toBe('B36/S23');
    expect(findTwoStepRule(runs, TORUS)).toBeNull();
  });

  it('finds none where no rule does it', () => {
    expect(findTwoStepRule(observe('B36/S23', 3), TORUS)).toBeNull();
    expect(findTwoStepRule([[createGrid(3, 3)]], TORUS)).toBeNull();
  });
});

describe('findTwoStepRuleOfFrames', () => {
  const random = openStream(7, 'soup');
  const start = placeCentred(
    createGrid(
      9,
      9,
      new Uint8Array(81).map(() => random.nextInt(2)),
    ),
    60,
    60,
  );
  const states = [start];
  while (states.length < 16) states.push(stepReference(states.at(-1)!, parseRule('B36/S23').rule));

  it('finds the rule of frames that do not say where they lie', () => {
    const everySecond = states.filter((_, k) => k % 2 === 0).map(cutToLife);
    expect(formatRule(findTwoStepRuleOfFrames(everySecond)!)).toBe('B36/S23');
  });

  it('finds none where every third frame is left', () => {
    expect(findTwoStepRuleOfFrames(states.filter((_, k) => k % 3 === 0).map(cutToLife))).toBeNull();
  });
});
