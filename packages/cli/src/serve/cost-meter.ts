/** What boards really take: a board's cost is its size in cells times what boards of its kind took lately. */

import { kindOfChoice, type BoardChoice, type ChoiceKind } from './choose-apart.js';

/** What tells kinds of work apart: the model, and how tokens are chosen. */
export interface WorkKind {
  readonly model: string;
  readonly choice: BoardChoice | null;
  readonly width: number;
  readonly height: number;
}

/** Learns costs while it charges them. */
export interface CostMeter<Work extends WorkKind> {
  /** Milliseconds of a thread that a board is expected to take. */
  expect(work: Work): number;
  /** Tells what boards of one kind and size took together, in seconds. */
  learn(work: Work, boards: number, seconds: number): void;
}

/** The cost is the middle one of so many batches: a plan that one of them had to wait for is not what boards take. */
const REMEMBERED = 15;
/** Milliseconds a unit of size before anything was measured: a 32x32 board's passes take some thirty. */
const FIRST_RATE = 1 / 64;

/** Makes a meter. @param sizeOf the size of a board's work before it is measured */
export function createCostMeter<Work extends WorkKind>(
  sizeOf: (work: Work) => number,
): CostMeter<Work> {
  const models = new Map<string, Record<ChoiceKind, Rates>>();
  const ratesOf = ({ model, choice }: Work): Rates => {
    let kinds = models.get(model);
    if (kinds === undefined) {
      kinds = { best: firstRates(), samples: firstRates(), logits: firstRates() };
      models.set(model, kinds);
    }
    return kinds[kindOfChoice(choice)];
  };
  return {
    expect: (work) => sizeOf(work) * ratesOf(work).middle,
    learn(work, boards, seconds) {
      const known = ratesOf(work);
      known.rates.push((1000 * seconds) / (boards * sizeOf(work)));
      if (known.rates.length > REMEMBERED) known.rates.shift();
      const sorted = [...known.rates].sort((a, b) => a - b);
      known.middle = sorted[Math.floor(sorted.length / 2)]!;
    },
  };
}

/** What boards of one kind took lately, the middle one apart. */
interface Rates {
  readonly rates: number[];
  middle: number;
}

const firstRates = (): Rates => ({ rates: [FIRST_RATE, FIRST_RATE], middle: FIRST_RATE });
