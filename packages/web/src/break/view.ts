/** Break it: find a board on which a model is wrong; and where there is a proof, why that cannot be. */

import {
  formatBoundedRule,
  nameTopology,
  openStream,
  toLifeRule,
  tokenOfTopology,
  topologyOfToken,
} from '@lifegpt/core';
import { paintBoard, paintFrame, paintOverlay } from '../board/paint.js';
import { currentPalette, onTheme } from '../board/palette.js';
import { cellAt } from '../board/surface.js';
import { byId, complain, labelButton, onceAFrame, onClick, say, write } from '../elements.js';
import type { ModelFiles, PlayedGeneration } from '../messages.js';
import type { Game } from '../play/game.js';
import { ENGINE, headerOf } from '../play/setup.js';
import { distancesOf, fitsClass } from '../proof/cell-class.js';
import type { Proof } from '../proof/messages.js';
import { proveModel } from '../proof/prove.js';
import type { Session } from '../session.js';
import { FIRST_KNOBS } from '../train/knobs.js';
import { drawTrial, type Trial } from './search.js';

/** What the view needs from the page. */
export interface BreakViewOptions {
  readonly session: Session;
  readonly game: Game;
  /** Chooses another player. */
  readonly choose: (name: string) => Promise<void>;
  /** Takes a model that was trained for a moment into the game. */
  readonly take: (files: ModelFiles) => Promise<void>;
  /** Puts a find on the board of Play. */
  readonly play: (trial: Trial) => void;
}

/** The view. */
export interface BreakView {
  show(): void;
  stop(): void;
}

/** Steps after which a model writes digits at the right places, and many of them wrong. */
const HALF = 150;

