/**
 * The algorithm that proved weights hold: for each topology and each way in which a cell touches the borders the nine cells
 * that are read, and for each state and count of them the bit of the rule that is looked up. It is read off the weights; that
 * it is what the model does follows from the proof, which finds the same nine cells to be those of the neighbourhood.
 */

import { HEADER_END, RULE_AXES, type TopologyToken } from '@lifegpt/core';
import type { ModelFolder } from '../folder/model-folder.js';
import { REFERENCES } from '../network/location-config.js';
import { listTopologies } from '../network/trained-for.js';
import { FLOAT32 } from './arithmetic.js';
import { type BoardClass, listClasses } from './board-class.js';
import { placeCases } from './bound-look-up.js';
import { openProver } from './certify.js';
import { openLooker, type Look } from './look.js';
import { openOutcomes } from './outcome.js';
import { judgeAxis, listNeighbourhood, namePlace } from './place.js';
import { nameAxes, readCells, type Expression, type ReadCell } from './stencil.js';
import { openWeights } from './weights.js';

/** A row or column: a reference and an offset from it. */
export interface ExtractedLine {
  readonly from: (typeof REFERENCES)[number];
  readonly plus: number;
}

/** A cell that is read. */
export interface ExtractedCell {
  readonly row: ExtractedLine;
  readonly column: ExtractedLine;
}

/** What is read by the cells that touch some borders. */
export interface ExtractedCase {
  /** The borders that they touch: top, bottom, left, right. */
  readonly touches: readonly boolean[];
  /** The cells on the axes of a table, which are those of a neighbourhood in reading order; null where nothing is read. */
  readonly cells: readonly (ExtractedCell | null)[];
  /** Classes of the proof that are such cells. */
  readonly classes: number;
}

/** Where the look-up lands for a state and a count, and which bit lies there. */
export interface ExtractedBit {
  readonly state: 0 | 1;
  readonly count: number;
  /** Index of the rule's 18 bits. */
  readonly bit: number;
  /** Least and most of both axes, on any board: birth or survival, and the count. */
  readonly axes: readonly [readonly [number, number], readonly [number, number]];
}

/** An algorithm. */
export interface Extracted {
  readonly topologies: readonly {
    readonly topology: TopologyToken;
    readonly cases: readonly ExtractedCase[];
  }[];
  readonly bits: readonly ExtractedBit[];
}

/** Reads the algorithm off a model whose classes are proved, and yields each class' name. @throws Error where classes do not agree */
export function* extractAlgorithm(folder: ModelFolder): Generator<string, Extracted> {
  const prover = openProver(folder);
  const { tokenizer, tensors } = folder;
  const weights = openWeights(prover.config, tensors);
  const looker = openLooker(FLOAT32, weights);
  const outcomes = openOutcomes(weights, prover.tokens);
  const [dead, alive] = [prover.tokens.dead, prover.tokens.alive].map(outcomes.bring);
  const steps = alive!.map((row, head) => row.map((value, o) => value - dead![head]![o]!));
  const bits = new Map<number, [number, number, number, number]>();
  const topologies: Extracted['topologies'][number][] = [];
  for (const topology of listTopologies(folder.config.trained_for)) {
    const looks = new Map<string, Look>();
    const groups = new Map<string, ReadClass[]>();
    for (const cells of listClasses(topology)) {
      yield `${topology} ${cells.name}`;
      const key = cells.touches.join();
      const markers = [topology, HEADER_END].map(tokenizer.idOf);
      const look = looks.get(key) ?? looker.look(markers, cells.touches);
      looks.set(key, look);
      const bound = prover.bound(cells);
      const [least, most] = bound.rest;
      const base = least.map((value, o) => (value + most[o]!) / 2);
      const read = readCells(cells, look, looker, steps);
      const own = { cells, read, axes: nameAxes(read, base) };
      checkCounts(own, base);
      groups.set(key, [...(groups.get(key) ?? []), own]);
      for (const [bit, ends] of placeCases(bound)) {
        const known = bits.get(bit) ?? ends;
        bits.set(
          bit,
          ends.map((end, i) => (i % 2 === 0 ? Math.min : Math.max)(end, known[i]!)) as typeof ends,
        );
      }
    }
    topologies.push({ topology, cases: [...groups.values()].map(extractCase) });
  }
  const places = [...bits].sort(([a], [b]) => a - b);
  return {
    topologies,
    bits: places.map(([key, [a, b, c, d]]) => ({
      state: Math.floor(key / 9) as 0 | 1,
      count: key % 9,
      bit: nearest(0, (a + b) / 2) * RULE_AXES[1]!.places + nearest(1, (c + d) / 2),
      axes: [
        [a, b],
        [c, d],
      ],
    })),
  };
}

