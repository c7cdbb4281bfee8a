/** Eighteen bits as they were read: born and surviving with so many neighbours, and what is open. */

import { nameRuleCase } from '@lifegpt/core';
import type { OpenBits } from './puzzle.js';

/** Cells of a table with a row for birth and one for survival. */
export interface BitCells {
  /** @param confidence how sure each bit is, from 0 to 1 */
  show(bits: OpenBits, confidence: readonly number[]): void;
}

/** Bits of a row. */
const COUNTS = 9;

/** Puts the cells into the body of a table. */
export function createBitCells(body: HTMLElement): BitCells {
  const cells: HTMLTableCellElement[] = [];
  for (const name of ['B', 'S']) {
    const row = document.createElement('tr');
    const head = document.createElement('th');
    head.scope = 'row';
    head.textContent = name;
    row.append(head);
    for (let count = 0; count < COUNTS; count++) cells.push(row.appendChild(newCell()));
    body.append(row);
  }
  return {
    show(bits, confidence) {
      cells.forEach((cell, i) => {
        const bit = bits[i] ?? null;
        cell.textContent = bit === null ? '?' : String(bit);
        cell.className = bit === null ? 'open' : bit === 1 ? 'alive' : 'dead';
        cell.title = `${nameRuleCase(i)}: ${bit === null ? 'open' : bit === 1 ? 'alive' : 'dead'}, ${(100 * (confidence[i] ?? 0)).toFixed(2)} % sure`;
      });
    },
  };
}

function newCell(): HTMLTableCellElement {
  return document.createElement('td');
}
