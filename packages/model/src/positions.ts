/** What a model is told of where its tokens stand. */

import {
  borderCoordinates,
  pairCoordinates,
  type PromptLayout,
  type RuleLayout,
} from '@lifegpt/core';
import type { GptConfig } from './config.js';

/** The layout of a text of any task. */
export type TextLayout = PromptLayout | RuleLayout;

/** `[inputTokens, columns]`: border coordinates, or the token's index in one column. */
export function positionIds(config: GptConfig, layout: TextLayout): Int32Array {
  if (layout.task === 'infer-rule') return pairCoordinates(layout);
  if (config.position_scheme === 'border') return borderCoordinates(layout);
  return Int32Array.from({ length: layout.inputTokens }, (_, index) => index);
}
