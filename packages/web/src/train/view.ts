/** Train: a model from random weights, in this page. */

import { compareGrids } from '@lifegpt/core';
import { zipSync } from 'fflate';
import { currentPalette, onTheme } from '../board/palette.js';
import { paintFrame, paintOverlay } from '../board/paint.js';
import { createChart } from '../chart.js';
import { byId, complain, labelButton, onceAFrame, onClick, say, write } from '../elements.js';
import { createHeads, percent } from '../look/heads.js';
import type { TrainingEvent, TrainingResult, TrainingSnapshot } from '../messages.js';
import { saveFile } from '../save.js';
import type { Session } from '../session.js';

/** What the Train view needs from the page. */
export interface TrainViewOptions {
  readonly session: Session;
  /** Is told that a training begins. */
  readonly onBegin: () => void;
  /** Takes the trained model into the game. */
  readonly onPlay: (result: TrainingResult) => void;
}

/** The Train view. */
export interface TrainView {
  /** Draws what there is. */
  show(): void;
  /** The worker was replaced: what was being trained is gone. */
  forget(): void;
}

/** The name of a model that was trained here. */
export const TRAINED = 'trained-here';

/** Makes the Train view work. */
export function createTrainView({ session, onBegin, onPlay }: TrainViewOptions): TrainView {
  const board = byId<HTMLCanvasElement>('train-board');
  const seed = byId<HTMLInputElement>('train-seed');
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
  let events: TrainingEvent[] = [];
  let snapshot: TrainingSnapshot | null = null;
  let result: TrainingResult | null = null;
  let training: AbortController | null = null;
  /** The weights were downloaded. */
  let isKept = false;
  const draw = onceAFrame(paint);

  function paint(): void {
    if (byId('view-train').hidden) return;
    // a logarithmic axis has no 0
    chart.show([
      events.map(({ step }) => step),
      events.map(({ loss }) => Math.max(loss, 1e-6)),
      events.map(({ wrongShare }) => 100 * wrongShare),
      fillGaps(events.map((event) => event.snapshot?.neighbourhood)).map((share) =>
        share === null ? null : 100 * share,
      ),
    ]);
    if (snapshot === null) return;
    const { written, truth, given, attention, cell, neighbourhood } = snapshot;
    paintOverlay(board, written, truth);
    const size = board.width / written.width;
    const surface = { context: board.getContext('2d')!, size, ...sizeOf(written) };
    paintFrame(surface, cell, currentPalette().ink, 1 / 10);
    heads.show(attention, given, cell);
    write(
      'train-errors',
      `${compareGrids(written, truth).wrongCells} of ${written.cells.length} cells wrong`,
    );
    write('train-focus', percent(neighbourhood));
  }

  function follow(event: TrainingEvent): void {
    events.push(event);
    if (events.length > MOST_EVENTS) events = events.filter((_, i) => i % 2 === 0);
    snapshot = event.snapshot ?? snapshot;
    write('train-step', `${event.step} of ${event.steps}`);
    write('train-loss', event.loss < 0.001 ? event.loss.toExponential(1) : event.loss.toFixed(3));
    write('train-wrong', percent(event.wrongShare));
    write('train-speed', event.stepsASecond.toFixed(1));
    judge(event.checking ? 'checking…' : 'learning…', null);
    draw();
  }

  function judge(text: string, isExact: boolean | null): void {
    write('train-verdict-text', text);
    byId('train-verdict').classList.toggle('exact', isExact === true);
    byId('train-verdict').classList.toggle('wrong', isExact === false);
  }

  async function run(resume: boolean): Promise<void> {
    const own = new AbortController();
    training = own;
    isKept = false;
    onBegin();
    if (!resume) [events, snapshot] = [[], null];
    showButtons();
    say('Training from random numbers…');
    try {
      const value = readSeed();
      result = await session.call(
        'train',
        { seed: value, resume },
        { signal: own.signal, onEvent: follow },
      );
      conclude(result);
    } catch (error) {
      complain('train-problem', (error as Error).message);
      judge('failed', null);
    } finally {
      if (training === own) training = null;
      showButtons();
    }
  }

  function readSeed(): number {
    const value = seed.valueAsNumber;
    if (Number.isInteger(value) && value >= 0) return value;
    throw new Error(`a seed is a whole number from 0, not '${seed.value}'`);
  }

  function conclude({ isExact, boards, wrongCells, step, steps }: TrainingResult): void {
    if (isExact) {
      judge('exact', true);
      say(
        `Exact: 0 wrong cells in ${boards.toLocaleString('en')} fresh boards, after ${step} steps.`,
      );
    } else if (step < steps) {
      judge('stopped', null);
      say(`Training stopped at step ${step}.`);
    } else {
      judge(`${wrongCells} wrong`, false);
      say(
        `Not exact after ${steps} steps: ${wrongCells} wrong cells in ${boards} boards. Try another seed.`,
      );
    }
  }

  function showButtons(): void {
    const isRunning = training !== null;
    const canGoOn = result !== null && !result.isExact && result.step < result.steps;
    if (isRunning) labelButton('train', 'stop', 'Stop');
    else labelButton('train', 'run', canGoOn ? 'Go on' : 'Train');
    byId('train-anew').hidden = isRunning || !canGoOn;
    byId('train-play').hidden = isRunning || result === null;
    byId('train-save').hidden = isRunning || result === null;
    seed.disabled = isRunning;
  }

  onClick('train', () => {
    complain('train-problem', '');
    if (training !== null) return training.abort();
    const canGoOn = result !== null && !result.isExact && result.step < result.steps;
    return run(canGoOn);
  });
  onClick('train-anew', () => run(false));
  onClick('train-play', () => {
    if (result !== null) onPlay(result);
  });
  onClick('train-save', () => {
    if (result === null) return;
    isKept = true;
    const files = Object.fromEntries(
      Object.entries(result.files).map(([name, bytes]) => [`${TRAINED}/${name}`, bytes]),
    );
    // weights are noise to a compressor: storing them takes no time
    saveFile(
      `${TRAINED}.zip`,
      zipSync(files, { level: 0 }) as Uint8Array<ArrayBuffer>,
      'application/zip',
    );
  });
  // minutes of work are not lost without a question
  addEventListener('beforeunload', (event) => {
    if (training !== null || (result !== null && !isKept)) event.preventDefault();
  });
  onTheme(draw);
  new ResizeObserver(draw).observe(board.parentElement!);
  return {
    show: draw,
    forget() {
      result = result?.isExact === true ? result : null;
      showButtons();
    },
  };
}

/** Points that a chart needs. */
const MOST_EVENTS = 2000;

function sizeOf({ width, height }: { readonly width: number; readonly height: number }): {
  width: number;
  height: number;
} {
  return { width, height };
}

/** Each value until the next one is known. */
function fillGaps(values: readonly (number | undefined)[]): (number | null)[] {
  let last: number | null = null;
  return values.map((value) => (last = value ?? last));
}
