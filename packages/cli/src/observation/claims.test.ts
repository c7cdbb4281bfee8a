/** What is said of random observations, of every topology and in every style, against the rule that made them. */

import {
  createGrid,
  listRuleBits,
  openStream,
  placeTopology,
  stepReference,
  type Grid,
  type LifeRule,
  type RandomStream,
  type Topology,
} from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { paint, PLAIN, type Color, type Look } from '../../test/paint.js';
import { explain } from './explain.js';
import { findBoards } from './gif-board.js';
import type { Reading } from './reading.js';

/** More of them with OBSERVATIONS=10000; a few minutes. */
const OBSERVATIONS = Number(process.env['OBSERVATIONS'] ?? 200);

const KINDS = ['T', 'P', 'T+1', 'T,-2', 'K*', 'K,*', 'K*+1', 'K,*+1', 'C', 'S'];
const COMMON_RULES: readonly LifeRule[] = [
  { birth: 8, survival: 12 },
  { birth: 72, survival: 12 },
  { birth: 8, survival: 511 },
];

interface Observed {
  readonly rule: LifeRule;
  readonly states: readonly Grid[];
  readonly topology: Topology;
}

function observe(random: RandomStream): Observed {
  const kind = KINDS[random.nextInt(KINDS.length)]!;
  const even = (side: number): number => side + (kind.includes('*+1') ? side % 2 : 0);
  const most = random.nextInt(3) === 0 ? 20 : 9;
  const width = even(2 + random.nextInt(most));
  const height = kind === 'S' ? width : even(2 + random.nextInt(most));
  const { topology } = placeTopology(kind, height, width);
  const rule =
    random.nextInt(2) === 0
      ? COMMON_RULES[random.nextInt(COMMON_RULES.length)]!
      : { birth: random.nextInt(512), survival: random.nextInt(512) };
  const p = 0.1 + 0.8 * random.nextFloat();
  const cells = Uint8Array.from({ length: width * height }, () => (random.nextFloat() < p ? 1 : 0));
  const states = [createGrid(width, height, cells)];
  const count = 2 + random.nextInt(6);
  while (states.length < count) states.push(stepReference(states.at(-1)!, rule, topology));
  return { rule, states, topology };
}

function drawLook(random: RandomStream): Look {
  const pick = <T>(list: readonly T[]): T => list[random.nextInt(list.length)]!;
  const black: Color = [0, 0, 0];
  const white: Color = [255, 255, 255];
  const [alive, dead] = pick([
    [black, white],
    [white, black],
    [[255, 255, 0], black],
  ] as const) as [Color, Color];
  const isRound = random.nextInt(5) === 0;
  return {
    ...PLAIN,
    alive,
    dead,
    cell: isRound ? 8 : pick([1, 3, 4, 5, 6.5]),
    line: isRound ? 0 : pick([0, 0, 1]),
    margin: pick([0, 0, 3, 5, 10]),
    lineColor: pick([alive, dead, [200, 120, 200]]),
    around: pick([dead, dead, [120, 140, 160]]),
    isRound,
  };
}

/** The readings of an observation that is shown in some way, and what that is. */
function show({ states, topology }: Observed, random: RandomStream): [string, Reading[]] {
  const plain = { alive: null, remark: null, isUnbounded: false, frames: null, alignment: null };
  const way = random.nextInt(3);
  if (way === 0) return ['with its borders', [{ ...plain, runs: [states], topology }]];
  if (way === 1) return ['without borders', [{ ...plain, runs: [states], topology: null }]];
  const drawn = drawLook(random);
  const look = drawn.line > 0 && drawn.cell === 6.5 ? { ...drawn, cell: 6 } : drawn;
  const pictures = states.map((state) => paint(state, look));
  if (random.nextInt(4) === 0) pictures.push(pictures.at(-1)!);
  if (random.nextInt(4) === 0) pictures.unshift(pictures[0]!);
  const boards = findBoards(pictures, 'a.gif', undefined);
  const readings = boards.map(({ states: found, alive }) => ({
    ...plain,
    alive,
    runs: [found],
    topology: null,
  }));
  return [JSON.stringify(look), readings];
}

describe('what is said of a rule', () => {
  it('is never wrong, whatever was observed and however it is shown', () => {
    const random = openStream(Number(process.env['OBSERVATION_SEED'] ?? 21), 'observations');
    let [said, refused] = [0, 0];
    const wrong: string[] = [];
    for (let k = 0; k < OBSERVATIONS; k++) {
      const observed = observe(random);
      let shown: [string, Reading[]];
      try {
        shown = show(observed, random);
      } catch {
        refused++;
        continue;
      }
      const [how, readings] = shown;
      const { bits, consistent } = explain(readings, { bounds: null, flipRate: 0 });
      if (consistent.length === 0) {
        refused++;
        continue;
      }
      const truth = listRuleBits(observed.rule);
      said += bits.filter((bit) => bit !== null).length;
      if (bits.some((bit, c) => bit !== null && bit !== truth[c])) {
        const { width, height } = observed.states[0]!;
        wrong.push(`${k} ${how} ${JSON.stringify(observed.topology)} ${width}x${height}`);
      }
    }
    if (process.env['OBSERVATIONS'] !== undefined) {
      const message = `${wrong.length} of ${OBSERVATIONS} wrong, ${refused} refused, ${said} bits said\n`;
      process.stderr.write(message);
    }
    expect(wrong).toEqual([]);
    expect(said).toBeGreaterThan(3 * OBSERVATIONS);
    expect(refused).toBeLessThan(0.15 * OBSERVATIONS);
  });
});