/** Makes the view work. */
export function createBreakView({
  session,
  game,
  choose,
  take,
  play,
}: BreakViewOptions): BreakView {
  const canvases = ['break-given', 'break-written', 'break-truth'].map((id) =>
    byId<HTMLCanvasElement>(id),
  );
  let shown: (Trial & { readonly answer: PlayedGeneration | null }) | null = null;
  let searching: AbortController | null = null;
  let training: AbortController | null = null;
  let proof: Proof | null = null;
  let pointed: number | null = null;

  const draw = onceAFrame(() => {
    if (byId('view-break').hidden || shown === null) return;
    const { grid, answer } = shown;
    const [given, written, truth] = canvases as [
      HTMLCanvasElement,
      HTMLCanvasElement,
      HTMLCanvasElement,
    ];
    const surface = paintBoard(given, grid);
    if (surface !== null && pointed !== null)
      paintFrame(surface, pointed, currentPalette().heat, 1 / 6);
    if (answer !== null) {
      paintOverlay(written, answer.grid, answer.truth);
      paintBoard(truth, answer.truth);
    }
  });

  /** Tries a board: `predict` holds the answer against the truth. */
  async function attempt(trial: Trial, signal?: AbortSignal): Promise<PlayedGeneration> {
    const { setup, grid } = trial;
    const answer = await session.call(
      'predict',
      {
        model: setup.player,
        header: headerOf(setup),
        grid,
        truth: grid,
        generation: 1,
        generations: 1,
        sampling: { temperature: 0, seed: 0 },
      },
      signal === undefined ? {} : { signal },
    );
    shown = { ...trial, answer };
    pointed = null;
    write('break-board', formatBoundedRule(setup.rule, setup));
    draw();
    return answer;
  }

  async function search(): Promise<void> {
    if (searching !== null) return stop();
    const card = game.card();
    if (card === null)
      return complain('break-problem', 'The engine is never wrong; choose a model.');
    complain('break-problem', '');
    const own = (searching = new AbortController());
    labelButton('search', 'stop', 'Stop');
    judge('searching…', null);
    byId<HTMLButtonElement>('break-play').disabled = true;
    const random = openStream(Math.floor(Math.random() * 2 ** 31), 'break');
    let [boards, cells] = [0, 0];
    try {
      while (searching === own) {
        const answer = await attempt(drawTrial(card, random), own.signal);
        if (searching !== own) break;
        boards++;
        cells += answer.grid.cells.length;
        write('break-boards', boards.toLocaleString('en'));
        write('break-cells', cells.toLocaleString('en'));
        if (answer.wrongCells === 0) continue;
        judge(`${answer.wrongCells} wrong`, true);
        say(
          `Found: on board ${boards} it writes ${answer.wrongCells} wrong cells. Play it, or pass on its link.`,
        );
        byId<HTMLButtonElement>('break-play').disabled = false;
        break;
      }
    } catch (error) {
      if (searching === own) complain('break-problem', (error as Error).message);
    }
    if (searching !== own) {
      judge('none found', false);
      say(`${boards.toLocaleString('en')} boards, none of them wrong.`);
    }
    stop();
  }

  function judge(text: string, isBroken: boolean | null): void {
    write('break-verdict-text', text);
    byId('break-verdict').classList.toggle('wrong', isBroken === true);
    byId('break-verdict').classList.toggle('exact', isBroken === false);
  }

  function stop(): void {
    searching?.abort();
    searching = null;
    labelButton('search', 'run', 'Search');
  }

  /** A model that was stopped in the middle of its training. */
  async function halfTrain(): Promise<void> {
    if (training !== null) return training.abort();
    stop();
    const own = (training = new AbortController());
    complain('break-problem', '');
    say('Training one from random numbers, for some seconds…');
    byId<HTMLButtonElement>('half-trained').disabled = true;
    try {
      const seed = Math.floor(Math.random() * 2 ** 31);
      const { step, files } = await session.call(
        'train',
        { knobs: { ...FIRST_KNOBS, seed }, resume: false, isKept: false },
        {
          signal: own.signal,
          onEvent(event) {
            write('break-verdict-text', `step ${event.step} of ${HALF}`);
            if (event.step >= HALF) own.abort();
          },
        },
      );
      await take(files);
      say(`It was stopped after ${step} steps. Search for a board that it gets wrong.`);
      show();
    } catch (error) {
      complain('break-problem', (error as Error).message);
    } finally {
      training = null;
      byId<HTMLButtonElement>('half-trained').disabled = false;
    }
  }

  async function prove(): Promise<void> {
    const bar = byId<HTMLProgressElement>('proof-progress');
    const button = byId<HTMLButtonElement>('prove');
    button.disabled = true;
    bar.hidden = false;
    complain('break-problem', '');
    try {
      proof = await proveModel(game.setup().player, (share) => (bar.value = share));
      showProof(proof);
    } catch (error) {
      complain('break-problem', (error as Error).message);
    } finally {
      bar.hidden = true;
      button.disabled = false;
    }
  }

  function showProof({ claim, topologies, classes, seconds }: Proof): void {
    const sentences = claim.length > 0 ? claim : ['Nothing is proved of this model.'];
    byId('proof-claim').replaceChildren(
      ...sentences.map((sentence) => {
        const paragraph = document.createElement('p');
        paragraph.textContent = sentence;
        return paragraph;
      }),
    );
    byId('proof-rows').replaceChildren(
      ...topologies.map(({ topology, classes: count, counts, table }) => {
        const row = document.createElement('tr');
        for (const text of [
          nameTopology(topologyOfToken(topology)),
          String(count),
          counts.toFixed(2),
          table.toFixed(2),
        ]) {
          const cell = document.createElement('td');
          cell.textContent = text;
          row.append(cell);
        }
        return row;
      }),
    );
    byId('proof-table').hidden = false;
    say(
      `${classes.length.toLocaleString('en')} classes of cells are bounded, in ${seconds.toFixed(1)} s.`,
    );
    point(pointed);
  }

  /** The least margin of all boards, at a place like the one that is pointed at. */
  function point(cell: number | null): void {
    pointed = cell;
    draw();
    if (proof === null || shown === null || cell === null) return;
    const { setup } = shown;
    const { width, height, topology, rule } = setup;
    const distances = distancesOf(cell, width, height);
    const form = toLifeRule(rule) === null ? 'table' : 'counts';
    const margins = proof.classes
      .filter((own) => own.topology === tokenOfTopology(topology))
      .filter((own) => fitsClass(own.distances, distances))
      .map((own) => own.margins[form]);
    const place = `row ${distances[0] + 1}, column ${distances[2] + 1}`;
    write(
      'proof-cell',
      margins.length === 0
        ? `No class of the proof has ${place}.`
        : `At ${place} the right digit leads every other by at least ${Math.min(...margins).toFixed(2)} nats, whatever the board and the rule.`,
    );
  }

  function show(): void {
    const { player } = game.setup();
    for (const radio of document.querySelectorAll<HTMLInputElement>('input[name=broken]')) {
      radio.checked = radio.value === player;
    }
    byId('break-name').textContent = player === ENGINE ? 'the engine' : player;
    const card = game.card();
    const isProvable = card !== null && card.trainedFor.rules === 'all';
    byId('proof-card').hidden = !isProvable;
    byId('no-proof').hidden = isProvable;
    if (shown === null || shown.setup.player !== player) {
      const { grid } = game.timeline().current();
      shown = { setup: game.setup(), grid, answer: null };
      write('break-board', formatBoundedRule(game.setup().rule, game.setup()));
      judge('–', null);
      if (card !== null) void attempt({ setup: game.setup(), grid }).catch(() => undefined);
    }
    draw();
  }

  const [given] = canvases as [HTMLCanvasElement];
  for (const event of ['pointermove', 'pointerdown'] as const) {
    given.addEventListener(event, (at) => point(cellAt(given, at)));
  }
  onClick('search', search);
  onClick('half-trained', halfTrain);
  onClick('prove', prove);
  onClick('break-play', () => {
    if (shown !== null) play(shown);
  });
  for (const radio of document.querySelectorAll<HTMLInputElement>('input[name=broken]')) {
    radio.addEventListener('change', () => {
      stop();
      void choose(radio.value).then(show);
    });
  }
  onTheme(draw);
  new ResizeObserver(draw).observe(given.parentElement!);
  return { show, stop };
}
