/** A rule as boxes to tick, birth and survival by counts; any other as a table of 512 that can be painted. */

import { NEIGHBOURHOODS, toLifeRule, toTable, type LifeRule, type Rule } from '@lifegpt/core';
import { currentPalette, onTheme } from '../board/palette.js';
import { cellAt, prepareSurface } from '../board/surface.js';
import { byId, onceAFrame, write } from '../elements.js';
import type { Game } from './game.js';
import { MOVES } from './draw.js';

/** Columns of the painted table: the four cells above left, one step a bit; rows are the other five. */
const COLUMNS = 32;
const ROWS = NEIGHBOURHOODS / COLUMNS;
const COUNTS = 9;

/**
 * Makes boxes and table work.
 * @param choose is told the rule that someone made
 */
export function createRuleBoxes(game: Game, choose: (rule: Rule, gesture: object) => void): void {
  const canvas = byId<HTMLCanvasElement>('rule-table');
  const boxes = {
    birth: makeBoxes('birth', 'Born with'),
    survival: makeBoxes('survival', 'Survives with'),
  };
  let stroke: { value: number; gesture: object } | null = null;
  let at = 0;

  function makeBoxes(id: 'birth' | 'survival', title: string): HTMLInputElement[] {
    const inputs = Array.from({ length: COUNTS }, (_, count) => {
      const input = document.createElement('input');
      input.type = 'checkbox';
      input.setAttribute('aria-label', `${title} ${count} live neighbours`);
      input.addEventListener('change', chooseCounts);
      return input;
    });
    byId(id).append(
      ...inputs.map((input, count) => {
        const label = document.createElement('label');
        label.append(input, String(count));
        return label;
      }),
    );
    return inputs;
  }

  function chooseCounts(): void {
    const bits = (inputs: readonly HTMLInputElement[]): number =>
      inputs.reduce((sum, { checked }, count) => sum | (Number(checked) << count), 0);
    choose({ birth: bits(boxes.birth), survival: bits(boxes.survival) }, {});
  }

  const show = onceAFrame(() => {
    const { rule } = game.setup();
    const counts: LifeRule | null = toLifeRule(rule);
    for (const part of ['birth', 'survival'] as const) {
      boxes[part].forEach((box, count) => {
        box.checked = counts !== null && ((counts[part] >> count) & 1) === 1;
        box.indeterminate = counts === null;
      });
    }
    paint(toTable(rule));
    describe();
  });

  function paint(table: Uint8Array): void {
    const surface = prepareSurface(canvas, COLUMNS, ROWS);
    if (surface === null) return;
    const { context, size } = surface;
    const { cell, faint, heat } = currentPalette();
    table.forEach((next, k) => {
      context.fillStyle = next === 1 ? cell : faint;
      context.fillRect((k % COLUMNS) * size, Math.floor(k / COLUMNS) * size, size - 1, size - 1);
    });
    if (document.activeElement === canvas) {
      context.strokeStyle = heat;
      context.lineWidth = 2;
      context.strokeRect((at % COLUMNS) * size, Math.floor(at / COLUMNS) * size, size, size);
    }
  }

  /** The neighbourhood that a place of the table stands for, as three rows. */
  function describe(): void {
    const bits = at.toString(2).padStart(9, '0').replace(/0/g, '·').replace(/1/g, '■');
    const next = toTable(game.setup().rule)[at] === 1 ? 'alive' : 'dead';
    write('rule-case', `${bits.slice(0, 3)}\n${bits.slice(3, 6)}\n${bits.slice(6)}  → ${next}`);
    canvas.setAttribute(
      'aria-label',
      `The rule's table, neighbourhood ${at} of 512: ${next}. Arrow keys move, space changes it`,
    );
  }

  function set(k: number, value: number, gesture: object): void {
    const table = toTable(game.setup().rule).slice();
    if (table[k] === value) return;
    table[k] = value;
    const rule = { table };
    choose(toLifeRule(rule) ?? rule, gesture);
  }

  canvas.addEventListener('pointerdown', (event) => {
    const k = cellAt(canvas, event);
    if (k === null) return;
    at = k;
    canvas.setPointerCapture(event.pointerId);
    stroke = { value: 1 - toTable(game.setup().rule)[k]!, gesture: {} };
    set(k, stroke.value, stroke.gesture);
  });
  canvas.addEventListener('pointermove', (event) => {
    const k = cellAt(canvas, event);
    if (k === null) return;
    at = k;
    if (stroke !== null) set(k, stroke.value, stroke.gesture);
    else describe();
  });
  for (const end of ['pointerup', 'pointercancel'] as const) {
    canvas.addEventListener(end, () => void (stroke = null));
  }
  canvas.addEventListener('keydown', (event) => {
    const move = MOVES[event.key];
    if (move !== undefined) {
      const row = (Math.floor(at / COLUMNS) + move[0] + ROWS) % ROWS;
      at = row * COLUMNS + (((at % COLUMNS) + move[1] + COLUMNS) % COLUMNS);
      show();
    } else if (event.key === ' ') set(at, 1 - toTable(game.setup().rule)[at]!, {});
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  canvas.addEventListener('focus', show);
  canvas.addEventListener('blur', show);
  byId('rule-boxes').addEventListener('toggle', show);
  onTheme(show);
  game.listen((change) => {
    if (change === 'board') show();
  });
}
