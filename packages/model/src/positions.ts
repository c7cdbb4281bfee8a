/** What a model is told of where its tokens stand. */

import { borderCoordinates, type PromptLayout } from '@lifegpt/core';
import type { GptConfig } from './config.js';

/** `[inputTokens, columns]`: border coordinates, or the token's index in one column. */
export function positionIds(config: GptConfig, layout: PromptLayout): Int32Array {
  if (config.position_scheme === 'border') return borderCoordinates(layout);
  return Int32Array.from({ length: layout.inputTokens }, (_, index) => index);
}
