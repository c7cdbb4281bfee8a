/** The game on the boards: settings, timeline, and the loop that lets it run. */

import { createGrid, type Grid, type PromptHeader } from '@lifegpt/core';
import type { ModelCard, PlayedGeneration, Sampling } from '../messages.js';
import type { Session } from '../session.js';
import { fitPattern } from './fit.js';
import { checkSetup, ENGINE, headerOf, type Setup } from './setup.js';
import { startTimeline, type Timeline } from './timeline.js';

/** What listeners are told: another board, another moment of it, or running began or ended. */
export type GameChange = 'board' | 'moment' | 'running';

/** A game; every change is told to the listeners. */
export interface Game {
  setup(): Setup;
  /** The model that plays, null when the engine does. */
  card(): ModelCard | null;
  /** What the model's prompts say of rule and topology; undefined where they say nothing. */
  promptHeader(): PromptHeader | undefined;
  timeline(): Timeline;
  /** The board that the run started from. */
  start(): Grid;
  sampling(): Sampling;
  isRunning(): boolean;
  /** Generations a second; Infinity for as fast as it goes. */
  setSpeed(generationsASecond: number): void;
  setSampling(sampling: Sampling): void;
  /**
   * Changes the settings; the pattern stays where it fits.
   * @throws InputError when the player cannot do it, and nothing changes.
   */
  configure(setup: Setup, card: ModelCard | null, board?: Grid): void;
  /** Starts a new run from a board of the game's size. */
  place(grid: Grid): void;
  /** Generation after generation, until paused or the given one is reached. */
  run(until?: number): Promise<void>;
  pause(): void;
  step(): Promise<void>;
  back(): void;
  /** Back to the start of the run. */
  rewind(): void;
  listen(listener: (change: GameChange) => void): void;
}

/**
 * A game of the session's models and engine.
 * @param onFailure is told what stopped a run
 */
export function createGame(
  session: Session,
  onFailure: (reason: string) => void,
  first: Setup,
): Game {
  const listeners: ((change: GameChange) => void)[] = [];
  let setup = first;
  let card: ModelCard | null = null;
  let start = createGrid(setup.width, setup.height);
  let timeline = startTimeline(start);
  let sampling: Sampling = { temperature: 0, seed: 1 };
  let speed = Infinity;
  /** The run under way; another object, or null, tells it to end. */
  let running: object | null = null;

  const tell = (change: GameChange): void => listeners.forEach((listener) => listener(change));

  function setRunning(value: object | null): void {
    if (running === value) return;
    running = value;
    tell('running');
  }

  /** One generation on, unless the game changed or `isWanted` no more when it was computed. */
  async function advance(isWanted: () => boolean): Promise<boolean> {
    const own = timeline;
    if (own.forward()) {
      tell('moment');
      return true;
    }
    const before = own.current();
    const next = await computeNext(before.grid, before.truth, before.generation + 1);
    if (timeline !== own || own.current() !== before || !isWanted()) return false;
    own.append(next);
    tell('moment');
    return true;
  }

  function computeNext(grid: Grid, truth: Grid, generation: number): Promise<PlayedGeneration> {
    const { player: model, rule, topology } = setup;
    return model === ENGINE
      ? session.call('simulate', { grid, rule, topology })
      : session.call('predict', {
          model,
          header: headerOf(setup),
          grid,
          truth,
          generation,
          sampling,
        });
  }

  function begin(grid: Grid): void {
    setRunning(null);
    start = grid;
    timeline = startTimeline(grid);
    tell('board');
  }

  return {
    setup: () => setup,
    card: () => card,
    promptHeader() {
      return card?.readsHeader === true ? headerOf(setup) : undefined;
    },
    timeline: () => timeline,
    start: () => start,
    sampling: () => sampling,
    isRunning: () => running !== null,
    setSpeed: (value) => void (speed = value),
    setSampling(value) {
      sampling = value;
      begin(timeline.current().grid);
    },
    configure(next, nextCard, board = timeline.current().grid) {
      checkSetup(next, nextCard);
      const grid = fitPattern(board, next.width, next.height);
      setup = next;
      card = nextCard;
      begin(grid);
    },
    place: begin,
    async run(until = Infinity) {
      const own = {};
      setRunning(own);
      try {
        while (running === own && timeline.current().generation < until) {
          const began = performance.now();
          if (!(await advance(() => running === own))) break;
          await waitForFrame(began + 1000 / speed);
        }
      } catch (error) {
        if (running === own) onFailure((error as Error).message);
      }
      if (running === own) setRunning(null);
    },
    pause: () => setRunning(null),
    async step() {
      setRunning(null);
      try {
        await advance(() => running === null);
      } catch (error) {
        onFailure((error as Error).message);
      }
    },
    back() {
      setRunning(null);
      if (timeline.back()) tell('moment');
    },
    rewind: () => begin(start),
    listen: (listener) => void listeners.push(listener),
  };
}

/** The next frame at or after a time, so that each generation is seen. */
async function waitForFrame(time: number): Promise<void> {
  do {
    await nextFrame();
  } while (performance.now() < time - HALF_A_FRAME);
}

const HALF_A_FRAME = 8;
/** A hidden page has no frames, but a run goes on. */
const HIDDEN_FRAME = 50;

function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(finish, HIDDEN_FRAME);
    const frame = requestAnimationFrame(finish);
    function finish(): void {
      clearTimeout(timer);
      cancelAnimationFrame(frame);
      resolve();
    }
  });
}
