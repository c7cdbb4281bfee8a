/** An extracted algorithm on boards of one size: where each cell just outside the board really is. */

import type { TopologyToken } from '@lifegpt/core';
import { REFERENCES } from '../network/location-config.js';
import type { Extracted, ExtractedCell } from './extract.js';

/**
 * Finds for each place on the board or a step outside it the cell that is read for it, as the algorithm says for every cell
 * that reads it; -1 where nothing is read.
 * @returns `(row, column)` to a row-major index
 * @throws Error where two cells read different ones: then the algorithm is no neighbourhood on a surface
 */
export function compileExtracted(
  { topologies }: Extracted,
  topology: TopologyToken,
  width: number,
  height: number,
): (row: number, column: number) => number {
  const cases = new Map(
    topologies
      .find((one) => one.topology === topology)!
      .cases.map(({ touches, cells }) => [touches.join(), cells]),
  );
  const read = (row: number, column: number, i: number): number => {
    const distances = [row, height - 1 - row, column, width - 1 - column, 0];
    const cell = cases.get(
      distances
        .slice(0, 4)
        .map((distance) => distance === 0)
        .join(),
    )![i]!;
    return cell === null ? -1 : findCell(cell, distances, width);
  };
  return (row, column) => {
    const inside = row >= 0 && row < height && column >= 0 && column < width;
    const found = new Set<number>();
    for (let i = 0; i < 9; i++) {
      const [ownRow, ownColumn] = [row - (Math.floor(i / 3) - 1), column - ((i % 3) - 1)];
      if (ownRow < 0 || ownRow >= height || ownColumn < 0 || ownColumn >= width) continue;
      found.add(read(ownRow, ownColumn, i));
    }
    const [cell] = found;
    if (found.size === 1 && (!inside || cell === row * width + column)) return cell!;
    throw new Error(
      `on a ${width}x${height} board the place ${row},${column} is read as ${[...found].join(' and ')}`,
    );
  };
}

function findCell(
  { row, column }: ExtractedCell,
  distances: readonly number[],
  width: number,
): number {
  const at = (line: ExtractedCell['row']): number =>
    distances[REFERENCES.indexOf(line.from)]! + line.plus;
  return at(row) * width + at(column);
}
