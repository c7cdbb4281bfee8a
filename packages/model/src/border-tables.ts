/** Border positions of one size of boards as positions of one dimension. */

import { borderCoordinates, layoutPrompt, type BoardSize, type Tokenizer } from '@lifegpt/core';
import { BORDER_TABLES, type GptConfig } from './config.js';
import type { NamedTensor } from './safetensors.js';

/** The vector of each index of a text about boards of one size: the sum of its coordinates' vectors. */
export function sumBorderTables(
  config: GptConfig,
  tensors: readonly NamedTensor[],
  tokenizer: Tokenizer,
  { height, width }: BoardSize,
): NamedTensor {
  const layout = layoutPrompt(tokenizer, width, height);
  const coordinates = borderCoordinates(layout);
  const tables = BORDER_TABLES.map(
    (table) => tensors.find(({ name }) => name === `wpe.${table}.weight`)!.data,
  );
  const size = config.n_embd;
  const data = new Float32Array(layout.inputTokens * size);
  for (let token = 0; token < layout.inputTokens; token++) {
    for (let i = 0; i < size; i++) {
      data[token * size + i] = tables.reduce((sum, table, column) => {
        const row = coordinates[token * tables.length + column]!;
        return sum + table[row * size + i]!;
      }, 0);
    }
  }
  return { name: 'wpe.weight', shape: [layout.inputTokens, size], data };
}
