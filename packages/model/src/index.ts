export {
  certify,
  cutMargin,
  formatCertificate,
  isComplete,
  listProved,
  stateClaim,
  type Certified,
  type CertifiedForm,
} from './certify/certificate.js';
export {
  countClasses,
  proveClasses,
  type BoundClass,
  type Finding,
  type Findings,
} from './certify/certify.js';
export type { BoardClass } from './certify/board-class.js';
export {
  checkCertificateFiles,
  compareCertificate,
  deriveCertified,
  type Difference,
} from './certify/check/check.js';
export {
  extractAlgorithm,
  type Extracted,
  type ExtractedCase,
  type ExtractedCell,
  type ExtractedLine,
} from './certify/extract.js';
export { compileExtracted } from './certify/extracted-program.js';
export { findFailingBoard, type FailingBoard } from './certify/failing-board.js';
export { createAttentionProbe, probeAnswer, type AttentionProbe } from './probe/attention-probe.js';
export {
  measureMargins,
  measureNeighbourhoods,
  REGIONS,
  sumAttention,
  type AttentionMap,
  type AttentionWeights,
  type HeadAttention,
  type NeighbourhoodShare,
  type Region,
} from './probe/attention-weights.js';
export { countParameters, type ModelConfig, type PositionScheme } from './network/config.js';
export type { GptConfig } from './network/gpt-config.js';
export { isLocationConfig, type LocationConfig } from './network/location-config.js';
export type { ParameterSpec } from './network/parameter.js';
export {
  NEAR_TIE_MARGIN,
  type DecodePass,
  type DecodeRequest,
  type DecodeResult,
  type Decoder,
  type Strategy,
} from './decode/decoder.js';
export {
  chooseBest,
  createSampler,
  type ChosenTokens,
  type LogitRows,
  type NeededLead,
  type SamplingOptions,
  type TokenChooser,
} from './decode/choose.js';
export { decodeGreedy } from './decode/greedy.js';
export { decodeJacobi } from './decode/jacobi.js';
export { decodeNear } from './decode/near.js';
export { decodeSpeculative } from './decode/speculative.js';
export {
  findStrategy,
  STRATEGIES,
  STRATEGY_NAMES,
  type StrategyName,
} from './decode/strategies.js';
export {
  addCounts,
  evaluateExamples,
  evaluateFreshBoards,
  NO_COUNTS,
  type EvaluationCounts,
  type FreshBoards,
} from './predict/evaluate.js';
export {
  drawPairs,
  evaluateFreshPairs,
  type FreshPairs,
  type RuleCounts,
} from './predict/evaluate-rules.js';
export type { KeyValueCache, LanguageModel } from './network/language-model.js';
export {
  loadModel,
  readModelFolder,
  writeModelFolder,
  type ModelFile,
  type ModelFolder,
} from './folder/model-folder.js';
export { exportForTransformers, PYTHON_FILES } from './folder/export.js';
export type { ExportedFiles } from './folder/exported-files.js';
export { GraphBuilder, type Dim, type Value } from '@lifegpt/onnx-training';
export { encodeModel } from '@lifegpt/onnx-training';
export { listHeldOutSizes, openHeldOut, type HeldOut, type SizeBand } from './training/held-out.js';
export { hashBytes } from './folder/hash.js';
export { listNeighbourhood } from './neighbourhood.js';
export { runArar, type ArarOptions, type ArarRun, type ArarStart } from './predict/arar.js';
export {
  decodeBoards,
  predictBatch,
  readAnswer,
  type BatchOptions,
  type BatchPrediction,
  type BoardAnswer,
} from './predict/predict-batch.js';
export { predictNear, type NearGeneration, type NearRunOptions } from './predict/predict-near.js';
export { predictStates, type Prediction, type PredictOptions } from './predict/predict.js';
export {
  mergeRules,
  readRules,
  type MergedRule,
  type ReadRule,
  type RuleReading,
  type StatePair,
} from './predict/read-rules.js';
export {
  largestArea,
  sharpnessAt,
  vocabularyOf,
  type LocationTraining,
  type Recipe,
  type Stage,
} from './training/recipe.js';
export { runInTurn } from './run-in-turn.js';
export { webGpuOptions, type CompileOptions, type Runtime } from './runtime.js';
export {
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensor,
  type TensorFile,
} from './folder/safetensors.js';
export { checkRecipe } from './training/check-recipe.js';
export { FILE_NAME, FILE_NAME_IN_WORDS } from './training/recipe-fields.js';
export {
  decodeState,
  encodeState,
  initialiseState,
  stateOfWeights,
  type TrainState,
} from './training/train-state.js';
export {
  checkBoard,
  checkInfersRules,
  checkTrainedFor,
  defaultHeader,
  describeRules,
  describeTopologies,
  drawRule,
  knowsRule,
  knowsTopology,
  listTopologies,
  sidesInReach,
  type TrainedFor,
} from './network/trained-for.js';
export { isHeldOutRule, listHeldOutRules, type TrainingRules } from './training/training-rules.js';
export {
  createTrainingProbe,
  type TrainingProbe,
  type TrainingView,
} from './probe/training-probe.js';
export {
  openTraining,
  train,
  type CheckpointEvent,
  type StepEvent,
  type TrainOptions,
} from './training/trainer.js';
export type { StepResult, Training } from './training/training.js';
export { type Activation } from './workbench/activation.js';
export {
  attributeLogits,
  readLens,
  type Contribution,
  type LensReading,
} from './workbench/attribution.js';
export {
  readCell,
  type AxisSum,
  type BitReading,
  type CellReading,
  type HeadPlace,
  type HeadReading,
} from './workbench/cell-reading.js';
export {
  compareTraces,
  moveHead,
  patchFrom,
  switchHeadsOff,
  type HeadName,
  type TraceChange,
} from './workbench/interventions.js';
export type { Edit } from './workbench/traced-network.js';
export {
  createWorkbench,
  type Question,
  type Trace,
  type Workbench,
} from './workbench/workbench.js';
export { writeChanged, type ChangedWriting } from './workbench/write-changed.js';
