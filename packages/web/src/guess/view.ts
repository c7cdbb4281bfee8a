/** Guess my rule: pairs of boards, a person's guess, and what the model reads off them. */

import {
  formatRule,
  parseRule,
  ruleOfFormBits,
  toLifeRule,
  TORUS,
  type Grid,
  type Rule,
  type RuleForm,
} from '@lifegpt/core';
import { byId, complain, onClick, say, write } from '../elements.js';
import type { InferredBits } from '../messages.js';
import { createCountBoxes } from '../play/count-boxes.js';
import { createHistory } from '../play/history.js';
import { createRuleTable } from '../play/rule-table.js';
import { FIRST_MODEL } from '../play/setup.js';
import type { Session } from '../session.js';
import { createBitCells } from './bits.js';
import { createPairs } from './pairs.js';
import {
  beginPuzzle,
  countOpen,
  formatGuess,
  hiddenRule,
  judgeGuess,
  lookAtPairs,
  MOST_PAIRS,
  nameBits,
  SIDES,
  withCell,
  withoutPair,
  withPair,
  withSide,
  type Puzzle,
} from './puzzle.js';

/** What the view needs from the page. */
export interface GuessOptions {
  readonly session: Session;
  /** Whether a model can be opened yet. */
  readonly isReady: () => boolean;
  /** Opens the model that reads rules. */
  readonly open: () => Promise<unknown>;
  /** Is told of each change. */
  readonly onChange: () => void;
  /** Goes on from a board under a rule. */
  readonly play: (rule: Rule, grid: Grid) => Promise<void>;
}

/** The view. */
export interface GuessView {
  /** Shows a riddle; the present one when left out. */
  show(puzzle?: Puzzle | null): void;
  puzzle(): Puzzle;
}

const FIRST_SIDE = 8;

