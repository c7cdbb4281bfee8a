/** The data set of everything that a recipe holds out: what its model is to be tested on. */

import {
  drawIsotropicTable,
  formatBounds,
  formatRule,
  includesSize,
  InputError,
  openStream,
  parseRule,
  topologyOfToken,
  type BoardSize,
  type Rule,
  type SizeRange,
  type TopologyToken,
} from '@lifegpt/core';
import { listHeldOutRules, listTopologies, openHeldOut, type Recipe } from '@lifegpt/model';
import type { DatasetConfig } from './config.js';

/**
 * What a data set of held-out boards consists of.
 * @param rowsPerKind rows for each topology and size, on average
 * @param sizes the sizes wanted: of those that it holds out, or, where it holds out rules, of all
 * @throws InputError when the recipe holds out nothing, or none of the sizes
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
  const boards = listBoardsToTest(recipe, sizes);
  if (boards.length === 0) {
    const [shortest, longest] = recipe.model.trained_for.sides;
    throw new InputError(
      rules === undefined
        ? `--size has none of the sizes that recipe ${recipe.name} holds out; leave it out to take them all`
        : `--size has no board of recipe ${recipe.name}, whose sides are ${shortest} to ${longest}`,
    );
  }
  const own = formatRule(parseRule(recipe.model.trained_for.rule).rule);
  return {
    rows: { train: 0, validation: 0, test: rowsPerKind * boards.length },
    sizes: [],
    rules: rules === undefined ? [own] : listRulesToTest(recipe).map(formatRule),
    topologies: [],
    boards,
  };
}

/** The life-like rules, and where tables are trained too, as many isotropic ones: of these all are held out. */
function listRulesToTest(recipe: Recipe): Rule[] {
  const counts = listHeldOutRules(recipe);
  if ((recipe.location?.tables ?? 0) === 0) return counts;
  const random = openStream(recipe.seed, 'isotropic rules');
  return [...counts, ...counts.map(() => ({ table: drawIsotropicTable(random) }))];
}

function listBoardsToTest(recipe: Recipe, sizes: readonly SizeRange[] | undefined): string[] {
  const isHeldOut = openHeldOut(recipe);
  const isAsked = (size: BoardSize): boolean =>
    sizes?.some((range) => includesSize(range, size)) ?? true;
  const takesAll = recipe.rules !== undefined && (sizes !== undefined || !recipe.held_out);
  return listBoards(recipe, (size, token) => isAsked(size) && (takesAll || isHeldOut(size, token)));
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
