/** How sure a model is of a cell. */

/** The probability of one token, by the logits of all. */
export function probabilityOf(token: number, logits: Float32Array): number {
  const highest = Math.max(...logits);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0);
  return Math.exp(logits[token]! - highest) / total;
}
