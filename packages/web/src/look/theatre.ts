/** Where a model is operated on: its heads, where they look, and the tokens of its text. */

import type { BoundedGrid, Grid } from '@lifegpt/core';
import type { HeadReading } from '@lifegpt/model';
import { onTheme } from '../board/palette.js';
import { byId, onClick, write } from '../elements.js';
import { createHistory } from '../play/history.js';
import type { SeenCell } from './explore.js';
import { createHeadMap, placeOnMap, type MapPlace } from './head-map.js';
import { percent } from './heads.js';
import {
  BOARD_LAYER,
  changeToken,
  countEdits,
  describeSurgery,
  HEALTHY,
  isOff,
  placeHead,
  toggleHead,
  type Surgery,
} from './surgery.js';

/** What is seen of the model that is operated on. */
export interface Patient {
  readonly bounds: BoundedGrid;
  readonly grid: Grid;
  readonly seen: SeenCell;
}

/** The controls. */
export interface Theatre {
  surgery(): Surgery;
  /** Takes other changes, and forgets how those before came: for another text, model or link. */
  reset(surgery: Surgery): void;
  /** Shows a cell that was read, or none. */
  show(patient: Patient | null): void;
  /** Whether a click on a digit changes it. */
  flips(): boolean;
  /** Changes the digit at a token of the text, or back. */
  flip(token: number): void;
  /** Shows a token of the text. */
  lookAt(token: number): void;
}

/** Heads with less of their attention on the board than this read nothing of it. */
const LEAST_SHARE = 0.01;
/** Bytes of one entry of the history, roughly. */
const BYTES = 1000;

