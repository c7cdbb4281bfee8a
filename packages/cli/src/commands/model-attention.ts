/** `lifegpt model attention`: what each head looks at while it writes a cell. */

import { formatBoundedRule, type BoundedGrid } from '@lifegpt/core';
import {
  checkTrainedFor,
  listNeighbourhood,
  loadModel,
  measureNeighbourhoods,
  probeAnswer,
  sumAttention,
  type HeadAttention,
  type NeighbourhoodShare,
} from '@lifegpt/model';
import type { Command } from 'commander';
import { addExamples } from '../command-examples.js';
import { parseCell } from '../cell-argument.js';
import type { CommandContext } from '../context.js';
import { DEFAULT_MODEL, openModelFolder } from '../model-argument.js';
import { PATTERN_ARGUMENT, readPatternArgument } from '../pattern-argument.js';
import { createRuntime } from '../runtime.js';
import { createProgress } from '../terminal/progress.js';
import { formatCount } from '../terminal/count.js';
import { drawHeatMap, HEAT_LEGEND } from '../terminal/heat-map.js';
import { layOutTable } from '../terminal/table.js';

interface AttentionFlags {
  readonly model: string;
  readonly cell: string;
  readonly row?: string;
  readonly rule?: string;
  readonly device: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function registerAttention(model: Command, context: CommandContext): void {
  model
    .command('attention')
    .description('show what each head looks at while it writes a cell, and how sure the model is')
    .argument('<pattern>', PATTERN_ARGUMENT)
    .requiredOption('--cell <row,column>', 'the cell that is written, counted from 0')
    .option('--model <name>', 'a shipped model, or a model folder', DEFAULT_MODEL)
    .option('--row <k>', 'which board of a .csv file, from 1')
    .option('--rule <rule>', 'rule and board in Golly’s notation, e.g. B3/S23:T32,32')
    .option('--device <name>', 'auto, cpu, webgpu, cuda or wasm', 'auto')
    .option('--json', 'print one JSON object')
    .action((pattern: string, flags: AttentionFlags) => runAttention(pattern, flags, context));
  addExamples(model, 'attention', [
    ['glider --rule B3/S23:T8,8 --cell 3,3', 'where the model looks'],
  ]);
}

async function runAttention(
  pattern: string,
  flags: AttentionFlags,
  context: CommandContext,
): Promise<void> {
  const { grid, rule, bounds, name, warnings } = await readPatternArgument(pattern, flags);
  warnings.forEach((warning) => context.talk(warning));
  const cell = parseCell(flags.cell, bounds);
  const folder = await openModelFolder(flags.model);
  const runtime = await createRuntime(flags.device);
  const model = await loadModel(folder, runtime);
  checkTrainedFor(model, grid, rule, bounds.topology);
  const progress = createProgress(context.progress, 'look inside', null, 'cells');
  progress.update(grid.cells.length);
  const weights = await probeAnswer(model, folder, runtime, grid, {
    rule,
    topology: bounds.topology,
  });
  progress.finish();
  await model.release();

  const shares = measureNeighbourhoods(weights, bounds.topology);
  const keys = listNeighbourhood(bounds, cell);
  const maps = weights.mapHeads(cell).map((map) => ({
    ...map,
    neighbourhood: sumAttention(map, keys),
  }));
  const margins = Array.from(weights.margins.subarray(0, grid.cells.length));
  if (flags.json === true) {
    context.printJson({
      model: model.name,
      rule: formatBoundedRule(rule, bounds),
      cell: [Math.floor(cell / bounds.width), cell % bounds.width],
      heads: maps.map((map) => ({ ...map, cells: Array.from(map.cells) })),
      shares,
      margins,
    });
    return;
  }
  context.print(`${name}, what ${model.name} looks at while it writes cell ${flags.cell}:`);
  const smallest = margins.reduce((least, margin) => Math.min(least, margin), Infinity);
  context.print(
    `logit margins over the board: smallest ${smallest.toFixed(2)}, ` +
      `at this cell ${margins[cell]!.toFixed(2)} nats`,
  );
  context.print(HEAT_LEGEND);
  for (const map of maps) describeMap(map, bounds, context);
  describeShares(shares, context);
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

function describeMap(
  map: HeadAttention & { readonly neighbourhood: number },
  { width }: BoundedGrid,
  { print, terminal }: CommandContext,
): void {
  print(
    `layer ${map.layer}, head ${map.head}: ${percent(map.neighbourhood)} on the 3x3 neighbourhood, ` +
      `${percent(map.answer)} on the answer so far, ${percent(map.rest)} elsewhere`,
  );
  print(drawHeatMap(map.cells, width, terminal));
}

function describeShares(
  shares: readonly NeighbourhoodShare[],
  { print, terminal }: CommandContext,
): void {
  print('share of attention on the 3x3 neighbourhood, over the cells of a region:');
  const rows = shares.map(({ layer, head, region, cells, mean, least }) => [
    `  layer ${layer}, head ${head}, ${region}`,
    percent(mean),
    percent(least),
    formatCount(cells),
  ]);
  print(layOutTable([['', 'mean', 'least', 'cells'], ...rows], terminal.columns));
}
