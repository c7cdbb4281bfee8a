import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGrid, parseCells, type Grid } from './grid.js';
import { inferRule } from './infer-rule.js';
import { stepReference } from './life-reference.js';
import { openStream } from './random.js';
import { CONWAY, parseRule } from './rule.js';
import { toLifeRule } from './rules/rule-table.js';
import { parseBounds, TORUS } from './topology.js';
import { countTransitions, createNeighbourCounter, nameRuleCase } from './transitions.js';

const draw = (width: number, height: number, seed: number, p = 0.4): Grid => {
  const random = openStream(seed, 'soup');
  const grid = createGrid(width, height);
  for (let k = 0; k < grid.cells.length; k++) grid.cells[k] = random.nextFloat() < p ? 1 : 0;
  return grid;
};
const run = (grid: Grid, rule = CONWAY, topology = TORUS, states = 2): Grid[] => {
  const all = [grid];
  while (all.length < states) all.push(stepReference(all.at(-1)!, rule, topology));
  return all;
};

describe('countTransitions', () => {
  it('counts each cell by its state, its live neighbours and its next state', () => {
    const blinker = parseCells('00000' + '00100' + '00100' + '00100' + '00000', 5, 5);
    const { counts, pairs, contradiction } = countTransitions([run(blinker)], TORUS);
    const seen = [...counts].flatMap((count, k) =>
      count > 0 ? [`${nameRuleCase(k >> 1)}>${k & 1}: ${count}`] : [],
    );
    expect(seen).toEqual(['B0>0: 10', 'B1>0: 6', 'B2>0: 4', 'B3>1: 2', 'S1>0: 2', 'S2>1: 1']);
    expect({ pairs, contradiction }).toEqual({ pairs: 1, contradiction: null });
  });

  it('names the first cell that contradicts an earlier one', () => {
    const [state, next] = run(
      parseCells('000' + '010' + '000', 3, 3),
      toLifeRule(parseRule('B1/S0').rule)!,
    );
    next!.cells[7] = 0; // eight dead cells with one neighbour are born, but for this one
    const again = run(createGrid(3, 3));
    const { contradiction } = countTransitions([again, [state!, state!], [state!, next!]], TORUS);
    expect(contradiction).toEqual({
      ruleCase: 1,
      place: { run: 2, frame: 0, row: 0, column: 0 },
      next: 1,
      earlier: { run: 1, frame: 0, row: 0, column: 0 },
    });
    expect(countTransitions([[state!, next!]], TORUS).contradiction).toMatchObject({
      place: { row: 2, column: 1 },
      next: 0,
    });
  });

  it('leaves the outermost cells out where the borders are unknown', () => {
    const whole = run(draw(20, 20, 3));
    const cut = whole.map(({ cells }) =>
      createGrid(
        6,
        6,
        Uint8Array.from(
          { length: 36 },
          (_, k) => cells[20 * (5 + Math.floor(k / 6)) + 5 + (k % 6)]!,
        ),
      ),
    );
    expect(countTransitions([cut], TORUS).contradiction).not.toBeNull();
    const { counts, contradiction } = countTransitions([cut], 'unknown');
    expect(contradiction).toBeNull();
    expect(counts.reduce((a, b) => a + b)).toBe(16);
  });

  it('reads every rule and topology off large boards', () => {
    const bounds = fc.constantFrom('T9,7', 'P9,7', 'K9*,7', 'K9,7*', 'C9,7', 'S8', 'T9+2,7');
    fc.assert(
      fc.property(fc.nat(2 ** 18 - 1), bounds, fc.nat(1000), (code, text, seed) => {
        const { topology, width, height } = parseBounds(text);
        const rule = { birth: code & 511, survival: code >> 9 };
        const runs = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((k) =>
          run(draw(width, height, 10 * seed + k, (k + 1) / 11), rule, topology),
        );
        const { bits, consistent } = inferRule(countTransitions(runs, topology));
        expect(consistent).toBe(true);
        expect(bits.filter((bit) => bit !== null).length).toBeGreaterThan(12);
        bits.forEach((bit, c) => expect(bit ?? (code >> c) & 1).toBe((code >> c) & 1));
      }),
      { numRuns: 40 },
    );
  });

  it('refuses a run whose states differ in size', () => {
    expect(() => countTransitions([[createGrid(3, 3), createGrid(3, 4)]], TORUS)).toThrow(
      'state 2 has 3x4 cells, but state 1 has 3x3',
    );
  });
});

describe('createNeighbourCounter', () => {
  it('counts a cell as often as it is a neighbour', () => {
    const count = createNeighbourCounter({ topology: TORUS, width: 1, height: 2 });
    expect([...count(Uint8Array.of(1, 0))]).toEqual([2, 6]);
    expect([...count(Uint8Array.of(1, 1))]).toEqual([8, 8]);
  });
});