/** Makes the view work. */
export function createGuessView(options: GuessOptions): GuessView {
  const { session, isReady, open, onChange, play } = options;
  const form = byId<HTMLSelectElement>('guess-form');
  const side = byId<HTMLInputElement>('guess-side');
  const guess = byId<HTMLInputElement>('guess-rule');
  const history = createHistory<Puzzle>(({ pairs }) => 2 * pairs.length * SIDES[1] ** 2);
  let puzzle = beginPuzzle('counts', FIRST_SIDE, drawSeed());
  /** The model has been asked of this riddle: from then on it follows each change. */
  let isAsked = false;
  let read: { readonly puzzle: Puzzle; readonly answer: InferredBits } | null = null;
  let pairsAsked = 1;

  const bits = createBitCells(byId('guess-bits'));
  const table = createRuleTable({
    canvas: byId<HTMLCanvasElement>('guess-table'),
    note: byId('guess-case'),
    title: 'The table as the model reads it',
  });
  const boxes = createCountBoxes(
    { birth: byId('guess-birth'), survival: byId('guess-survival') },
    (rule) => {
      guess.value = formatRule(rule);
      judge('');
    },
    { birth: 'Guess of birth with', survival: 'Guess of survival with' },
  );
  const pairs = createPairs({
    parent: byId('guess-pairs'),
    set: (...[pair, which, cell, value, gesture]) =>
      change(withCell(puzzle, pair, which, cell, value), gesture),
    remove: (pair) => change(withoutPair(puzzle, pair)),
  });

  function change(next: Puzzle, gesture?: object): void {
    history.keep(puzzle, gesture);
    // what the model says of another rule would give that away
    if (next.seed !== puzzle.seed || next.form !== puzzle.form) isAsked = false;
    puzzle = next;
    judge('');
    update();
    onChange();
  }

  function restore(found: Puzzle | undefined): void {
    if (found === undefined) return;
    puzzle = found;
    judge('');
    update();
    onChange();
  }

  function update(): void {
    const isHidden = puzzle.seed !== null;
    const looked = lookAtPairs(puzzle);
    pairs.show(puzzle, looked.odd);
    form.value = puzzle.form;
    side.value = String(puzzle.side);
    for (const radio of document.querySelectorAll<HTMLInputElement>('input[name=riddle]')) {
      radio.checked = radio.value === (isHidden ? 'hidden' : 'own');
    }
    write('guess-new', isHidden ? 'New rule' : 'Empty boards');
    byId<HTMLButtonElement>('guess-pair').disabled = puzzle.pairs.length >= MOST_PAIRS;
    byId<HTMLButtonElement>('guess-undo').disabled = !history.canUndo();
    byId('guess-reveal').hidden = !isHidden;
    byId('guess-counts').hidden = puzzle.form !== 'counts';
    const { contradicted } = looked;
    complain(
      'guess-problem',
      contradicted.length === 0
        ? ''
        : `No rule ${puzzle.form === 'counts' ? 'that counts neighbours ' : ''}makes these boards: cells with equal ${puzzle.form === 'counts' ? 'counts' : 'neighbourhoods'} go different ways (${nameBits(contradicted, puzzle.form)}; framed: the fewer).`,
    );
    // where a person draws, the model follows at once
    isAsked ||= !isHidden;
    if (isAsked && isReady() && read?.puzzle !== puzzle) void ask();
    else showReading();
  }

  /** The reading under way; a later one wins. */
  let asking: AbortController | null = null;

  async function ask(): Promise<void> {
    isAsked = true;
    asking?.abort();
    const own = (asking = new AbortController());
    const of = puzzle;
    write('guess-read', 'Reading…'); // what stands below is of the boards before
    byId('guess-ask').hidden = true;
    try {
      await open();
      const request = { model: FIRST_MODEL, pairs: of.pairs, topology: TORUS, form: of.form };
      const answer = await session.call('infer', request, { signal: own.signal });
      if (own.signal.aborted) return;
      read = { puzzle: of, answer };
    } catch (error) {
      if (!own.signal.aborted) complain('guess-problem', (error as Error).message);
    }
    showReading();
  }

  function showReading(): void {
    const isShown = read !== null && read.puzzle === puzzle && isAsked;
    byId('guess-ask').hidden = isAsked;
    byId<HTMLButtonElement>('guess-play').disabled = !isShown;
    if (!isShown && isAsked) return; // the answer is under way; the last one stays until then
    byId('guess-answer').hidden = !isShown;
    if (!isShown) return void write('guess-read', 'It has not been asked yet.');
    const { answer } = read!;
    byId('guess-bits-table').hidden = puzzle.form !== 'counts';
    byId('guess-table-part').hidden = puzzle.form !== 'table';
    if (puzzle.form === 'counts') bits.show(answer.bits, answer.confidence);
    else table.show(answer.bits);
    const openBits = countOpen(answer.bits);
    const named = answer.bits.length - openBits;
    write(
      'guess-read',
      openBits === 0
        ? `${formatGuess(ruleOfFormBits(puzzle.form, answer.bits))}: every bit of it is shown.`
        : `It names ${named} of ${answer.bits.length} bits and leaves ${openBits} open.`,
    );
    const looked = lookAtPairs(puzzle).bits;
    const others = looked.flatMap((bit, i) => (bit === answer.bits[i] ? [] : [i]));
    const passes = `${answer.forwardPasses} passes, ${(1000 * answer.seconds).toFixed(0)} ms`;
    write(
      'guess-looked',
      others.length === 0
        ? `Looking at each cell says the same. ${passes}.`
        : `Looking at each cell says otherwise of ${nameBits(others, puzzle.form)}. ${passes}.`,
    );
  }

  /** What is said of the guess; nothing any more once it or the pairs have changed. */
  function judge(text: string, isRight: boolean | null = null): void {
    write('guess-verdict', text);
    byId('guess-verdict').classList.toggle('right', isRight === true);
    byId('guess-verdict').classList.toggle('not', isRight === false);
  }

  /** Runs what may be refused; the reason is said beside the riddle. */
  function attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      judge((error as Error).message, false);
    }
  }

  onClick('guess-ask', ask);
  onClick('guess-new', () => {
    pairsAsked = 1;
    const seed = puzzle.seed === null ? null : drawSeed();
    change(beginPuzzle(puzzle.form, puzzle.side, seed));
    say(
      seed === null ? 'Empty boards; Undo goes back.' : 'Another rule is hidden; Undo goes back.',
    );
  });
  onClick('guess-pair', () => change(withPair(puzzle, ++pairsAsked)));
  onClick('guess-undo', () => restore(history.undo(puzzle)));
  onClick('guess-check', () =>
    attempt(() => {
      const { isRight, text } = judgeGuess(puzzle, parseRule(guess.value).rule);
      judge(text, isRight);
    }),
  );
  onClick('guess-reveal', () => judge(`The rule is ${formatGuess(hiddenRule(puzzle)!)}.`));
  onClick('guess-play', async () => {
    const { bits: own } = read!.answer;
    const openBits = countOpen(own);
    await play(ruleOfFormBits(puzzle.form, own), puzzle.pairs.at(-1)!.after);
    say(
      openBits === 0
        ? 'The rule that was read is played. Press Run.'
        : `The rule that was read is played, its ${openBits} open bits as dead. Press Run.`,
    );
  });
  guess.addEventListener('input', () => {
    judge('');
    try {
      boxes.show(toLifeRule(parseRule(guess.value).rule));
    } catch {
      boxes.show(null); // what is being typed is no rule yet
    }
  });
  guess.addEventListener('keydown', ({ key }) => {
    if (key === 'Enter') byId('guess-check').click();
  });
  form.addEventListener('change', () => {
    const seed = puzzle.seed === null ? null : drawSeed();
    const next = form.value as RuleForm;
    change(seed === null ? { ...puzzle, form: next } : beginPuzzle(next, puzzle.side, seed));
  });
  side.addEventListener('change', () => {
    const value = side.valueAsNumber;
    const isSide = Number.isInteger(value) && value >= SIDES[0] && value <= SIDES[1];
    if (isSide) return change(withSide(puzzle, value));
    complain('guess-problem', `Sides are from ${SIDES.join(' to ')}, not '${side.value}'.`);
    side.value = String(puzzle.side);
  });
  for (const radio of document.querySelectorAll<HTMLInputElement>('input[name=riddle]')) {
    radio.addEventListener('change', () => {
      // the pairs of a hidden rule are there to be changed by hand
      if (radio.value === 'own') change({ ...puzzle, seed: null });
      else change(beginPuzzle(puzzle.form, puzzle.side, drawSeed()));
    });
  }
  boxes.show({ birth: 0, survival: 0 });
  new ResizeObserver(() => {
    if (!byId('view-guess').hidden) pairs.show(puzzle, lookAtPairs(puzzle).odd);
  }).observe(byId('guess-pairs'));
  return {
    show(linked) {
      if (linked !== undefined && linked !== null) {
        history.keep(puzzle);
        isAsked = false;
        puzzle = linked;
        judge('');
      }
      update();
    },
    puzzle: () => puzzle,
  };
}

function drawSeed(): number {
  return Math.floor(Math.random() * 2 ** 31);
}
