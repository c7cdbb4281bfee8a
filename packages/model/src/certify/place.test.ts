import { locateCell, TOPOLOGY_TOKENS, topologyOfToken, type TopologyToken } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { openClasses, valueOf } from '../../test/board-cells.js';
import { REFERENCES } from '../network/location-config.js';
import type { Form } from './form.js';
import { judgeAxis, listNeighbourhood } from './place.js';

function sizesOf(token: TopologyToken): (readonly [number, number])[] {
  const sides = [1, 2, 3, 4, 5, 6, 7, 8];
  if (token === 'S') return sides.map((side) => [side, side] as const);
  const small = sides
    .slice(0, 6)
    .flatMap((width) => sides.slice(0, 6).map((height) => [width, height] as const));
  return [...small, [8, 8], [9, 2], [3, 11], [7, 12]];
}

describe.each(TOPOLOGY_TOKENS)('the classes of boards of topology %s', (token) => {
  const findClasses = openClasses(token);
  const cellsOf = ([width, height]: readonly [number, number]) =>
    Array.from({ length: width * height }, (_, cell) => {
      const [row, column] = [Math.floor(cell / width), cell % width];
      return { width, height, row, column, found: findClasses(width, height, row, column) };
    });
  const all = sizesOf(token).flatMap(cellsOf);

  it('hold each cell of each board once', () => {
    expect(all.filter(({ found }) => found.length !== 1)).toEqual([]);
  });

  it('know its nine neighbours as core locates them', () => {
    const topology = topologyOfToken(token);
    for (const { width, height, row, column, found } of all) {
      const { cells, unknowns } = found[0]!;
      const truth = [-1, 0, 1].flatMap((down) =>
        [-1, 0, 1].map((right) =>
          locateCell({ topology, width, height }, row + down, column + right),
        ),
      );
      const nine = listNeighbourhood(cells).map((place) =>
        place === null
          ? -1
          : valueOf(place.row, unknowns) * width + valueOf(place.column, unknowns),
      );
      expect(nine).toEqual(truth);
    }
  });

  it('say of rows and columns only what holds on the board', () => {
    const wrong: string[] = [];
    for (const { width, height, row, column, found } of all) {
      const { cells, unknowns } = found[0]!;
      const references = [row, height - 1 - row, column, width - 1 - column, 0];
      for (const axis of [0, 1] as const) {
        const [own, side] = axis === 0 ? [row, height] : [column, width];
        references.forEach((from, reference) => {
          for (let offset = -3; offset <= 3; offset++) {
            const at = from + offset;
            const { name, isOn, order, isUpTo, mayBeFirst } = judgeAxis(
              cells,
              axis,
              reference,
              offset,
            );
            const fits =
              valueOf(name.split(' ').map(Number) as unknown as Form, unknowns) === at &&
              (isOn === null || isOn === (at >= 0 && at < side)) &&
              (order === null || Math.sign(order) === Math.sign(at - own)) &&
              (isUpTo === null || isUpTo === at <= own) &&
              (at !== 0 || mayBeFirst);
            if (!fits) wrong.push(`${cells.name}: ${REFERENCES[reference]} ${offset}`);
          }
        });
      }
    }
    expect(wrong).toEqual([]);
  });
});
