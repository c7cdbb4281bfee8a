/** How a text falls into tokens: a prompt with boards in it, then an answer. What all tasks have in common. */

import type { RuleForm } from './header.js';
import type { Tokenizer } from './tokenizer.js';

/** What a text asks for: the state after a state, or the rule that leads from a state to the next. */
export type Task = 'next-state' | 'infer-rule';

/** The parts of a text that decoding and training need, whatever its task is. */
export interface TextParts {
  readonly task: Task;
  readonly width: number;
  readonly height: number;
  readonly tokenizer: Tokenizer;
  /** The form of the rule that the text has in its header or its answer. */
  readonly form: RuleForm;
  /** Tokens of the prompt; the last of them predicts the answer's first token. */
  readonly promptTokens: number;
  /** Index of the first cell of the given state. */
  readonly firstCell: number;
  /** Tokens of the answer, its end marker among them. */
  readonly answerTokens: number;
  /** Tokens that the model reads when the whole answer but its last token is known. */
  readonly inputTokens: number;
  readonly endTokens: Int32Array;
  /** Ids of the cells, and of a rule's bits, `0` and `1`. */
  readonly cellTokens: readonly [number, number];
}
