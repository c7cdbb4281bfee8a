/** What boards really take: a board's cost is its size in cells times what boards of its kind took lately. */

/** What tells kinds of work apart: by the plan or over all keys, which model. */
export interface WorkKind {
  readonly model: string;
  /** Null takes the most likely tokens; whoever wants more goes over all keys. */
  readonly choice: object | null;
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
  const kinds = new Map<string, { readonly rates: number[]; middle: number }>();
  const kindOf = ({ model, choice }: Work): { readonly rates: number[]; middle: number } => {
    const name = `${model} ${choice === null ? 'best' : 'logits'}`;
    const known = kinds.get(name) ?? { rates: [FIRST_RATE, FIRST_RATE], middle: FIRST_RATE };
    kinds.set(name, known);
    return known;
  };
  return {
    expect: (work) => sizeOf(work) * kindOf(work).middle,
    learn(work, boards, seconds) {
      const kind = kindOf(work);
      kind.rates.push((1000 * seconds) / (boards * sizeOf(work)));
      if (kind.rates.length > REMEMBERED) kind.rates.shift();
      const sorted = [...kind.rates].sort((a, b) => a - b);
      kind.middle = sorted[Math.floor(sorted.length / 2)]!;
    },
  };
}
