export { InputError, inputErrorAt } from './input-error.js';
export * as shapes from './shape.js';
export { checkShape, escapeControls, showValue, type Shape } from './shape.js';
export {
  countAlive,
  createGrid,
  formatCells,
  MAX_CELLS,
  MAX_SIDE,
  parseCells,
  placeCentred,
  type Grid,
} from './grid.js';
export {
  CONWAY,
  formatBoundedRule,
  formatRule,
  parseRule,
  type LifeRule,
  type ParsedRule,
} from './rule.js';
export {
  formatBounds,
  locateCell,
  parseBounds,
  placeTopology,
  splitTopologies,
  TORUS,
  type BoundedGrid,
  type Topology,
} from './topology.js';
export {
  drawSize,
  includesSize,
  parseSizes,
  type BoardSize,
  type SizeRange,
} from './board-sizes.js';
export { stepReference } from './life-reference.js';
export {
  countTransitions,
  createNeighbourCounter,
  nameRuleCase,
  type Borders,
  type Contradiction,
  type Place,
  type Transitions,
} from './transitions.js';
export { inferNoisyRule, inferRule, type InferredRule } from './infer-rule.js';
export { findTwoStepRule, findTwoStepRuleOfFrames } from './two-step-rule.js';
export { deriveSeed, deriveSeedWords, mixBits, openStream, type RandomStream } from './random.js';
export type { ExampleRequest, Examples, ExampleSource, Stepper } from './oracle.js';
export { compareGrids, compareRuns, type GridComparison, type RunComparison } from './metrics.js';
export type { Pattern } from './pattern.js';
export { parsePattern } from './formats/pattern-file.js';
export { formatRle, parseRle } from './formats/rle.js';
export { formatCellsFile, parseCellsFile } from './formats/cells.js';
export { parseLife105 } from './formats/life-1-05.js';
export { formatLife106, parseLife106 } from './formats/life-1-06.js';
export { parseCsv, type CsvRecord } from './formats/csv.js';
export { parseStatesCsv, readStatesHeader } from './formats/states-csv.js';
export {
  readStateRow,
  RULE_COLUMN,
  SIZE_COLUMN,
  type StateRow,
  type WrittenRow,
} from './formats/state-row.js';
export { findPattern, listPatterns, type LibraryPattern } from './patterns.js';
export { createTokenizer, type Tokenizer } from './tokenizer.js';
export {
  encodeHeader,
  HEADER_END,
  HEADER_START,
  FIRST_RULE_BIT,
  HEADER_TOKENS,
  RULE_TOKENS,
  readsHeaders,
  tokenOfTopology,
  TOPOLOGY_TOKENS,
  topologyOfToken,
  type PromptHeader,
  type TopologyToken,
} from './header.js';
export { formatTokenizerJson, parseTokenizerJson } from './tokenizer-json.js';
export {
  ANSWER_END,
  ANSWER_START,
  borderCoordinates,
  BYTE_VOCABULARY,
  CHARACTER_VOCABULARY,
  encodeAnswers,
  encodeExamples,
  encodePrompts,
  formatPrompt,
  HEADER_VOCABULARY,
  layoutPrompt,
  parseHeaderPrompt,
  parsePrompt,
  PIECE_VOCABULARY,
  PROMPT_START,
  type PromptLayout,
} from './prompt.js';
export {
  asksForRules,
  encodePairExamples,
  encodePairs,
  layoutPair,
  OPEN_BIT,
  PAIR_PARTS,
  pairCoordinates,
  readRuleAnswer,
  RULE_VOCABULARY,
  type RuleLayout,
} from './rule-prompt.js';
export { BORDER_COLUMNS, borderDistances, type Task, type TextParts } from './text-layout.js';
export { alignFrames, type Alignment } from './align-frames.js';
export { listRuleBits, RULE_BITS, ruleOfBits } from './rule-bits.js';
