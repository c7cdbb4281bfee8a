export { listRuleNames } from './rules/rule-names.js';
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
  requireLifeRule,
  type LifeRule,
  type ParsedRule,
  type Rule,
  type TableRule,
} from './rule.js';
export { drawIsotropicTable, isIsotropic } from './rules/hensel.js';
export { isTableRule, rulesEqual, toLifeRule, toTable } from './rules/rule-table.js';
export { NEIGHBOURHOODS } from './rules/neighbourhood.js';
export {
  describeJoints,
  EXAMPLE_BOUNDS,
  formatBounds,
  isSquare,
  locateCell,
  nameTopology,
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
export { listNeighbourhoods, stepReference } from './life-reference.js';
export { bitOfNeighbourhood, determineBits } from './determined-bits.js';
export {
  countTransitions,
  createNeighbourCounter,
  nameRuleCase,
  type Borders,
  type Contradiction,
  type Place,
  type Transitions,
} from './transitions.js';
export { formatInferredTable, inferTable, type InferredTable } from './infer-table.js';
export { inferNoisyRule, inferRule, type InferredRule } from './infer-rule.js';
export { findTwoStepRule, findTwoStepRuleOfFrames } from './two-step-rule.js';
export { deriveSeed, deriveSeedWords, mixBits, openStream, type RandomStream } from './random.js';
export type { ExampleRequest, Examples, ExampleSource, Stepper } from './oracle.js';
export { compareGrids, compareRuns, type GridComparison, type RunComparison } from './metrics.js';
export type { Pattern, Position } from './pattern.js';
export { liesOnBoard, placePattern, type PlacedPattern } from './place-pattern.js';
export { parsePattern, PATTERN_EXTENSIONS, PATTERN_FORMATS } from './formats/pattern-file.js';
export type { PatternFormat } from './formats/pattern-format.js';
export { formatRle, parseRle } from './formats/rle.js';
export { isApgcode, parseApgcode } from './formats/apgcode.js';
export { parseMacrocell } from './formats/macrocell.js';
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
  DEFAULT_HEADER,
  encodeHeader,
  encodeTopology,
  FORM_BITS,
  formOfRule,
  HEADER_END,
  HEADER_START,
  listFormBits,
  readsHeaders,
  ruleOfFormBits,
  tokenOfTopology,
  TOPOLOGY_TOKENS,
  topologyOfToken,
  type PromptHeader,
  type RuleForm,
  type TopologyToken,
} from './header.js';
export { formatTokenizerJson, parseTokenizerJson } from './tokenizer-json.js';
export {
  ANSWER_END,
  ANSWER_START,
  encodeAnswers,
  encodeExamples,
  encodePrompts,
  formatPrompt,
  layoutPrompt,
  parseHeaderPrompt,
  parsePrompt,
  PROMPT_START,
  type PromptLayout,
} from './prompt.js';
export {
  encodePairs,
  encodeRuleAnswers,
  layoutPairs,
  readRuleAnswer,
  RULE_START,
  TABLE_START,
  type RuleLayout,
} from './rule-prompt.js';
export { BYTE_VOCABULARY, CHARACTER_VOCABULARY, PIECE_VOCABULARY } from './vocabulary.js';
export {
  COORDINATES,
  listBitPlaces,
  locateTokens,
  numberOfPart,
  RULE_AXES,
  TEXT_PARTS,
  type TextPart,
} from './coordinates.js';
export type { Task, TextParts } from './text-layout.js';
export { alignFrames, type Alignment } from './align-frames.js';
export { listRuleBits, RULE_BITS, ruleOfBits } from './rule-bits.js';
export {
  BIT_GENERATIONS,
  buildAdder,
  listBitCells,
  type Adder,
  type Reading,
} from './circuits/adder.js';
export { listGliderCells, readGlider, type Direction, type Glider } from './circuits/glider.js';