/** Makes the controls work. */
export function createTheatre(onChange: (surgery: Surgery) => void): Theatre {
  let surgery = HEALTHY;
  let history = createHistory<Surgery>(() => BYTES);
  let patient: Patient | null = null;
  /** The number of the head among the reading's. */
  let chosen = 0;
  const chips = byId('surgery-heads');
  const token = byId<HTMLInputElement>('token');
  const piece = byId<HTMLSelectElement>('token-piece');
  const down = byId<HTMLInputElement>('head-down');
  const right = byId<HTMLInputElement>('head-right');
  const map = createHeadMap({
    canvas: byId<HTMLCanvasElement>('surgery-map'),
    onChoose: choose,
    onMove: (head, place, gesture) => change(placeHead(surgery, head, place), gesture),
    onSwitch: (head) => change(toggleHead(surgery, { layer: BOARD_LAYER, head })),
  });

  function change(next: Surgery, gesture?: object): void {
    history.keep(surgery, gesture);
    take(next);
  }

  function take(next: Surgery): void {
    surgery = next;
    draw();
    onChange(surgery);
  }

  const heads = (): readonly HeadReading[] => patient?.seen.inspected.reading.heads ?? [];
  const head = (): HeadReading | undefined => heads()[chosen] ?? heads()[0];

  function choose(index: number): void {
    chosen = index;
    draw();
  }

  function draw(): void {
    write('surgery-says', describeSurgery(surgery));
    byId('surgery').classList.toggle('edited', countEdits(surgery) > 0);
    byId<HTMLButtonElement>('heal').disabled = countEdits(surgery) === 0;
    byId<HTMLButtonElement>('surgery-undo').disabled = !history.canUndo();
    byId<HTMLButtonElement>('surgery-redo').disabled = !history.canRedo();
    byId('instruments').hidden = patient === null;
    if (patient === null) return;
    drawChips();
    drawHead();
    drawMap();
    drawToken();
  }

  function drawChips(): void {
    const all = heads();
    if (chips.children.length !== all.length) {
      chips.replaceChildren(
        ...all.map(({ layer, head: number }, index) => {
          const chip = document.createElement('button');
          chip.type = 'button';
          chip.textContent = nameOf(layer, number, all);
          chip.addEventListener('click', () => choose(index));
          chip.addEventListener('keydown', ({ key }) => {
            const move = { ArrowRight: 1, ArrowLeft: -1 }[key];
            if (move === undefined) return;
            choose((index + move + all.length) % all.length);
            (chips.children[chosen] as HTMLElement).focus();
          });
          return chip;
        }),
      );
    }
    all.forEach((each, index) => {
      const chip = chips.children[index] as HTMLElement;
      const off = isOff(surgery, each);
      const isMoved = surgery.moved.some((moved) => moved.head === each.head);
      chip.classList.toggle('off', off);
      chip.classList.toggle('moved', isMoved);
      chip.classList.toggle('idle', shareOf(each) < LEAST_SHARE);
      chip.setAttribute('aria-pressed', String(index === chosen));
      chip.tabIndex = index === chosen ? 0 : -1;
      chip.setAttribute('aria-label', describe(each));
    });
  }

  function drawHead(): void {
    const own = head()!;
    const off = isOff(surgery, own);
    write('head-says', `${describe(own)}.`);
    write('head-off', off ? 'Switch on' : 'Switch off');
    const canMove = own.places.length > 0;
    for (const id of ['head-place', 'surgery-map-figure']) byId(id).hidden = !canMove;
    if (!canMove) return;
    const { down: d, right: r } = placeOf(own) ?? { down: 0, right: 0 };
    // a field that is written in is left alone
    if (document.activeElement !== down) down.value = shorten(d);
    if (document.activeElement !== right) right.value = shorten(r);
    byId<HTMLButtonElement>('head-back').disabled = !surgery.moved.some(
      (moved) => moved.head === own.head,
    );
  }

  function drawMap(): void {
    const { bounds, grid, seen } = patient!;
    const dots = heads().flatMap((each, index) => {
      const isChosen = index === chosen;
      const isMoved = surgery.moved.some((moved) => moved.head === each.head);
      const off = isOff(surgery, each);
      if (each.places.length === 0) return [];
      const isIdle = shareOf(each) < LEAST_SHARE && !off;
      if (!isChosen && !isMoved && isIdle) return [];
      const place = placeOf(each) ?? (isChosen ? { down: 0, right: 0 } : null);
      return place === null
        ? []
        : [
            {
              head: each.head,
              place,
              text: `${describe(each)}; arrow keys move it`,
              isOff: off,
              isMoved,
            },
          ];
    });
    map.show({ bounds, grid, cell: seen.cell, tint: seen.tint, dots, chosen });
  }

  function placeOf(each: HeadReading): MapPlace | null {
    const moved = surgery.moved.find((own) => own.head === each.head);
    return moved ?? placeOnMap(each, patient!.bounds, patient!.seen.cell);
  }

  /** What a head does for the cell, in words. */
  function describe(each: HeadReading): string {
    const name = `Head ${nameOf(each.layer, each.head, heads())}`;
    if (isOff(surgery, each)) return `${name} is off`;
    if (each.places.length === 0) return `${name}: ${percent(shareOf(each))} of it on the board`;
    const place = placeOf(each);
    const where = place === null ? 'looks elsewhere' : `looks ${sayPlace(place)}`;
    return `${name} ${where}, ${percent(shareOf(each))} of it on the board`;
  }

  function drawToken(): void {
    const { tokens, reading } = patient!.seen.inspected;
    token.max = String(tokens.length - 1);
    const pieces = reading.logits.map((each) => each.piece);
    if (piece.options.length !== pieces.length) {
      piece.replaceChildren(...pieces.map((each) => new Option(each.replaceAll(' ', '␣'), each)));
    }
    const at = token.valueAsNumber;
    const read = tokens[at];
    piece.disabled = read === undefined;
    const own = surgery.tokens.find((each) => each.at === at)?.piece;
    if (read !== undefined) piece.value = own ?? pieces[read]!;
    byId<HTMLButtonElement>('token-back').disabled = own === undefined;
    write('token-says', read === undefined ? 'There is no such token.' : sayToken(at));
  }

  /** Which part of the text a token is. */
  function sayToken(at: number): string {
    const { firstCell, firstAnswer } = patient!.seen.inspected;
    const { width, height } = patient!.bounds;
    const place = (k: number): string =>
      `row ${Math.floor(k / width) + 1}, column ${(k % width) + 1}`;
    if (at >= firstAnswer)
      return `The answer, ${place(at - firstAnswer)}: read by what is written later.`;
    if (at >= firstCell && at < firstCell + width * height)
      return `The given board, ${place(at - firstCell)}.`;
    return at < firstCell ? 'The header: task, topology, rule.' : 'Between board and answer.';
  }

  function setToken(at: number, next: string): void {
    change(changeToken(surgery, at, next));
  }

  onClick('surgery-undo', () => restore(history.undo(surgery)));
  onClick('surgery-redo', () => restore(history.redo(surgery)));
  onClick('heal', () => change(HEALTHY));
  onClick('head-off', () => change(toggleHead(surgery, head()!)));
  onClick('head-back', () => change(placeHead(surgery, head()!.head, null)));
  onClick('token-back', () => change(changeToken(surgery, token.valueAsNumber, null)));
  for (const input of [down, right]) {
    input.addEventListener('change', () => {
      const place = { down: down.valueAsNumber, right: right.valueAsNumber };
      if (Number.isNaN(place.down) || Number.isNaN(place.right)) return draw();
      change(placeHead(surgery, head()!.head, place));
    });
  }
  document.addEventListener('keydown', (event) => {
    const { key, target, ctrlKey, metaKey, altKey, shiftKey } = event;
    const isTyping = (target as HTMLElement).closest('input, textarea, select') !== null;
    if (byId('view-look').hidden || isTyping || altKey || !(ctrlKey || metaKey)) return;
    const letter = key.toLowerCase();
    if (letter !== 'z' && letter !== 'y') return;
    event.preventDefault();
    restore(letter === 'y' || shiftKey ? history.redo(surgery) : history.undo(surgery));
  });
  token.addEventListener('input', draw);
  piece.addEventListener('change', () => setToken(token.valueAsNumber, piece.value));
  onTheme(draw);

  function restore(state: Surgery | undefined): void {
    if (state !== undefined) take(state);
  }

  draw();
  return {
    surgery: () => surgery,
    reset(next) {
      history = createHistory(() => BYTES);
      surgery = next;
      draw();
    },
    show(next) {
      patient = next;
      draw();
    },
    flips: () => document.querySelector<HTMLInputElement>('input[name=press][value=flip]')!.checked,
    lookAt(at) {
      token.value = String(at);
      draw();
    },
    flip(at) {
      if (patient === null) return;
      const { tokens, reading } = patient.seen.inspected;
      const pieces = reading.logits.map((each) => each.piece);
      const changed = surgery.tokens.find((each) => each.at === at);
      token.value = String(at);
      // a second flip is what stood there before
      if (changed !== undefined) return change(changeToken(surgery, at, null));
      setToken(at, pieces[tokens[at]!] === '1' ? '0' : '1');
    },
  };
}

const shareOf = ({ cells }: HeadReading): number => cells.reduce((sum, share) => sum + share, 0);

function nameOf(layer: number, head: number, all: readonly HeadReading[]): string {
  const isDeep = all.some((each) => each.layer !== all[0]!.layer);
  return isDeep ? `${layer + 1}.${head + 1}` : String(head + 1);
}

/** A number with at most two decimals, without -0. */
const shorten = (value: number): string => String(Math.round(100 * value) / 100 + 0);

/** A place in words: "1 up, 0.98 left". */
export function sayPlace({ down, right }: MapPlace): string {
  const side = (value: number, positive: string, negative: string): string[] => {
    const size = Math.abs(Math.round(100 * value) / 100);
    return size === 0 ? [] : [`${size} ${value > 0 ? positive : negative}`];
  };
  const parts = [...side(down, 'down', 'up'), ...side(right, 'right', 'left')];
  return parts.length === 0 ? 'at the cell itself' : parts.join(', ');
}
