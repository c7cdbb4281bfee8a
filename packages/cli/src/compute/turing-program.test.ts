import { describe, expect, it } from 'vitest';
import {
  formatTape,
  stepTuring,
  TURING_START,
  type TuringConfiguration,
} from './turing-program.js';

function run(): TuringConfiguration[] {
  const seen = [TURING_START];
  for (let next = stepTuring(TURING_START); next !== null; next = stepTuring(next)) seen.push(next);
  return seen;
}

describe('the program of the Turing machine', () => {
  it('doubles two ones and halts in its seventeenth step', () => {
    const seen = run();
    expect(seen).toHaveLength(17);
    const end = seen.at(-1)!;
    expect(end).toMatchObject({
      step: 17,
      state: null,
      left: [],
      symbol: '0',
      right: ['1', '1', '1', '1'],
    });
    expect(formatTape(end)).toBe('head -3, tape from -3: 0 1 1 1 1');
  });

  it('writes, moves and goes on as its table says', () => {
    expect(
      run()
        .slice(0, 4)
        .map(({ state, symbol }) => state! + symbol),
    ).toEqual(['B1', 'A0', 'B2', 'B1']);
    expect(formatTape(run()[2]!)).toBe('head 0, tape from -1: 2 [2] 1');
  });
});
