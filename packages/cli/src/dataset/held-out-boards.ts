/** The data set of everything that a recipe holds out: what its model is to be tested on. */

import {
  formatBounds,
  formatRule,
  InputError,
  parseRule,
  topologyOfToken,
  type BoardSize,
  type TopologyToken,
} from '@lifegpt/core';
import { listHeldOutRules, listTopologies, openHeldOut, type Recipe } from '@lifegpt/model';
import type { DatasetConfig } from './config.js';

/** Topologies and sizes that a recipe holds out, as Golly writes them. */
export function listHeldOutBoards(recipe: Recipe): string[] {
  const isHeldOut = openHeldOut(recipe);
  return listBoards(recipe, isHeldOut);
}

/**
 * What a data set of held-out boards consists of.
 * @param rowsPerKind rows for each topology and size, on average
 * @throws InputError when the recipe holds out nothing
 */
export function describeHeldOut(
  recipe: Recipe,
  rowsPerKind: number,
): Pick<DatasetConfig, 'rows' | 'sizes' | 'rules' | 'topologies' | 'boards'> {
  const { held_out: heldOut, rules } = recipe;
  if (heldOut === undefined && rules === undefined) {
    throw new InputError(
      `recipe ${recipe.name} holds out neither sizes nor rules; name one with "held_out" or "rules"`,
    );
  }
  const boards = heldOut === undefined ? listBoards(recipe, () => true) : listHeldOutBoards(recipe);
  const own = formatRule(parseRule(recipe.model.trained_for.rule).rule);
  return {
    rows: { train: 0, validation: 0, test: rowsPerKind * boards.length },
    sizes: [],
    rules: rules === undefined ? [own] : listHeldOutRules(recipe).map(formatRule),
    topologies: [],
    boards,
  };
}

/** The boards of a model that are wanted; a sphere is square. */
function listBoards(
  { model }: Recipe,
  isWanted: (size: BoardSize, topology: TopologyToken) => boolean,
): string[] {
  const [shortest, longest] = model.trained_for.sides;
  const boards: string[] = [];
  for (const token of listTopologies(model.trained_for)) {
    const topology = topologyOfToken(token);
    for (let height = shortest; height <= longest; height++) {
      for (let width = shortest; width <= longest; width++) {
        if (token === 'S' && width !== height) continue;
        if (isWanted({ height, width }, token))
          boards.push(formatBounds({ topology, width, height }));
      }
    }
  }
  return boards;
}
