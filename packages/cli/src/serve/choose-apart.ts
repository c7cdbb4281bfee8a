/** How the boards of a batch, each asked for by somebody else, choose their tokens. */

import {
  chooseBest,
  createSampler,
  type ChosenTokens,
  type LogitRows,
  type NeededLead,
  type SamplingOptions,
  type TokenChooser,
} from '@lifegpt/model';

/** What somebody wants of a board besides its most likely tokens. */
export interface BoardChoice {
  /** How its tokens are drawn; null takes the most likely ones. */
  readonly sampling: SamplingOptions | null;
  /** The first tokens of the answer, where they are given and not to be chosen. */
  readonly given: Int32Array;
  /** Whether the probabilities of all tokens are wanted. */
  readonly wantsLogProbs: boolean;
}

/** A chooser, and what it saw. */
export interface ApartChooser {
  readonly choose: TokenChooser;
  /** Of each board that wants them: logarithms of probabilities, `[answerTokens, vocabulary]`, of the last pass over each token. */
  readonly logProbs: readonly (Float32Array | null)[];
}

/**
 * Chooses for each board as if it were alone, so that nobody's sample depends on the company. Where nobody wants
 * probabilities or has given tokens, models with a plan answer without all logits, many times as fast.
 * @param answerTokens tokens of an answer
 */
export function chooseApart(
  choices: readonly (BoardChoice | null)[],
  answerTokens: number,
): ApartChooser {
  const logProbs: (Float32Array | null)[] = choices.map(() => null);
  if (choices.every((choice) => choice === null)) return { choose: chooseBest, logProbs };
  const choosers = choices.map((choice) =>
    choice === null || choice.sampling === null ? chooseBest : createSampler(choice.sampling),
  );

  function chooseFor(board: number, rows: LogitRows): ChosenTokens {
    const chosen = choosers[board]!(rows);
    const choice = choices[board];
    if (choice == null) return chosen;
    if (choice.wantsLogProbs) {
      const own = (logProbs[board] ??= new Float32Array(answerTokens * rows.vocabulary));
      own.set(takeLogSoftmax(rows), rows.firstPosition * rows.vocabulary);
    }
    return keepGiven(chosen, choice.given, rows.firstPosition);
  }

  const choose = (rows: LogitRows): ChosenTokens => {
    const { logits, vocabulary, boards, firstBoard, firstPosition } = rows;
    const share = logits.length / boards;
    const tokens = new Int32Array(logits.length / vocabulary);
    const margins = new Float32Array(tokens.length);
    let minMargin = Infinity;
    for (let b = 0; b < boards; b++) {
      const own = logits.subarray(b * share, (b + 1) * share);
      const alone = { logits: own, vocabulary, boards: 1, firstBoard: 0, firstPosition };
      const chosen = chooseFor(firstBoard + b, alone);
      tokens.set(chosen.tokens, (b * share) / vocabulary);
      margins.set(chosen.margins, (b * share) / vocabulary);
      minMargin = Math.min(minMargin, chosen.minMargin);
    }
    return { tokens, margins, minMargin };
  };
  if (choices.some((choice) => kindOfChoice(choice) === 'logits')) return { choose, logProbs };
  const neededLead: NeededLead = (board, ...place) => choosers[board]!.neededLead!(0, ...place);
  return { choose: Object.assign(choose, { neededLead }), logProbs };
}

/** What tells choices apart by their work: only `logits` take a dense pass where there is a plan. */
export type ChoiceKind = 'best' | 'samples' | 'logits';

/** The kind of a choice. */
export function kindOfChoice(choice: BoardChoice | null): ChoiceKind {
  if (choice === null) return 'best';
  return choice.wantsLogProbs || choice.given.length > 0 ? 'logits' : 'samples';
}

/** Tokens that are given stand, whatever the model would write, and nothing about them is a near-tie. */
function keepGiven(chosen: ChosenTokens, given: Int32Array, firstPosition: number): ChosenTokens {
  const count = Math.min(given.length - firstPosition, chosen.tokens.length);
  if (count <= 0) return chosen;
  const tokens = chosen.tokens.slice();
  tokens.set(given.subarray(firstPosition, firstPosition + count));
  const margins = chosen.margins.slice().fill(Infinity, 0, count);
  return { tokens, margins, minMargin: margins.reduce((least, m) => Math.min(least, m), Infinity) };
}

/** The logarithms of the softmax of each row. */
function takeLogSoftmax({ logits, vocabulary }: LogitRows): Float32Array {
  const result = new Float32Array(logits.length);
  for (let from = 0; from < logits.length; from += vocabulary) {
    const row = logits.subarray(from, from + vocabulary);
    const top = row.reduce((most, logit) => Math.max(most, logit), -Infinity);
    const total = row.reduce((sum, logit) => sum + Math.exp(logit - top), 0);
    const shift = top + Math.log(total);
    for (let id = 0; id < vocabulary; id++) result[from + id] = row[id]! - shift;
  }
  return result;
}
