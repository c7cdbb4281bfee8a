/** The tools beside the board: draw, select, move; undo; zoom; what is done with a selection. */

import { isApgcode, parseApgcode, parsePattern, type Grid } from '@lifegpt/core';
import type { Viewport } from '../board/viewport.js';
import { byId, onClick, say } from '../elements.js';
import type { Tool } from './draw.js';
import type { Game } from './game.js';
import type { Selection } from './selection.js';

/** What the tools work on. */
export interface ToolsOptions {
  readonly game: Game;
  readonly selection: Selection;
  readonly viewport: Viewport;
  /** Adds a pattern that comes from elsewhere. */
  readonly add: (pattern: Grid, name: string) => void;
}

/** The tools. */
export interface Tools {
  tool(): Tool;
}

const TOOLS: readonly Tool[] = ['draw', 'select', 'hand'];
const ZOOM = 1.5;

/** Makes the tools work. Fingers begin with the hand: a swipe scrolls, a touch changes a cell. */
export function createTools({ game, selection, viewport, add }: ToolsOptions): Tools {
  const canvas = byId<HTMLCanvasElement>('board-model');
  let tool: Tool = matchMedia('(pointer: coarse)').matches ? 'hand' : 'draw';

  function radio(value: Tool): HTMLInputElement {
    return document.querySelector<HTMLInputElement>(`input[name=tool][value=${value}]`)!;
  }

  function choose(value: Tool): void {
    tool = value;
    radio(value).checked = true;
    if (value !== 'select' && !selection.isFloating()) selection.select(null);
    update();
  }

  function update(): void {
    const { zoom } = viewport.view();
    // where a swipe has nothing to do on the board, it scrolls the page
    canvas.style.touchAction = tool === 'hand' && zoom === 1 ? 'pan-x pan-y' : 'none';
    const hand = zoom > 1 ? 'grab' : 'pointer';
    canvas.style.cursor = { draw: 'crosshair', select: 'cell', hand }[tool];
    const isSelected = selection.box() !== null;
    byId('selected-tools').hidden = !isSelected && tool !== 'select';
    const enable = (id: string, isOn: boolean): void =>
      void (byId<HTMLButtonElement>(id).disabled = !isOn);
    for (const id of ['rotate', 'flip', 'copy', 'clear-selected']) enable(id, isSelected);
    enable('undo', game.canUndo());
    enable('redo', game.canRedo());
    enable('zoom-out', zoom > 1);
    enable('zoom-fit', zoom > 1);
  }

  /** What was copied here last, as text. */
  let copied: string | null = null;

  function copy(): void {
    const rle = selection.write();
    if (rle === null) return;
    selection.copy();
    copied = rle;
    say('The selected cells are copied.');
    void navigator.clipboard?.writeText(rle).catch(() => undefined); // a page may not be allowed to
  }

  /** Pastes a text of another program, or what was copied here. */
  function paste(text: string): void {
    if (text.trim() === '' || text === copied) {
      if (!selection.paste()) say('Nothing was copied yet: select cells, and copy them.');
      return;
    }
    try {
      const code = text.trim();
      if (isApgcode(code)) return add(parseApgcode(code), code);
      const { name, grid } = parsePattern(text, 'pattern');
      add(grid, name ?? 'The pattern');
    } catch (error) {
      say(`What was copied is no pattern: ${(error as Error).message}`);
    }
  }

  /** A browser may not let a page read what was copied elsewhere. */
  async function pasteByButton(): Promise<void> {
    paste(copied ?? (await navigator.clipboard?.readText().catch(() => '')) ?? '');
  }

  const actions: Readonly<Record<string, () => unknown>> = {
    undo: game.undo,
    redo: game.redo,
    rotate: selection.rotate,
    flip: selection.flip,
    copy,
    paste: pasteByButton,
    'clear-selected': selection.clear,
    'zoom-in': () => viewport.zoom(ZOOM),
    'zoom-out': () => viewport.zoom(1 / ZOOM),
    'zoom-fit': viewport.reset,
    fullscreen: toggleFullScreen,
  };
  for (const [id, act] of Object.entries(actions)) onClick(id, act);
  for (const each of TOOLS) radio(each).addEventListener('change', () => choose(each));
  byId('fullscreen').hidden = !document.fullscreenEnabled;

  const KEYS: Readonly<Record<string, () => unknown>> = {
    z: game.undo,
    y: game.redo,
    c: copy,
    x() {
      copy();
      selection.clear();
    },
    a() {
      const { width, height } = game.setup();
      choose('select');
      selection.select({ left: 0, top: 0, width, height });
    },
  };
  /** Whether keys and what is pasted mean the board. */
  const isOnBoard = (target: EventTarget | null): boolean =>
    target instanceof Element &&
    target.closest('input:not([type=radio]), textarea, select, pre') === null &&
    !byId('view-play').hidden;

  document.addEventListener('paste', (event) => {
    if (!isOnBoard(event.target)) return;
    event.preventDefault();
    paste(event.clipboardData?.getData('text/plain') ?? '');
  });
  document.addEventListener('keydown', (event) => {
    const { key, target, ctrlKey, metaKey, altKey, shiftKey } = event;
    if (!isOnBoard(target) || altKey) return;
    if (ctrlKey || metaKey) {
      const isText = /[cx]/.test(key) && String(getSelection()) !== '';
      const act = KEYS[key === 'Z' || (key === 'z' && shiftKey) ? 'y' : key];
      if (act === undefined || isText) return;
      act();
    } else if ((key === 'Delete' || key === 'Backspace') && selection.box() !== null) {
      selection.clear();
    } else return;
    event.preventDefault();
  });

  game.listen(update);
  selection.listen(update);
  viewport.listen(update);
  choose(tool);
  return { tool: () => tool };
}

/** For a projector: the boards alone. */
async function toggleFullScreen(): Promise<void> {
  if (document.fullscreenElement !== null) await document.exitFullscreen();
  else await byId('stage').requestFullscreen();
}
