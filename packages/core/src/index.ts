export { InputError } from './input-error.js';
export {
  countAlive,
  createGrid,
  formatCells,
  parseCells,
  placeCentred,
  type Grid,
} from './grid.js';
export { CONWAY, type LifeRule } from './rule.js';
export { stepTorusReference } from './life-reference.js';
export { deriveSeedWords, openStream, type RandomStream } from './random.js';
export type { ExampleRequest, Examples, ExampleSource, Stepper } from './oracle.js';
export { createTokenizer, type Tokenizer } from './tokenizer.js';
export {
  ANSWER_END,
  ANSWER_START,
  BORDER_COLUMNS,
  borderCoordinates,
  CHARACTER_VOCABULARY,
  encodeExamples,
  encodePrompts,
  formatPrompt,
  layoutPrompt,
  parsePrompt,
  PIECE_VOCABULARY,
  PROMPT_START,
  type PromptLayout,
} from './prompt.js';
