import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignFrames } from './align-frames.js';
import { createGrid, parseCells, placeCentred, type Grid } from './grid.js';
import { inferRule } from './infer-rule.js';
import { ruleOfBits } from './rule-bits.js';
import { stepReference } from './life-reference.js';
import { openStream } from './random.js';
import { formatRule, parseRule, type LifeRule } from './rule.js';
import { toLifeRule } from './rules/rule-table.js';
import { TORUS } from './topology.js';
import { countTransitions, nameRuleCase } from './transitions.js';

const soup = (side: number, seed: number): Grid => {
  const random = openStream(seed, 'soup');
  return createGrid(
    side,
    side,
    new Uint8Array(side * side).map(() => random.nextInt(2)),
  );
};
function run(grid: Grid, rule: LifeRule, states: number): Grid[] {
  const all = [grid];
  while (all.length < states) all.push(stepReference(all.at(-1)!, rule));
  return all;
}
/** A frame as bgolly writes it: its live cells' bounding box. */
function cut(grid: Grid): Grid {
  const rows = [...grid.cells.keys()].filter((k) => grid.cells[k] === 1);
  if (rows.length === 0) return { width: 0, height: 0, cells: new Uint8Array() };
  const [ys, xs] = [rows.map((k) => Math.floor(k / grid.width)), rows.map((k) => k % grid.width)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left + 1, Math.max(...ys) - top + 1];
  const cells = Uint8Array.from({ length: width * height }, (_, k) => {
    return grid.cells[(top + Math.floor(k / width)) * grid.width + left + (k % width)]!;
  });
  return createGrid(width, height, cells);
}

describe('alignFrames', () => {
  it('places the frames of a soup in the plane and reads its rule', () => {
    const states = run(
      placeCentred(soup(12, 1), 60, 60),
      toLifeRule(parseRule('B36/S23').rule)!,
      12,
    );
    const { states: placed, bits, explanations } = alignFrames(states.map(cut), null);
    expect(explanations).toBe(1);
    expect(placed.map(cut)).toEqual(states.map(cut));
    expect(formatRule(ruleOfBits(bits))).toBe('B36/S23');
    expect(inferRule(countTransitions([placed], TORUS)).bits).toEqual(bits);
  });

  it('places frames on a torus, whose live cells may go around', () => {
    const states = run(soup(9, 2), toLifeRule(parseRule('B1/S1').rule)!, 10);
    const { states: placed, bits } = alignFrames(states.map(cut), { width: 9, height: 9 });
    expect(inferRule(countTransitions([placed], TORUS))).toMatchObject({ bits, consistent: true });
    expect(formatRule(ruleOfBits(bits))).toBe('B1/S1');
  });

  it('never says a bit that the run does not have', () => {
    fc.assert(
      fc.property(
        fc.nat(2 ** 17 - 1),
        fc.nat(1000),
        fc.integer({ min: 1, max: 4 }),
        (half, seed, side) => {
          const code = half << 1; // in the plane B0 is not in the rule
          const rule = { birth: code & 511, survival: code >> 9 };
          const states = run(placeCentred(soup(side, seed), 30, 30), rule, 6);
          const { bits, explanations } = alignFrames(states.map(cut), null);
          expect(explanations).toBeGreaterThan(0);
          bits.forEach((bit, c) => expect(bit ?? (code >> c) & 1).toBe((code >> c) & 1));
        },
      ),
    );
  });

  it('leaves open what another placement explains otherwise', () => {
    // of an L one cell is left: which one, or one that was born, is not to be seen
    const bent = parseCells('111' + '100', 3, 2);
    const { bits, explanations } = alignFrames([bent, parseCells('1', 1, 1)], null);
    expect(explanations).toBe(4);
    const known = bits.flatMap((bit, c) => (bit === null ? [] : [`${nameRuleCase(c)}=${bit}`]));
    expect(known).toEqual(['B0=0', 'B1=0', 'B2=0', 'S2=0']);
  });

  it('stops at the frame that no placement explains', () => {
    const states = run(
      placeCentred(soup(12, 1), 60, 60),
      toLifeRule(parseRule('B36/S23').rule)!,
      6,
    ).map(cut);
    const cells = states[4]!.cells.slice();
    cells[40] = 1 - cells[40]!;
    const broken = states.map((state, k) => (k === 4 ? { ...state, cells } : state));
    const { states: placed, explanations } = alignFrames(broken, null);
    expect(explanations).toBe(0);
    expect(placed).toHaveLength(5);
    expect(countTransitions([placed], TORUS).contradiction?.place.frame).toBe(3);
  });

  it('reads a run that dies out', () => {
    const cell = parseCells('1', 1, 1);
    const nothing = { width: 0, height: 0, cells: new Uint8Array() };
    const { bits, states } = alignFrames([cell, nothing, nothing], null);
    expect(bits[9]).toBe(0);
    expect(bits[1]).toBe(0);
    expect(states.map(({ width, height }) => [width, height])).toEqual([
      [3, 3],
      [3, 3],
      [3, 3],
    ]);
  });

  it('refuses a frame that is larger than its torus', () => {
    expect(() => alignFrames([soup(5, 1), soup(5, 1)], { width: 4, height: 4 })).toThrow('5x5');
  });
});
