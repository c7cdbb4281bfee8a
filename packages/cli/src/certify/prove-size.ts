/** One size of boards, proved on several threads. */

import { TORUS, type BoardSize, type BoundedGrid } from '@lifegpt/core';
import { describeSize, openCertifier, type CertifiedSize, type ModelFolder } from '@lifegpt/model';
import type { CommandContext } from '../context.js';
import { createProgress } from '../terminal/progress.js';
import { findWorstAnswer } from './pool.js';

/** A torus of a size. */
export function boundsOf({ width, height }: BoardSize): BoundedGrid {
  return { topology: TORUS, width, height };
}

/** Proves a size, or finds where the proof ends. @param model the folder, as threads find it */
export async function proveSize(
  model: string,
  folder: ModelFolder,
  size: BoardSize,
  { signal, progress: stream }: CommandContext,
): Promise<CertifiedSize> {
  const bounds = boundsOf(size);
  const { answerTokens, cases } = openCertifier(folder, bounds);
  const began = performance.now();
  const progress = createProgress(stream, `${size.height}x${size.width}`, answerTokens, 'answers');
  let done = 0;
  try {
    const onAnswer = (): void => progress.update(++done);
    const job = { model, bounds, kind: 'prove' } as const;
    const { worst } = await findWorstAnswer(job, answerTokens, signal, onAnswer);
    return describeSize(folder, bounds, worst!, cases, (performance.now() - began) / 1000);
  } finally {
    progress.finish();
  }
}

/** What was found of a size, in a line. */
export function formatSize(size: CertifiedSize): string {
  const { height, width, certified, margin, rounding, worst, seconds } = size;
  const name = `${height}x${width}`;
  const nats = (value: number | null): string => (value === null ? 'none' : value.toFixed(2));
  const where =
    worst.row === null
      ? 'the end of the answer'
      : `cell ${worst.row},${worst.column} with neighbourhood ${worst.neighbourhood}`;
  const before = worst.previous === null ? '' : ` after ${worst.previous}`;
  return (
    `${name}: ${certified ? 'certified' : 'NOT certified'}, margin ${nats(margin)} nats ` +
    `(${nats(rounding)} off for rounding) at ${where}${before} against '${worst.rival}', ${seconds.toFixed(1)} s`
  );
}
