/** What a training looks like: its curves, what it writes, and where its heads look. */

import { compareGrids } from '@lifegpt/core';
import { currentPalette } from '../board/palette.js';
import { paintFrame, paintOverlay } from '../board/paint.js';
import { createChart } from '../chart.js';
import { byId, write } from '../elements.js';
import { createHeads, percent } from '../look/heads.js';
import type { TrainingEvent, TrainingSnapshot } from '../messages.js';

/**
 * Makes the pictures.
 * @returns what draws the curves of all events, and a snapshot where there is one
 */
export function createPictures(): (
  events: readonly TrainingEvent[],
  snapshot: TrainingSnapshot | null,
) => void {
  const board = byId<HTMLCanvasElement>('train-board');
  const heads = createHeads(byId('train-heads'), true);
  const chart = createChart(byId('train-chart'), {
    x: 'step',
    left: { label: 'loss', logarithmic: true },
    right: { label: 'wrong tokens, %', atLeast: 5 },
    series: [
      { label: 'Loss (nats)', colour: 'cell', axis: 'left' },
      { label: 'Wrong tokens (%)', colour: 'wrong', axis: 'right', dashes: [6, 4] },
      { label: 'Attention on the 3 × 3 (%)', colour: 'heat', axis: 'right', dashes: [2, 3] },
    ],
  });
  return (events, snapshot) => {
    chart.show([
      events.map(({ step }) => step),
      events.map(({ loss }) => Math.max(loss, 1e-6)), // a logarithmic axis has no 0
      events.map(({ wrongShare }) => 100 * wrongShare),
      fillGaps(events.map((event) => event.snapshot?.neighbourhood)).map((share) =>
        share === null ? null : 100 * share,
      ),
    ]);
    if (snapshot === null) return;
    const { written, truth, given, attention, cell, neighbourhood } = snapshot;
    const { width, height } = written;
    paintOverlay(board, written, truth);
    const surface = { context: board.getContext('2d')!, size: board.width / width, width, height };
    paintFrame(surface, cell, currentPalette().ink, 1 / 10);
    heads.show(attention, given, cell);
    const { wrongCells } = compareGrids(written, truth);
    write('train-errors', `${wrongCells} of ${written.cells.length} cells wrong`);
    write('train-focus', percent(neighbourhood));
  };
}

/** Each value until the next one is known. */
function fillGaps(values: readonly (number | undefined)[]): (number | null)[] {
  let last: number | null = null;
  return values.map((value) => (last = value ?? last));
}
