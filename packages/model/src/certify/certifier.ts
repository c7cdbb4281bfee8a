/** Proves answers of one size, an answer token at a time. */

import { layoutPrompt, type BoundedGrid } from '@lifegpt/core';
import type { ModelFolder } from '../model-folder.js';
import { defaultHeader } from '../trained-for.js';
import { AttentionCase } from './attention-case.js';
import { boundAttention, findExtremes } from './attention-bound.js';
import { headOf, listAnswerTasks } from './cases.js';
import { arrangeDirections } from './directions.js';
import { MarginBounder, type MarginBound } from './margin-bound.js';
import { readOneLayer } from './one-layer.js';
import { tabulateTokens } from './token-table.js';

/** The case of an answer token in which the right token is least far above the others. */
export interface WorstCase extends MarginBound {
  /** Index in the answer. */
  readonly answer: number;
  /** Content of the token that predicts it, where it is a cell of the answer: 0 or 1. */
  readonly previous: number | null;
  /** The cells of the case, and bit i of `contents` the content of the i-th. */
  readonly cells: readonly number[];
  readonly contents: number;
}

/** A prepared size. */
export interface Certifier {
  /** Tokens of an answer. */
  readonly answerTokens: number;
  /** Cases of all of them together. */
  readonly cases: number;
  /**
   * Goes through all cases of one answer token.
   * @param enough margins above it do not have to be known better
   */
  prove(answer: number, enough?: number): WorstCase;
}

/**
 * Prepares a size.
 * @throws InputError when the model is none that a certificate can be given for.
 */
export function openCertifier(folder: ModelFolder, bounds: BoundedGrid): Certifier {
  const model = readOneLayer(folder);
  const layout = layoutPrompt(folder.tokenizer, bounds.width, bounds.height);
  const { rule } = defaultHeader(folder.config.trained_for);
  const winners = [...new Set([...layout.cellTokens, ...layout.endTokens])];
  const directions = arrangeDirections(model, winners);
  const table = tabulateTokens(model, directions, layout, headOf(layout, bounds, rule));
  const extremes = findExtremes(model, table);
  const setting = { model, directions, table, extremes };
  const tasks = listAnswerTasks(layout, bounds, rule);
  const contentsOf = (place: number): number[] => (table.isFree[place] === 1 ? [0, 1] : [0]);

  function prove(answer: number, enough = Infinity): WorstCase {
    const { place, cells, winner } = tasks[answer]!;
    const keys = cells.map((cell) => cell + layout.firstCell);
    let worst: WorstCase | null = null;
    for (const content of contentsOf(place)) {
      const attention = boundAttention(model, table, extremes, 2 * place + content, keys);
      const bounder = new MarginBounder(setting, new AttentionCase(setting, attention));
      const previous = table.isFree[place] === 1 ? content : null;
      for (let contents = 0; contents < 1 << cells.length; contents++) {
        const stop = Math.min(enough, worst?.margin ?? Infinity);
        const bound = bounder.bound(contents, winner(contents), stop);
        if (worst === null || !(bound.margin >= worst.margin)) {
          worst = { ...bound, answer, previous, cells, contents };
        }
        if (worst.margin === -Infinity) return worst; // no case is worse
      }
    }
    return worst!;
  }

  return {
    answerTokens: tasks.length,
    cases: tasks.reduce(
      (sum, { place, cells }) => sum + contentsOf(place).length * 2 ** cells.length,
      0,
    ),
    prove,
  };
}
