/** The data set of everything that a recipe holds out: what its model is to be tested on. */

import {
  formatBounds,
  formatRule,
  includesSize,
  InputError,
  parseRule,
  topologyOfToken,
  type BoardSize,
  type SizeRange,
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
 * @param sizes sizes for its rules, in place of those that it holds out
 * @throws InputError when the recipe holds out nothing, or no rules, which are what is left to test on other sizes
 */
export function describeHeldOut(
  recipe: Recipe,
  rowsPerKind: number,
  sizes?: readonly SizeRange[],
): Pick<DatasetConfig, 'rows' | 'sizes' | 'rules' | 'topologies' | 'boards'> {
  const { held_out: heldOut, rules } = recipe;
  if (heldOut === undefined && rules === undefined) {
    throw new InputError(
      `recipe ${recipe.name} holds out neither sizes nor rules; name one with "held_out" or "rules"`,
    );
  }
  if (sizes !== undefined && rules === undefined) {
    throw new InputError(
      `recipe ${recipe.name} holds out no rules, only sizes; leave out --size, or --held-out`,
    );
  }
  const boards = listBoardsToTest(recipe, sizes);
  if (boards.length === 0) {
    const [shortest, longest] = recipe.model.trained_for.sides;
    throw new InputError(
      `--size has no board of recipe ${recipe.name}, whose sides are ${shortest} to ${longest}`,
    );
  }
  const own = formatRule(parseRule(recipe.model.trained_for.rule).rule);
  return {
    rows: { train: 0, validation: 0, test: rowsPerKind * boards.length },
    sizes: [],
    rules: rules === undefined ? [own] : listHeldOutRules(recipe).map(formatRule),
    topologies: [],
    boards,
  };
}

function listBoardsToTest(recipe: Recipe, sizes: readonly SizeRange[] | undefined): string[] {
  if (sizes !== undefined) {
    return listBoards(recipe, (size) => sizes.some((range) => includesSize(range, size)));
  }
  return recipe.held_out === undefined ? listBoards(recipe, () => true) : listHeldOutBoards(recipe);
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
