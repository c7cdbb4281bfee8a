/** The last token of an answer: it predicts the end, reads no board, and finds whatever bits a rule has. */

import type { RuleForm } from '@lifegpt/core';
import { bringBit, projectStreams, times, AXES, FORMS, type TokenIds } from './outcome.js';
import { isLess } from './bound-look-up.js';
import type { Rounding } from './rounding.js';
import type { Weights } from './weights.js';

/** How far the end leads. */
export interface EndBound {
  readonly margin: number;
  /** The token that comes next. */
  readonly rival: number;
}

/** Least lead of the token that closes the answer, of each form of rule, whatever share of set bits is found. */
export function boundEnd(
  weights: Weights,
  tokens: TokenIds,
  rounding: Rounding,
): Readonly<Record<RuleForm, EndBound>> {
  const { config, of, embed } = weights;
  const columns = AXES + config.vocab_size;
  const projection = projectStreams(weights);
  const logits = (x: ArrayLike<number>): Float64Array =>
    times(x, projection, columns).subarray(AXES);
  const bias = of('lm_head.bias');
  const bounds = FORMS.map((form): readonly [RuleForm, EndBound] => {
    const off = rounding.logits[form];
    const found = [tokens.dead, tokens.alive].map((id) => logits(bringBit(weights, form, id)));
    let least: EndBound = { margin: Infinity, rival: -1 };
    for (const before of [tokens.dead, tokens.alive]) {
      const own = logits(embed(before, 'end'));
      for (let rival = 0; rival < config.vocab_size; rival++) {
        if (rival === tokens.end) continue;
        const lead = (row: ArrayLike<number>): number => row[tokens.end]! - row[rival]!;
        const margin =
          lead(own) + lead(bias) + Math.min(...found.map(lead)) - off[tokens.end]! - off[rival]!;
        if (isLess(margin, least.margin)) least = { margin, rival };
      }
    }
    return [form, least];
  });
  return Object.fromEntries(bounds) as Record<RuleForm, EndBound>;
}
