/** Where nothing is proved of a class, boards are tried: whether the model really answers wrongly there. */

import {
  createGrid,
  formatBoundedRule,
  formatCells,
  openStream,
  RULE_BITS,
  ruleOfBits,
  stepReference,
  topologyOfToken,
  type Grid,
  type PromptHeader,
  type RandomStream,
  type RuleForm,
} from '@lifegpt/core';
import { decodeJacobi } from '../decode/jacobi.js';
import type { LanguageModel } from '../network/language-model.js';
import { predictBatch } from '../predict/predict-batch.js';
import type { BoardClass } from './board-class.js';
import type { Form } from './form.js';

/** A board on which a model is wrong. */
export interface FailingBoard {
  /** Golly's notation with the board. */
  readonly rule: string;
  readonly width: number;
  readonly height: number;
  /** The cell that is wrong. */
  readonly row: number;
  readonly column: number;
  /** `width * height` letters 0 and 1, row-major. */
  readonly state: string;
  /** What is right there. */
  readonly right: 0 | 1;
}

/** What the unknowns of a class are tried as. */
const TRIED = [0, 1, 2, 4, 9];
/** Boards are no larger. */
const MOST_CELLS = 900;
/** Sizes that are tried, and boards of each. */
const [SIZES, BOARDS] = [30, 16];

/** Tries boards of a class; null where none of them goes wrong. @throws AbortSignal's reason when that is aborted */
export async function findFailingBoard(
  model: LanguageModel,
  cells: BoardClass,
  form: RuleForm,
  signal?: AbortSignal,
): Promise<FailingBoard | null> {
  const random = openStream(1, 'failing boards', cells.topology, cells.name);
  const topology = topologyOfToken(cells.topology);
  for (const { width, height, row, column } of listBoards(cells)) {
    const at = row * width + column;
    const boards = Array.from({ length: BOARDS }, (_, i) => drawBoard(width, height, i, random));
    const headers = boards.map((): PromptHeader => ({ topology, rule: drawRule(form, random) }));
    const { answers } = await predictBatch(model, boards, {
      headers,
      decode: decodeJacobi,
      ...(signal === undefined ? {} : { signal }),
    });
    for (const [i, { grid }] of answers.entries()) {
      const { rule } = headers[i]!;
      const right = stepReference(boards[i]!, rule, topology).cells[at] as 0 | 1;
      if (grid.cells[at] === right) continue;
      const bounded = formatBoundedRule(rule, { topology, width, height });
      return { rule: bounded, width, height, row, column, state: formatCells(boards[i]!), right };
    }
  }
  return null;
}

/** Sizes of boards with a cell of the class. */
function listBoards({
  distances,
}: BoardClass): { width: number; height: number; row: number; column: number }[] {
  const used = [1, 2, 3, 4].filter((i) => distances.some((form) => form[i] !== 0));
  const boards = Array.from({ length: TRIED.length ** used.length }, (_, code) => {
    const unknowns = [0, 0, 0, 0];
    used.forEach((i, at) => {
      unknowns[i - 1] = TRIED[Math.floor(code / TRIED.length ** at) % TRIED.length]!;
    });
    const value = ([constant, ...factors]: Form): number =>
      factors.reduce((sum, factor, v) => sum + factor * unknowns[v]!, constant);
    const [top, bottom, left, right] = distances.map(value) as [number, number, number, number];
    return { width: left + right + 1, height: top + bottom + 1, row: top, column: left };
  }).filter(({ width, height }) => width * height <= MOST_CELLS);
  // small and large ones alike
  const step = Math.max(1, boards.length / SIZES);
  return boards.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
}

/** Empty and full boards first, then some of all densities. */
function drawBoard(width: number, height: number, i: number, random: RandomStream): Grid {
  const density = [0, 1, 0.5, 0.2, 0.8][i % 5]!;
  const cells = Uint8Array.from({ length: width * height }, () =>
    random.nextFloat() < density ? 1 : 0,
  );
  return createGrid(width, height, cells);
}

function drawRule(form: RuleForm, random: RandomStream): PromptHeader['rule'] {
  const bit = (): 0 | 1 => random.nextInt(2) as 0 | 1;
  return form === 'counts'
    ? ruleOfBits(Array.from({ length: RULE_BITS }, bit))
    : { table: Uint8Array.from({ length: 512 }, bit) };
}
