/** How the boards of a batch, each asked for by somebody else, choose their tokens. */

import { chooseBest, createSampler, type SamplingOptions, type TokenChooser } from '@lifegpt/model';

/**
 * Chooses for each board as if it were alone, so that nobody's sample depends on the company. Where nobody samples it is
 * `chooseBest` itself: models answer that without all logits, several times as fast.
 */
export function chooseApart(samplings: readonly (SamplingOptions | null)[]): TokenChooser {
  if (samplings.every((sampling) => sampling === null)) return chooseBest;
  const choosers = samplings.map((sampling) =>
    sampling === null ? chooseBest : createSampler(sampling),
  );
  return ({ logits, vocabulary, boards, firstBoard, firstPosition }) => {
    const share = logits.length / boards;
    const tokens = new Int32Array(logits.length / vocabulary);
    const margins = new Float32Array(tokens.length);
    let minMargin = Infinity;
    for (let b = 0; b < boards; b++) {
      const own = logits.subarray(b * share, (b + 1) * share);
      const rows = { logits: own, vocabulary, boards: 1, firstBoard: 0, firstPosition };
      const chosen = choosers[firstBoard + b]!(rows);
      tokens.set(chosen.tokens, (b * share) / vocabulary);
      margins.set(chosen.margins, (b * share) / vocabulary);
      minMargin = Math.min(minMargin, chosen.minMargin);
    }
    return { tokens, margins, minMargin };
  };
}
