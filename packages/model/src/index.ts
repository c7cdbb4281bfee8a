export {
  createAttentionProbe,
  mapHeads,
  measureNeighbourhoods,
  probeAnswer,
  REGIONS,
  sumAttention,
  type AttentionMap,
  type AttentionProbe,
  type AttentionWeights,
  type HeadAttention,
  type NeighbourhoodShare,
  type Region,
} from './attention-probe.js';
export {
  checkConfig,
  countParameters,
  listParameters,
  type GptConfig,
  type ParameterSpec,
  type PositionScheme,
} from './config.js';
export {
  NEAR_TIE_MARGIN,
  type DecodePass,
  type DecodeRequest,
  type DecodeResult,
  type Decoder,
} from './decode/decoder.js';
export {
  chooseBest,
  createSampler,
  type ChosenTokens,
  type LogitRows,
  type SamplingOptions,
  type TokenChooser,
} from './decode/choose.js';
export { decodeGreedy } from './decode/greedy.js';
export { decodeJacobi } from './decode/jacobi.js';
export { decodeSpeculative } from './decode/speculative.js';
export {
  addCounts,
  evaluateExamples,
  evaluateFreshBoards,
  NO_COUNTS,
  type EvaluationCounts,
  type FreshBoards,
} from './evaluate.js';
export {
  countRules,
  drawPairs,
  evaluateFreshPairs,
  type FreshPairs,
  type RuleCounts,
} from './evaluate-rules.js';
export {
  createLanguageModel,
  type KeyValueCache,
  type LanguageModel,
  type LanguageModelParts,
} from './language-model.js';
export {
  loadModel,
  MODEL_FILES,
  readModelFolder,
  writeModelFolder,
  type ModelFile,
  type ModelFolder,
} from './model-folder.js';
export { exportForTransformers, type ExportedFiles } from './export.js';
export { GraphBuilder, type Dim, type Value } from './graph/builder.js';
export { encodeModel } from './graph/proto.js';
export { listHeldOutSizes, openHeldOut, type HeldOut, type SizeBand } from './held-out.js';
export { hashBytes } from './hash.js';
export { listNeighbourhood } from './neighbourhood.js';
export { runArar, type ArarOptions, type ArarRun, type ArarStart } from './arar.js';
export {
  predictBatch,
  readAnswer,
  type BatchOptions,
  type BatchPrediction,
  type BoardAnswer,
} from './predict-batch.js';
export { predictStates, type Prediction, type PredictOptions } from './predict.js';
export {
  mergeRules,
  readRules,
  type MergedRule,
  type ReadRule,
  type RuleReading,
  type StatePair,
} from './read-rules.js';
export {
  drawBatchSize,
  largestArea,
  learningRateAt,
  listBases,
  vocabularyOf,
  type BatchSize,
  type Recipe,
  type Stage,
} from './recipe.js';
export { webGpuOptions, type CompileOptions, type Runtime } from './runtime.js';
export {
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensor,
  type TensorFile,
} from './safetensors.js';
export { drawBatch, type TrainBatch } from './batch.js';
export { checkRecipe } from './check-recipe.js';
export { FILE_NAME, FILE_NAME_IN_WORDS } from './recipe-fields.js';
export { continueFromMean } from './continue-from.js';
export {
  decodeState,
  encodeState,
  initialiseState,
  learnedWeights,
  type TrainState,
} from './train-state.js';
export {
  checkBoard,
  checkTask,
  checkTrainedFor,
  defaultHeader,
  describeTopologies,
  drawRule,
  knowsRule,
  knowsTopology,
  listTopologies,
  sidesInReach,
  type TrainedFor,
} from './trained-for.js';
export { isHeldOutRule, listHeldOutRules, type TrainingRules } from './training-rules.js';
export { createTrainingProbe, type TrainingProbe, type TrainingView } from './training-probe.js';
export { train, type CheckpointEvent, type StepEvent, type TrainOptions } from './trainer.js';
export { createTrainStepper, type StepResult, type TrainStepper } from './train-stepper.js';
export { openCertifier, type Certifier, type WorstCase } from './certify/certifier.js';
export {
  beginCertificate,
  checkBelongs,
  describeSize,
  formatCertificate,
  hashModel,
  parseCertificate,
  type Certificate,
  type CertifiedCase,
  type CertifiedSize,
} from './certify/certificate.js';
export { openChecker, type Checker } from './certify/check.js';
export { measureFirstLayer } from './certify/measure-first-layer.js';
