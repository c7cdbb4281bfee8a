/** Train: a model from random weights, in this page. */

import { zipSync } from 'fflate';
import { ask } from '../ask.js';
import { onTheme } from '../board/palette.js';
import { byId, complain, labelButton, onceAFrame, onClick, say, write } from '../elements.js';
import { percent } from '../look/heads.js';
import type { ModelFiles, TrainingEvent, TrainingResult, TrainingSnapshot } from '../messages.js';
import { saveFile } from '../save.js';
import type { Session } from '../session.js';
import { FIRST_KNOBS, sameKnobs, type TrainingKnobs } from './knobs.js';
import { createPictures } from './pictures.js';
import { createRecipeForm } from './recipe-form.js';

/** What the Train view needs from the page. */
export interface TrainViewOptions {
  readonly session: Session;
  /** Is told that a training begins. */
  readonly onBegin: () => void;
  /** Takes a step's model into the game. */
  readonly onPlay: (files: ModelFiles) => void;
  /** Is told that the recipe changed. */
  readonly onChange: () => void;
  /** Copies the link to what is shown. */
  readonly onCopy: () => void;
}

/** The Train view. */
export interface TrainView {
  /** Draws what there is. */
  show(): void;
  /** Takes the recipe of a link; not while one is being trained. */
  choose(knobs: TrainingKnobs): void;
  /** The recipe as it is written. */
  knobs(): TrainingKnobs;
  /** Asks, where a training would be lost: whether to go on. */
  mayLose(by: string): Promise<boolean>;
  /** The worker was replaced: what was being trained is gone. */
  forget(): void;
}

/** The name of a model that was trained here. */
export const TRAINED = 'trained-here';

