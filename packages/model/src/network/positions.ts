/** What a model is told of where its tokens stand. */

import { locateTokens, type PromptLayout, type RuleLayout } from '@lifegpt/core';
import type { ModelConfig } from './config.js';

/** The layout of a text of any task. */
export type TextLayout = PromptLayout | RuleLayout;

/** `[inputTokens, columns]`: coordinates, or the token's index in one column. */
export function positionIds(config: ModelConfig, layout: TextLayout): Int32Array {
  if (config.position_scheme === 'location') return locateTokens(layout);
  return Int32Array.from({ length: layout.inputTokens }, (_, index) => index);
}
