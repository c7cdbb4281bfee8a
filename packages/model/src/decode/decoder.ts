/** What all decoding strategies have in common: the same tokens, in more or fewer passes. */

import { InputError } from '@lifegpt/core';
import type { LanguageModel } from '../network/language-model.js';
import type { TextLayout } from '../network/positions.js';
import { chooseBest, type TokenChooser } from './choose.js';

/** Boards of one size whose next states are asked for, or pairs of them whose rules are. */
export interface DecodeRequest {
  readonly layout: TextLayout;
  /** `[boards, promptTokens]` */
  readonly prompts: Int32Array;
  /** How a token is chosen from its logits; the most likely one when left out. */
  readonly choose?: TokenChooser;
  readonly signal?: AbortSignal;
  /**
   * What becomes of margins below `NEAR_TIE_MARGIN`: the sequential reference decides, which takes a pass a token, or
   * they are left as they are, for a caller that looks at the margins. A plan then leaves whole answers that it can't decide,
   * with margins of 0, where the dense network would. @default 'decide'
   */
  readonly nearTies?: 'decide' | 'leave';
  /** Called after each pass: tokens are shown as they are decided. */
  readonly onPass?: (pass: DecodePass) => void;
}

/** Where decoding stands after a pass. */
export interface DecodePass {
  /** Passes so far, from 1. */
  readonly forwardPasses: number;
  /** The first of the boards that the pass was over; large batches go in groups. */
  readonly firstBoard: number;
  /** Their answers as they stand, `[boards, answerTokens]`; decided tokens will not change any more. */
  readonly answers: Int32Array;
  /** Answer tokens of each board that are decided, from its first on. */
  readonly decided: number;
  /** Answer tokens of a board. */
  readonly total: number;
}

/** The answers, and what they cost. */
export interface DecodeResult {
  /** `[boards, answerTokens]` */
  readonly tokens: Int32Array;
  /** Passes over answer tokens; the prompt's keys are computed once more. */
  readonly forwardPasses: number;
  /** Difference between the best and the second choice, in logits, `[boards, answerTokens]`. */
  readonly margins: Float32Array;
  /** The smallest of them. */
  readonly minMargin: number;
  /** The share of a draft's tokens that stand in the answer; only where there was a draft. */
  readonly acceptance?: number;
}

/** What decodes. */
export type Decoder = (model: LanguageModel, request: DecodeRequest) => Promise<DecodeResult>;

/** A decoder, and what lists and menus say of it. */
export interface Strategy {
  readonly decode: Decoder;
  /** In a menu: `One by one`. */
  readonly title: string;
  /** In a help text, behind its name: how it goes about it. */
  readonly summary: string;
  /** Whether it goes by a plan of what cells read, which not every model has. */
  readonly needsPlan: boolean;
  /** Whether it has guessed the tokens that are not decided, so that a pass shows a whole answer. */
  readonly isGuessing: boolean;
}

export { NEAR_TIE_MARGIN } from '../network/near-feeds.js';

/** The number of boards in a request. @throws InputError when the prompts do not fit the layout. */
export function countBoards({ prompts, layout }: DecodeRequest): number {
  const boards = prompts.length / layout.promptTokens;
  if (!Number.isInteger(boards) || boards < 1) {
    throw new InputError(
      `prompts for ${layout.width}x${layout.height} have ${layout.promptTokens} tokens each; ${prompts.length} tokens were given`,
    );
  }
  return boards;
}

/** The chooser of a request. */
export function chooserOf({ choose }: DecodeRequest): TokenChooser {
  return choose ?? chooseBest;
}

/** Everything of the prompts but their last token, which asks for the answer: `[boards, tokens - 1]`. */
export function cutPrompts({ layout, prompts }: DecodeRequest, boards: number): Int32Array {
  const { promptTokens } = layout;
  const cut = new Int32Array(boards * (promptTokens - 1));
  for (let b = 0; b < boards; b++) {
    const from = b * promptTokens;
    cut.set(prompts.subarray(from, from + promptTokens - 1), b * (promptTokens - 1));
  }
  return cut;
}
