import { createGrid, parseRule, rulesEqual, stepReference, TORUS } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress, type Address } from '../address.js';
import { HEALTHY } from '../look/surgery.js';
import {
  beginPuzzle,
  countOpen,
  hiddenRule,
  judgeGuess,
  lookAtPairs,
  MOST_PAIRS,
  withCell,
  withoutPair,
  withPair,
  withSide,
  type Puzzle,
} from './puzzle.js';

const ruleOf = (text: string) => parseRule(text).rule;
const linkOf = (puzzle: Puzzle): string => {
  const address: Address = {
    view: 'guess',
    step: 0,
    comparison: null,
    surgery: HEALTHY,
    game: null,
    puzzle,
    recipe: null,
  };
  return formatAddress(address);
};

describe('a riddle', () => {
  it('answers a drawn cell by the rule that it hides, of either form', () => {
    for (const form of ['counts', 'table'] as const) {
      const puzzle = withCell(beginPuzzle(form, 8, 3), 0, 'before', 27, 1);
      const [{ before, after }] = puzzle.pairs as [Puzzle['pairs'][number]];
      expect(before.cells[27]).toBe(1);
      expect(after).toEqual(stepReference(before, hiddenRule(puzzle)!, TORUS));
    }
  });

  it('hides another rule behind another number', () => {
    const rules = [1, 2].map((seed) => hiddenRule({ form: 'counts', seed })!);
    expect(rulesEqual(rules[0]!, rules[1]!)).toBe(false);
  });

  it('shows more bits with each pair, and ends at the most pairs', () => {
    let puzzle = beginPuzzle('table', 6, 5);
    const open = [countOpen(lookAtPairs(puzzle).bits)];
    for (let number = 2; number <= MOST_PAIRS + 1; number++) {
      puzzle = withPair(puzzle, number);
      open.push(countOpen(lookAtPairs(puzzle).bits));
    }
    expect(puzzle.pairs).toHaveLength(MOST_PAIRS);
    expect(open[MOST_PAIRS - 1]).toBeLessThan(open[0]! - 20);
    expect(withoutPair(beginPuzzle('counts', 6, 5), 0).pairs).toHaveLength(1);
  });

  it('marks the cells that no rule explains', () => {
    // two lone cells: one has a neighbour that is born beside it, the other has not
    let puzzle = beginPuzzle('counts', 8, null);
    puzzle = withCell(puzzle, 0, 'before', 9, 1);
    expect(lookAtPairs(puzzle).contradicted).toEqual([]);
    puzzle = withCell(puzzle, 0, 'after', 10, 1);
    const { contradicted, odd, bits } = lookAtPairs(puzzle);
    expect(contradicted).toEqual([1]);
    expect(odd[0]).toEqual([10]); // seven others stay dead
    expect(judgeGuess(puzzle, ruleOf('B/S')).text).toMatch(/they show B1 both ways/);
    expect(bits[1]).toBeNull();
    // where neighbours lie tells those eight cells apart
    expect(lookAtPairs({ ...puzzle, form: 'table' }).contradicted).toEqual([]);
  });

  it('keeps what is drawn on boards of another size', () => {
    const puzzle = withCell(beginPuzzle('counts', 8, null), 0, 'before', 27, 1);
    expect(withSide(puzzle, 12).pairs[0]!.before.cells.reduce((sum, cell) => sum + cell)).toBe(1);
  });
});

describe('a guess', () => {
  const glider = createGrid(8, 8);
  for (const cell of [1, 10, 16, 17, 18]) glider.cells[cell + 18] = 1;
  const life = ruleOf('B3/S23');
  const own: Puzzle = {
    form: 'counts',
    seed: null,
    side: 8,
    pairs: [{ before: glider, after: stepReference(glider, life, TORUS) }],
  };

  it('is refuted by the bits that the pairs show', () => {
    expect(judgeGuess(own, life).isRight).toBe(true);
    const { isRight, text } = judgeGuess(own, ruleOf('B2/S3'));
    expect(isRight).toBe(false);
    expect(text).toContain('B2, B3 and S2');
  });

  it('that explains all pairs is not yet the hidden rule', () => {
    let puzzle = beginPuzzle('counts', 8, 7);
    // a single live cell shows B0, B1 and S0 alone
    for (let cell = 0; cell < 64; cell++) {
      puzzle = withCell(puzzle, 0, 'before', cell, Number(cell === 0));
    }
    const hidden = hiddenRule(puzzle)! as { birth: number; survival: number };
    expect(judgeGuess(puzzle, hidden).isRight).toBe(true);
    const other = { ...hidden, survival: hidden.survival ^ (1 << 8) };
    const { isRight, text } = judgeGuess(puzzle, other);
    expect(isRight).toBe(false);
    expect(text).toContain('of the 15 bits that they leave open, 1 is wrong');
  });

  it('of a rule that no counts can say is refused where counts are asked for', () => {
    expect(() => judgeGuess(own, ruleOf('B2/S34H'))).toThrow(/this riddle knows life-like rules/);
    expect(judgeGuess({ ...own, form: 'table' }, ruleOf('B2/S34H')).isRight).toBe(false);
  });
});

describe('the link of a riddle', () => {
  it('brings back the same pairs, hidden or drawn, of either form', () => {
    for (const seed of [null, 12345]) {
      for (const form of ['counts', 'table'] as const) {
        const puzzle = withPair(withCell(beginPuzzle(form, 7, seed), 0, 'before', 9, 1), 2);
        const { address, problems } = parseAddress(`#${linkOf(puzzle)}`);
        expect(problems).toEqual([]);
        expect(address.puzzle).toEqual(puzzle);
      }
    }
  });

  it('that is wrong is told, and the rest of it counts', () => {
    const base = 'view=guess&side=8&boards=';
    for (const wrong of ['bo!', 'bo!bo!bo!', '9o!o!', 'view']) {
      const { address, problems } = parseAddress(`#${base}${wrong}`);
      expect(address.view).toBe('guess');
      expect(address.puzzle).toBeNull();
      expect(problems).toHaveLength(1);
    }
    expect(parseAddress('#view=guess&side=99&boards=o!o!').problems[0]).toMatch(/side is '99'/);
  });
});