/** The place of an axis that lies nearest to where a stream is. */
const nearest = (axis: number, at: number): number =>
  Math.max(0, Math.min(RULE_AXES[axis]!.places - 1, Math.round(at)));

/** What is read in a class. */
interface ReadClass {
  readonly cells: BoardClass;
  readonly read: readonly ReadCell[];
  /** The cells on the axes of a table. */
  readonly axes: readonly (string | null)[];
}

/** The axis of counts has to count the cells of the axes of a table but for the fifth, which is the cell's own state. */
function checkCounts({ cells, read, axes }: ReadClass, base: ArrayLike<number>): void {
  const truth = listNeighbourhood(cells).map((place) => place && namePlace(place));
  const isAlike = read.every(({ name, moves }) => {
    const times = axes.filter((other, i) => other === name && i !== 4).length;
    const [state, count] = [0, 1].map((axis) => nearest(axis, base[axis]! + moves[axis]!));
    return count === times && state === (axes[4] === name ? 1 : 0);
  });
  if (isAlike && axes.join() === truth.join()) return;
  throw new Error(
    `topology ${cells.topology}, cells ${cells.name}: what heads read is not the neighbourhood`,
  );
}

/** One way to say the nine cells that holds for all classes which touch the same borders. */
function extractCase(group: readonly ReadClass[]): ExtractedCase {
  // what heads rely on in the class with the most unknowns holds the farthest
  const general = group.reduce((a, b) =>
    countUnknowns(b.cells) >= countUnknowns(a.cells) ? b : a,
  );
  const own = general.axes;
  const cells = own.map((name, i) => {
    if (name === null) return null;
    const { expressions } = general.read.find((cell) => cell.name === name)!;
    const holding = expressions.filter((expression) =>
      group.every(({ cells: others, axes }) => nameExpression(others, expression) === axes[i]),
    );
    // of the ways that carry weight the plainest
    const most = Math.max(...holding.map(({ weight }) => weight));
    const found = holding
      .filter(({ weight }) => weight >= LEAST_WEIGHT * most)
      .sort((a, b) => roundabout(a) - roundabout(b))[0];
    if (found === undefined) {
      throw new Error(
        `topology ${general.cells.topology}, cells ${general.cells.name}: heads find a cell in no one way`,
      );
    }
    const line = (axis: 0 | 1): ExtractedLine => ({
      from: REFERENCES[found.references[axis]]!,
      plus: found.offset[axis],
    });
    return { row: line(0), column: line(1) };
  });
  return { touches: general.cells.touches, cells, classes: group.length };
}

function nameExpression(cells: BoardClass, { references, offset }: Expression): string {
  return ([0, 1] as const)
    .map((axis) => judgeAxis(cells, axis, references[axis], offset[axis]).name)
    .join(', ');
}

/** A way to a cell with less than this of the strongest one's weight is none to tell of. */
const LEAST_WEIGHT = 0.01;

/** How far a way to a cell is from being its own row and column. */
function roundabout({ references: [row, column], offset: [down, right] }: Expression): number {
  const far = (index: number, order: readonly number[]): number => 3 * order.indexOf(index);
  return (
    far(row, [0, 4, 1, 2, 3]) + far(column, [2, 4, 3, 0, 1]) + Math.abs(down) + Math.abs(right)
  );
}

const countUnknowns = ({ distances }: BoardClass): number =>
  [1, 2, 3, 4].filter((i) => distances.some((form) => form[i] !== 0)).length;
