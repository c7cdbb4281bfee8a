/** What a training does in a step, whatever its network is. */

import type { TrainState } from './train-state.js';

/** What came of one training step. */
export interface StepResult {
  readonly state: TrainState;
  /** Mean cross-entropy over the answer's tokens, in nats. */
  readonly loss: number;
  readonly gradientNorm: number;
  /** Answer tokens of this fresh batch, and those that the model, before the update, had wrong. */
  readonly answerTokens: number;
  readonly wrongTokens: number;
  /** The same of tokens of rules that were asked for; null in a step without any. They do not count above. */
  readonly asked: { readonly tokens: number; readonly wrong: number } | null;
  /** Boards of the batch. */
  readonly boards: number;
}

/** A compiled training. */
export interface Training {
  /** Draws the batch of the step after `state`, and takes the step. */
  step(state: TrainState): Promise<StepResult>;
  /** Gives back the sessions of ONNX Runtime. */
  release(): Promise<void>;
}
