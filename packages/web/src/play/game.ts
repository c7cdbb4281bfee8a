/** The game on the boards: settings, timeline, and the loop that lets it run. */

import { createGrid, type Grid, type PromptHeader } from '@lifegpt/core';
import type { ModelCard, PlayedGeneration, Sampling } from '../messages.js';
import type { Session } from '../session.js';
import { fitPattern } from './fit.js';
import { checkSetup, ENGINE, headerOf, type Setup } from './setup.js';
import { createHistory } from './history.js';
import { startTimeline, type Moment, type Timeline } from './timeline.js';

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
  /** Generations that are computed before one is shown. */
  setStride(generations: number): void;
  /** Changes how tokens are chosen; a run that has begun is one of the past. */
  setSampling(sampling: Sampling, gesture?: object): void;
  /**
   * Changes the settings; the pattern stays where it fits.
   * @throws InputError when the player cannot do it, and nothing changes.
   */
  configure(setup: Setup, card: ModelCard | null, board?: Grid, gesture?: object): void;
  /**
   * What the page begins with: it replaces nothing that anyone would miss. A run under way goes on.
   * @throws InputError when the player cannot do it, and nothing changes.
   */
  open(setup: Setup, card: ModelCard | null, board?: Grid): void;
  /**
   * Starts a new run from a board of the game's size.
   * @param gesture changes of one gesture are undone together
   */
  place(grid: Grid, gesture?: object): void;
  /** Back to what the last change replaced, with all of its run; says whether there was something. */
  undo(): boolean;
  redo(): boolean;
  canUndo(): boolean;
  canRedo(): boolean;
  /** Generation after generation, until paused or the given one is reached. */
  run(until?: number): Promise<void>;
  pause(): void;
  /** One on; asked again meanwhile, one more. */
  step(): Promise<void>;
  back(): void;
  /** Back to the start of the run. */
  rewind(): void;
  listen(listener: (change: GameChange) => void): void;
}

/** All that an undo brings back. */
interface GameState {
  readonly setup: Setup;
  readonly card: ModelCard | null;
  readonly start: Grid;
  readonly timeline: Timeline;
  readonly sampling: Sampling;
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
  const history = createHistory<GameState>(({ timeline }) => timeline.bytes());
  let state = beginAt(first, null, createGrid(first.width, first.height), GREEDY);
  let speed = Infinity;
  let stride = 1;
  /** The run under way; another object, or null, tells it to end. */
  let running: object | null = null;
  /** Steps that were asked for and are not done yet. */
  let stepsWanted = 0;

  const tell = (what: GameChange): void => listeners.forEach((listener) => listener(what));

  function setRunning(value: object | null): void {
    if (running === value) return;
    running = value;
    tell('running');
  }

  /** One stride on, unless the game changed or `isWanted` no more when it was computed. */
  async function advance(until: number, isWanted: () => boolean): Promise<boolean> {
    const own = state.timeline;
    if (own.forward()) {
      tell('moment');
      return true;
    }
    const before = own.current();
    const generations = Math.min(stride, until - before.generation);
    const next = await computeNext(before, generations);
    if (state.timeline !== own || own.current() !== before || !isWanted()) return false;
    own.append(next);
    tell('moment');
    return true;
  }

  function computeNext(before: Moment, generations: number): Promise<PlayedGeneration> {
    const { setup, sampling } = state;
    const { player: model, rule, topology } = setup;
    const { grid, truth } = before;
    const generation = before.generation + 1;
    const header = headerOf(setup);
    return model === ENGINE
      ? session.call('simulate', { grid, rule, topology, generations })
      : session.call('predict', { model, header, grid, truth, generation, generations, sampling });
  }

  function change(next: GameState, gesture?: object): void {
    setRunning(null);
    stepsWanted = 0;
    history.keep(state, gesture);
    state = next;
    tell('board');
  }

  function restore(found: GameState | undefined): boolean {
    if (found === undefined) return false;
    setRunning(null);
    stepsWanted = 0;
    state = found;
    tell('board');
    return true;
  }

  async function run(until = Infinity): Promise<void> {
    const own = {};
    setRunning(own);
    try {
      while (running === own && state.timeline.current().generation < until) {
        const began = performance.now();
        if (!(await advance(until, () => running === own))) break;
        await waitForFrame(began + 1000 / speed);
      }
    } catch (error) {
      if (running === own) onFailure((error as Error).message);
    }
    if (running === own) setRunning(null);
  }

  return {
    setup: () => state.setup,
    card: () => state.card,
    promptHeader() {
      return state.card?.readsHeader === true ? headerOf(state.setup) : undefined;
    },
    timeline: () => state.timeline,
    start: () => state.start,
    sampling: () => state.sampling,
    isRunning: () => running !== null,
    setSpeed: (value) => void (speed = value),
    setStride: (value) => void (stride = value),
    setSampling(sampling, gesture) {
      const { setup, card, timeline } = state;
      change(beginAt(setup, card, timeline.current().grid, sampling), gesture);
    },
    configure(setup, card, board = state.timeline.current().grid, gesture) {
      checkSetup(setup, card);
      const grid = fitPattern(board, setup.width, setup.height);
      change(beginAt(setup, card, grid, state.sampling), gesture);
    },
    open(setup, card, board = state.timeline.current().grid) {
      checkSetup(setup, card);
      const goesOn = running !== null;
      setRunning(null);
      if (state.timeline.current().generation > 0) history.keep(state);
      state = beginAt(setup, card, fitPattern(board, setup.width, setup.height), state.sampling);
      tell('board');
      if (goesOn) void run();
    },
    place(grid, gesture) {
      change(beginAt(state.setup, state.card, grid, state.sampling), gesture);
    },
    undo: () => restore(history.undo(state)),
    redo: () => restore(history.redo(state)),
    canUndo: history.canUndo,
    canRedo: history.canRedo,
    run,
    pause: () => setRunning(null),
    async step() {
      setRunning(null);
      stepsWanted++;
      if (stepsWanted > 1) return;
      try {
        for (; stepsWanted > 0; stepsWanted--) {
          if (!(await advance(Infinity, () => running === null))) break;
        }
      } catch (error) {
        onFailure((error as Error).message);
      }
      stepsWanted = 0;
    },
    back() {
      setRunning(null);
      stepsWanted = 0;
      if (state.timeline.back()) tell('moment');
    },
    rewind() {
      setRunning(null);
      stepsWanted = 0;
      if (state.timeline.rewind()) tell('moment');
      else change(beginAt(state.setup, state.card, state.start, state.sampling));
    },
    listen: (listener) => void listeners.push(listener),
  };
}

/** The most likely tokens. */
const GREEDY: Sampling = { temperature: 0, seed: 1 };

function beginAt(setup: Setup, card: ModelCard | null, start: Grid, sampling: Sampling): GameState {
  return { setup, card, start, timeline: startTimeline(start), sampling };
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
