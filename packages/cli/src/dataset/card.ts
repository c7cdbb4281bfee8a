/** The data set's card: what the Hugging Face hub and people read. */

import { hashConfig, SPLITS, type DatasetConfig } from './config.js';
import type { FileEntry } from './file-entry.js';
import { listColumns, shapeOf } from './row-writers.js';

/** Writes the `README.md` of a data set. */
export function formatCard(config: DatasetConfig, files: readonly FileEntry[]): string {
  const splits = SPLITS.filter((split) => config.rows[split] > 0);
  const total = splits.reduce((sum, split) => sum + config.rows[split], 0);
  const dataFiles = splits.map(
    (split) => `      - split: ${split}\n        path: data/${split}-*.${config.format}`,
  );
  const table = splits.map((split) => {
    const own = files.filter((file) => file.split === split);
    const sum = (value: (file: FileEntry) => number): number =>
      own.reduce((count, file) => count + value(file), 0);
    return `| ${split} | ${sum((f) => f.rows)} | ${own.length} | ${sum((f) => f.bytes)} | ${sum((f) => f.dropped.duplicates)} |`;
  });
  const rules =
    config.rules === 'random' ? 'any life-like rule, drawn for each row' : listSome(config.rules);
  return `---
license: mit
pretty_name: Life-like cellular automata
tags:
  - cellular-automata
  - game-of-life
  - synthetic
size_categories:
  - ${sizeCategory(total)}
${describeInfo(config, files)}
configs:
  - config_name: default
${describeFeatures(config, '    ')}
    data_files:
${dataFiles.join('\n')}
---

# States of life-like cellular automata

Each row is a random board and what follows from it, computed by LifeGPT's SIMD engine:
\`State 1\` to \`State ${config.states}\` are successive states, a letter 0 or 1 a cell, row-major;
\`Rule\` is the rule in Golly's notation with topology, columns and rows; \`GridSize\`, where it is
there, is the side of a square board.

- rules: ${rules}
${describeBoards(config)}
- order parameter p, the probability of a live cell, drawn for each row: ${config.densities.map(([low, high]) => (low === high ? low : `${low} to ${high}`)).join(', ')}
- seed ${config.seed}, config ${hashConfig(config)}

| split | rows | files | bytes | duplicates dropped |
|---|---|---|---|---|
${table.join('\n')}

A board's content decides its split, so no board of one split occurs as a \`State 1\` of another,
whatever its rule. Within a file no board occurs twice under one rule. \`dataset.json\` holds the
config and each file's SHA-256; the same config gives the same bytes on every machine.

    datasets.load_dataset("<this folder>")
${config.format === 'csv' ? CSV_NOTE : ''}`;
}

const CSV_NOTE = `
Pandas by itself takes a state for a number and drops its zeros: \`pd.read_csv(file, dtype=str)\`.
`;

/**
 * What the columns are, whatever a reader would guess: a state is text, though it looks like a number. The hub reads it in
 * `dataset_info`; a reader of CSV takes it from the configuration.
 */
function describeFeatures(config: DatasetConfig, indent: string): string {
  const types = { text: 'string', side: 'int32' } as const;
  const features = listColumns(shapeOf(config)).map(
    ({ name, type }) => `${indent}  - name: ${name}\n${indent}    dtype: ${types[type]}`,
  );
  return `${indent}features:\n${features.join('\n')}`;
}

/** The columns, and how much there is. */
function describeInfo(config: DatasetConfig, files: readonly FileEntry[]): string {
  const splits = SPLITS.filter((split) => config.rows[split] > 0).map((split) => {
    const own = files.filter((file) => file.split === split);
    const bytes = own.reduce((sum, file) => sum + file.bytes, 0);
    return `    - name: ${split}\n      num_bytes: ${bytes}\n      num_examples: ${config.rows[split]}`;
  });
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  return `dataset_info:
${describeFeatures(config, '  ')}
  splits:
${splits.join('\n')}
  download_size: ${total}
  dataset_size: ${total}`;
}

const LISTED = 200;

function listSome(names: readonly string[]): string {
  const more = names.length - LISTED;
  return names.slice(0, LISTED).join(', ') + (more > 0 ? ` and ${more} more (dataset.json)` : '');
}

function describeBoards({ boards, topologies, sizes }: DatasetConfig): string {
  if (boards !== undefined) return `- boards (topology, columns, rows): ${listSome(boards)}`;
  return `- topologies: ${topologies.join(' ')}
- sizes (rows x columns): ${sizes.map(formatSize).join(', ')}`;
}

function formatSize({ height, width, square }: DatasetConfig['sizes'][number]): string {
  const range = ([low, high]: readonly [number, number]): string =>
    low === high ? String(low) : `${low}..${high}`;
  return square === true ? `${range(height)} (squares)` : `${range(height)}x${range(width)}`;
}

/** The hub's name for a number of rows. */
function sizeCategory(rows: number): string {
  const bounds = ['1K', '10K', '100K', '1M', '10M', '100M', '1B', '10B'];
  const at = Math.max(0, Math.floor(Math.log10(rows)) - 2);
  if (at === 0) return 'n<1K';
  return at >= bounds.length ? 'n>10B' : `${bounds[at - 1]}<n<${bounds[at]}`;
}