/** Makes the Train view work. */
export function createTrainView(options: TrainViewOptions): TrainView {
  const { session, onBegin, onPlay, onChange, onCopy } = options;
  const scrub = byId<HTMLInputElement>('train-scrub');
  const drawPictures = createPictures();
  let events: TrainingEvent[] = [];
  let snapshot: TrainingSnapshot | null = null;
  let result: TrainingResult | null = null;
  let training: AbortController | null = null;
  /** What the training that there is began with. */
  let trained = FIRST_KNOBS;
  /** Steps whose weights the worker has. */
  let kept: readonly number[] = [];
  /** The step that is looked back at; null for the last one. */
  let reviewed: { readonly step: number; readonly snapshot: TrainingSnapshot } | null = null;
  /** The weights were downloaded, or there are none. */
  let isKept = true;
  let last = FIRST_KNOBS;
  const form = createRecipeForm(() => {
    complain('train-problem', '');
    try {
      last = form.read();
    } catch (error) {
      complain('train-problem', (error as Error).message);
    }
    showButtons();
    onChange();
  });
  const draw = onceAFrame(paint);

  function paint(): void {
    if (byId('view-train').hidden) return;
    drawPictures(events, reviewed?.snapshot ?? snapshot);
  }

  function follow(event: TrainingEvent): void {
    events.push(event);
    if (events.length > MOST_EVENTS) events = events.filter((_, i) => i % 2 === 0);
    snapshot = event.snapshot ?? snapshot;
    kept = event.kept;
    if (reviewed === null) tell(event);
    write('train-speed', event.stepsASecond.toFixed(1));
    showScrub();
    judge(event.checking ? 'checking…' : 'learning…', null);
    draw();
  }

  /** The figures of a step. */
  function tell({ step, steps, loss, wrongShare }: TrainingEvent): void {
    write('train-step', `${step} of ${steps}`);
    write('train-loss', loss < 0.001 ? loss.toExponential(1) : loss.toFixed(3));
    write('train-wrong', percent(wrongShare));
  }

  /** The slider has a place for each kept step; at its end it follows the training. */
  function showScrub(): void {
    const end = kept.length - 1;
    byId('train-scrub-part').hidden = end < 1;
    scrub.max = String(end);
    const at = reviewed === null ? end : Math.max(0, kept.indexOf(reviewed.step));
    scrub.value = String(at);
    const text = reviewed === null ? 'the last step' : `step ${kept[at]}`;
    write('train-scrub-text', `${text}, of ${kept.length} that are kept`);
    scrub.setAttribute('aria-valuetext', text);
  }

  /** The later of two choices of a step wins. */
  let looking = 0;

  async function lookBack(index: number): Promise<void> {
    const own = ++looking;
    const step = kept[index];
    if (step === undefined || index === kept.length - 1) reviewed = null;
    else {
      try {
        const seen = await session.call('review', { step });
        if (own !== looking) return;
        reviewed = { step, snapshot: seen };
      } catch (error) {
        return complain('train-problem', (error as Error).message);
      }
    }
    const event = events.find((each) => each.step >= (reviewed?.step ?? Infinity)) ?? events.at(-1);
    if (event !== undefined) tell({ ...event, step: reviewed?.step ?? event.step });
    showScrub();
    showButtons();
    draw();
  }

  function judge(text: string, isExact: boolean | null): void {
    write('train-verdict-text', text);
    byId('train-verdict').classList.toggle('exact', isExact === true);
    byId('train-verdict').classList.toggle('wrong', isExact === false);
  }

  async function run(resume: boolean): Promise<void> {
    let knobs = trained;
    try {
      if (!resume) knobs = form.read();
    } catch (error) {
      return complain('train-problem', (error as Error).message);
    }
    if (!resume && !(await mayLose('Another one begins'))) return;
    const own = new AbortController();
    training = own;
    isKept = false;
    reviewed = null;
    onBegin();
    if (!resume) [events, snapshot, kept, result] = [[], null, [], null];
    trained = knobs;
    showButtons();
    showScrub();
    say('Training from random numbers…');
    try {
      result = await session.call(
        'train',
        { knobs, resume, isKept: true },
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

  /** A training that was not downloaded is not lost without a question. */
  async function mayLose(by: string): Promise<boolean> {
    if (training === null && (result === null || isKept)) return true;
    const step = training === null ? result!.step : (events.at(-1)?.step ?? 0);
    return ask(
      `${by}, and the training of ${step} steps is lost; its weights were not downloaded.`,
      'Lose it',
    );
  }

  function conclude({
    isExact,
    boards,
    wrongCells,
    step,
    steps,
    kept: shelf,
  }: TrainingResult): void {
    kept = shelf;
    showScrub();
    write('train-step', `${step} of ${steps}`);
    void showLast(step);
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

  /** Whether there is a training to go on with, and the recipe is still what it began with. */
  function canResume(): boolean {
    if (result === null || result.isExact || result.step >= result.steps) return false;
    return sameKnobs(last, trained);
  }

  /** The board at the step at which a training ended: it was drawn some steps before. */
  async function showLast(step: number): Promise<void> {
    const seen = await session.call('review', { step }).catch(() => null);
    if (seen === null || training !== null) return;
    snapshot = seen;
    draw();
  }

  function showButtons(): void {
    const isRunning = training !== null;
    const canGoOn = canResume();
    if (isRunning) labelButton('train', 'stop', 'Stop');
    else labelButton('train', 'run', canGoOn ? 'Go on' : 'Train');
    byId('train-anew').hidden = isRunning || !canGoOn;
    const hasModel = (!isRunning && result !== null) || reviewed !== null;
    byId('train-play').hidden = !hasModel;
    byId('train-save').hidden = !hasModel;
    const which = reviewed === null ? '' : ` of step ${reviewed.step}`;
    write('train-play', reviewed === null ? 'Play with it' : `Play${which}`);
    write('train-save', `Download the weights${which}`);
    form.enable(!isRunning);
  }

  onClick('train', () => {
    complain('train-problem', '');
    if (training !== null) return training.abort();
    return run(canResume());
  });
  onClick('train-anew', () => run(false));
  /** The model of the step that is shown. */
  async function collect(): Promise<ModelFiles | null> {
    if (reviewed === null) return result?.files ?? null;
    return session.call('collect', { step: reviewed.step });
  }

  async function withModel(act: (files: ModelFiles) => void): Promise<void> {
    try {
      const files = await collect();
      if (files !== null) act(files);
    } catch (error) {
      complain('train-problem', (error as Error).message);
    }
  }

  scrub.addEventListener('input', () => void lookBack(scrub.valueAsNumber));
  onClick('train-link', onCopy);
  onClick('train-play', () => withModel(onPlay));
  onClick('train-save', () => {
    if (reviewed === null) isKept = true;
    return withModel((model) => {
      const files = Object.fromEntries(
        Object.entries(model).map(([name, bytes]) => [`${TRAINED}/${name}`, bytes]),
      );
      // weights are noise to a compressor: storing them takes no time
      saveFile(
        `${TRAINED}.zip`,
        zipSync(files, { level: 0 }) as Uint8Array<ArrayBuffer>,
        'application/zip',
      );
    });
  });
  // minutes of work are not lost without a question
  addEventListener('beforeunload', (event) => {
    if (training !== null || (result !== null && !isKept)) event.preventDefault();
  });
  onTheme(draw);
  new ResizeObserver(draw).observe(byId('train-board').parentElement!);
  return {
    show: draw,
    choose(knobs) {
      if (training !== null) return complain('train-problem', 'Stop the training first.');
      last = knobs;
      form.show(knobs);
      showButtons();
    },
    knobs: () => last,
    mayLose,
    forget() {
      [kept, reviewed] = [[], null];
      result = result?.isExact === true ? result : null;
      showScrub();
      showButtons();
    },
  };
}

/** Points that a chart needs. */
const MOST_EVENTS = 2000;
