/** The page: controls on one side, the worker on the other. */

import {
  compareGrids,
  findPattern,
  formatPrompt,
  listPatterns,
  placeCentred,
  type Grid,
} from '@lifegpt/core';
import { drawBoard } from './board.js';
import type { Reply, Request } from './messages.js';

const GENERATIONS_A_RUN = 1000;
const SIDES = [8, 12, 16, 20, 24, 28, 32];

const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const controls = {
  pattern: element<HTMLSelectElement>('pattern'),
  side: element<HTMLSelectElement>('side'),
  run: element<HTMLButtonElement>('run'),
  step: element<HTMLButtonElement>('step'),
  reset: element<HTMLButtonElement>('reset'),
};
const worker = new Worker(new URL('worker.js', import.meta.url), { type: 'module' });
const send = (request: Request): void => worker.postMessage(request);

/** What is on the boards now. */
let shown: { grid: Grid; truth: Grid; generation: number; wrong: number };
/** Number of the run that is under way; replies of earlier runs are stale. */
let run = 0;
let isRunning = false;
let described = '';

worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => show(data));
worker.addEventListener('error', () =>
  say('The worker could not start; reload the page to try again.'),
);
controls.run.addEventListener('click', () => (isRunning ? stop() : begin(GENERATIONS_A_RUN)));
controls.step.addEventListener('click', () => begin(1));
controls.reset.addEventListener('click', place);
controls.pattern.addEventListener('change', place);
controls.side.addEventListener('change', place);
send({ kind: 'load' });

function show(reply: Reply): void {
  if (reply.kind === 'loading') {
    const share = reply.total > 0 ? ` ${Math.round((100 * reply.bytes) / reply.total)} %` : '';
    say(`Loading ${reply.part}${share}…`);
  } else if (reply.kind === 'ready') {
    described = `Model ${reply.model} on ${reply.device}`;
    prepare(reply.sides);
  } else if (reply.kind === 'failed') {
    setRunning(false);
    say(reply.message);
  } else if (reply.run === run) {
    if (reply.kind === 'finished') setRunning(false);
    else advance(reply);
  }
}

/** Fills the selectors and lets people press the buttons. */
function prepare([shortest, longest]: readonly [number, number]): void {
  for (const { name, title } of listPatterns()) controls.pattern.add(new Option(title, name));
  controls.pattern.value = 'r-pentomino';
  for (const side of SIDES.filter((n) => n >= shortest && n <= longest)) {
    controls.side.add(new Option(`${side} × ${side} torus`, String(side)));
  }
  controls.side.value = String(longest);
  for (const control of Object.values(controls)) control.disabled = false;
  place();
}

/** Puts the chosen pattern on a fresh board. */
function place(): void {
  stop();
  const side = Number(controls.side.value);
  try {
    const grid = placeCentred(findPattern(controls.pattern.value)!.grid, side, side);
    shown = { grid, truth: grid, generation: 0, wrong: 0 };
    draw('0', '–', `${formatPrompt(grid)}…`);
    say(`${described}. Press Run.`);
  } catch (error) {
    say((error as Error).message);
  }
}

function begin(generations: number): void {
  run++;
  setRunning(true);
  // a run goes on from the model's own board; the truth of the whole run is that of its start
  send({ kind: 'predict', run, grid: shown.grid, generations });
}

function stop(): void {
  if (isRunning) send({ kind: 'stop' });
  run++;
  setRunning(false);
}

function advance(step: Extract<Reply, { kind: 'predicted' }>): void {
  const { wrongCells } = compareGrids(step.grid, step.truth);
  shown = {
    grid: step.grid,
    truth: step.truth,
    generation: shown.generation + 1,
    wrong: shown.wrong + wrongCells,
  };
  draw(String(step.forwardPasses), (step.seconds * 1000).toFixed(0), step.text);
  const verdict = shown.wrong === 0 ? 'exact' : `${shown.wrong} wrong cells`;
  say(`Generation ${shown.generation}: ${verdict}.`);
}

function draw(passes: string, milliseconds: string, text: string): void {
  drawBoard(element('predicted'), shown.grid, shown.truth);
  drawBoard(element('truth'), shown.truth);
  element('generation').textContent = String(shown.generation);
  element('wrong').textContent = String(shown.wrong);
  element('passes').textContent = passes;
  element('milliseconds').textContent = milliseconds;
  element('text').textContent = text;
}

function setRunning(value: boolean): void {
  isRunning = value;
  controls.run.textContent = value ? 'Pause' : 'Run';
}

function say(text: string): void {
  element('status').textContent = text;
}
