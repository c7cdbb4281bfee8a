/** One size of boards, proved on several threads. */

import { formatBounds, parseRule, type BoundedGrid } from '@lifegpt/core';
import {
  describeSize,
  measureFirstLayer,
  openCertifier,
  type CertifiedSize,
  type ModelFolder,
} from '@lifegpt/model';
import type { CommandContext } from '../context.js';
import { createRuntime } from '../runtime.js';
import { createProgress } from '../terminal/progress.js';
import { findWorstAnswer } from './pool.js';

/** How a board is called: rows x columns, and its topology in Golly's notation where it is no torus. */
export function nameBoard(bounds: BoundedGrid): string {
  const size = `${bounds.height}x${bounds.width}`;
  return bounds.topology.kind === 'torus' ? size : `${size} :${formatBounds(bounds)}`;
}

/** Proves a size, or finds where the proof ends. @param model the folder, as threads find it */
export async function proveSize(
  model: string,
  folder: ModelFolder,
  bounds: BoundedGrid,
  { signal, progress: stream }: CommandContext,
): Promise<CertifiedSize> {
  const { answerTokens, cases } = openCertifier(folder, bounds);
  const began = performance.now();
  const firstLayer = await measureFirstLayer(folder, bounds, await createRuntime('cpu'));
  const progress = createProgress(stream, nameBoard(bounds), answerTokens, 'answers');
  let done = 0;
  try {
    const onAnswer = (): void => progress.update(++done);
    const job = { model, bounds, kind: 'prove' } as const;
    const { worst } = await findWorstAnswer(job, answerTokens, signal, onAnswer);
    const seconds = (performance.now() - began) / 1000;
    return describeSize(folder, bounds, worst!, cases, seconds, firstLayer);
  } finally {
    progress.finish();
  }
}

/** The board that a part of a certificate is about. */
export function boundsOf({ rule }: Pick<CertifiedSize, 'rule'>): BoundedGrid {
  return parseRule(rule).bounds!;
}

/** What was found of a size, in a line. */
export function formatSize(size: CertifiedSize): string {
  const { certified, margin, rounding, worst, seconds } = size;
  const nats = (value: number | null): string => (value === null ? 'none' : value.toFixed(2));
  const where =
    worst.row === null
      ? 'the end of the answer'
      : `cell ${worst.row},${worst.column} with neighbourhood ${worst.neighbourhood}`;
  const before = worst.previous === null ? '' : ` after ${worst.previous}`;
  return (
    `${nameBoard(boundsOf(size))}: ${certified ? 'certified' : 'NOT certified'}, margin ${nats(margin)} nats ` +
    `(${nats(rounding)} off for rounding) at ${where}${before} against '${worst.rival}', ${seconds.toFixed(1)} s`
  );
}
