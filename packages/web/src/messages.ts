/** What the page asks of its worker, and what the worker answers. */

import type { Grid, PromptHeader, Rule, RuleForm, Topology } from '@lifegpt/core';
import type {
  CellReading,
  HeadAttention,
  ModelFile,
  ReadRule,
  StatePair,
  TrainedFor,
} from '@lifegpt/model';
import type { Surgery } from './look/surgery.js';
import type { TrainingKnobs } from './train/knobs.js';

/** A device that a person can choose; `auto` is WebGPU where there is a real adapter, else WASM. */
export type DeviceChoice = 'auto' | 'webgpu' | 'wasm' | 'wasm-1';

/** The files of a model folder. */
export type ModelFiles = Readonly<Record<ModelFile, Uint8Array>>;

/** What a model can do, and how large it is. */
export interface ModelCard {
  readonly name: string;
  readonly trainedFor: TrainedFor;
  /** Shortest and longest side that it takes here. */
  readonly sides: readonly [number, number];
  /** Whether its prompts say rule and topology. */
  readonly readsHeader: boolean;
  readonly parameters: number;
  readonly layers: number;
  readonly heads: number;
}

/** A way to write an answer pass by pass. */
export interface StrategyCard {
  readonly name: string;
  readonly title: string;
  /** Whether it has guessed what is not decided, so that a pass shows a whole answer. */
  readonly isGuessing: boolean;
}

/** How tokens are chosen: 0 takes the most likely one. */
export interface Sampling {
  readonly temperature: number;
  readonly seed: number;
}

/** How far a download is. */
export interface LoadingEvent {
  readonly file: string;
  readonly bytes: number;
  /** 0 when the size is not known. */
  readonly total: number;
}

/** One step of a run: a generation, or several of which the last is shown. */
export interface PlayedGeneration {
  readonly grid: Grid;
  readonly truth: Grid;
  /** How many generations were computed. */
  readonly generations: number;
  /** Live cells. */
  readonly population: number;
  /** Equal for equal boards, and seldom for others. */
  readonly hash: number;
  /** Wrong cells of the last generation, and of all that were computed. */
  readonly wrongCells: number;
  readonly wrongSum: number;
  /** The first generation of these with a wrong cell, null when none has. */
  readonly firstWrong: number | null;
  readonly forwardPasses: number;
  readonly tokens: number;
  /** Of all generations together. */
  readonly seconds: number;
}

/** The answer as it stands after a pass. */
export interface WritingEvent {
  readonly forwardPasses: number;
  /** Tokens of the answer, as the pieces of text that they are. */
  readonly pieces: readonly string[];
  /** Tokens that will not change any more. */
  readonly decided: number;
  /** For each cell, the model's probability that it lives; NaN where no pass has asked yet. */
  readonly alive: Float32Array;
}

/** A finished answer. */
export interface WrittenAnswer {
  readonly grid: Grid;
  readonly forwardPasses: number;
  readonly tokens: number;
  readonly seconds: number;
  readonly minMargin: number;
}

/** A rule as a model reads it off pairs of states. */
export interface InferredBits extends ReadRule {
  readonly forwardPasses: number;
  readonly minMargin: number;
  readonly seconds: number;
}

/** What a network computes for a cell, and the text that it reads. */
export interface InspectedCell {
  readonly reading: CellReading;
  /** The text, all but its last token, with the tokens that were changed: indices of the reading's pieces. */
  readonly tokens: Int32Array;
  /** The tokens of the first cell of the given board, and of the answer. */
  readonly firstCell: number;
  readonly firstAnswer: number;
}

/** What a model writes whose inside, or whose text, was changed; while it is written, of the cells so far. */
export interface OperatedAnswer {
  /** Cells that are not written yet are as in the answer before. */
  readonly grid: Grid;
  /** For each cell, the probability that it lives; NaN where it is not written yet. */
  readonly alive: Float32Array;
  /** Passes over the whole answer. */
  readonly passes: number;
  /** Cells that the present pass has written. */
  readonly written: number;
  /** Whether the last pass changed nothing, so that writing one by one would give the same. */
  readonly isSettled: boolean;
  /** The least lead of a token over the next likely one, in nats. */
  readonly minMargin: number;
}

/** What a model under training writes and where it looks, on a board that stays the same. */
export interface TrainingSnapshot {
  readonly given: Grid;
  readonly truth: Grid;
  /** The most likely token at each cell; what is no cell counts as dead. */
  readonly written: Grid;
  /** The cell whose attention is shown. */
  readonly cell: number;
  readonly attention: readonly HeadAttention[];
  /** Share of that cell's attention that falls on its 3x3 neighbourhood, of all heads together. */
  readonly neighbourhood: number;
}

/** How a training goes on. */
export interface TrainingEvent {
  readonly step: number;
  readonly steps: number;
  /** Mean cross-entropy since the last event, in nats. */
  readonly loss: number;
  /** Share of wrong tokens in fresh boards since the last event. */
  readonly wrongShare: number;
  readonly stepsASecond: number;
  readonly snapshot: TrainingSnapshot | null;
  /** Steps whose weights are kept. */
  readonly kept: readonly number[];
  /** Set while fresh boards are being checked. */
  readonly checking: boolean;
}

/** A training that ended, or was stopped. */
export interface TrainingResult {
  readonly step: number;
  readonly steps: number;
  readonly isExact: boolean;
  /** Fresh boards that were checked at the end, 0 when it was stopped before. */
  readonly boards: number;
  readonly wrongCells: number;
  readonly kept: readonly number[];
  readonly files: ModelFiles;
}

/** The calls: what is asked, what is told meanwhile, what is answered. */
export interface Calls {
  /** Starts the engine; ONNX Runtime is loaded for the device with the first model. */
  start: {
    request: { readonly device: DeviceChoice };
    event: LoadingEvent;
    result: {
      readonly models: readonly string[];
      readonly strategies: readonly StrategyCard[];
    };
  };
  /** Compiles a model: one that ships, or one whose files are given. */
  open: {
    request: { readonly name: string; readonly files: ModelFiles | null };
    event: LoadingEvent;
    result: {
      readonly card: ModelCard;
      /** What it runs on. */
      readonly device: string;
      /** Why that is not the device that was asked for, or null. */
      readonly note: string | null;
    };
  };
  /** The model's next states, and the truth's. */
  predict: {
    request: {
      readonly model: string;
      readonly header: PromptHeader;
      readonly grid: Grid;
      readonly truth: Grid;
      /** Number of the first generation that is asked for, and how many are. */
      readonly generation: number;
      readonly generations: number;
      readonly sampling: Sampling;
    };
    event: never;
    result: PlayedGeneration;
  };
  /** The engine's state so many generations later. */
  simulate: {
    request: {
      readonly grid: Grid;
      readonly rule: Rule;
      readonly topology: Topology;
      readonly generations: number;
    };
    event: never;
    result: PlayedGeneration;
  };
  /** The answer to one prompt, pass by pass. */
  write: {
    request: {
      readonly model: string;
      readonly header: PromptHeader;
      readonly grid: Grid;
      /** The name of one that `start` told. */
      readonly strategy: string;
      readonly sampling: Sampling;
    };
    event: WritingEvent;
    result: WrittenAnswer;
  };
  /** The rule behind pairs of states, all in one prompt. */
  infer: {
    request: {
      readonly model: string;
      readonly pairs: readonly StatePair[];
      readonly topology: Topology;
      readonly form: RuleForm;
    };
    event: never;
    result: InferredBits;
  };
  /** All that the network computes for a cell of an answer, with changes inside it. */
  inspect: {
    request: {
      readonly model: string;
      readonly header: PromptHeader;
      readonly grid: Grid;
      readonly answer: Grid;
      readonly cell: number;
      readonly surgery: Surgery;
    };
    event: never;
    result: InspectedCell;
  };
  /** The answer of a model with changes inside it. */
  operate: {
    request: {
      readonly model: string;
      readonly header: PromptHeader;
      readonly grid: Grid;
      /** What it writes without changes. */
      readonly answer: Grid;
      readonly surgery: Surgery;
    };
    event: OperatedAnswer;
    result: { readonly answer: OperatedAnswer; readonly seconds: number };
  };
  /** Trains from random weights, or goes on where the last training was stopped. */
  train: {
    request: {
      readonly knobs: TrainingKnobs;
      readonly resume: boolean;
      /** Whether its steps are kept, in place of those of the training before; others are only looked at. */
      readonly isKept: boolean;
    };
    event: TrainingEvent;
    result: TrainingResult;
  };
  /** What a kept step's weights write, and where they look. */
  review: { request: { readonly step: number }; event: never; result: TrainingSnapshot };
  /** A kept step's model. */
  collect: { request: { readonly step: number }; event: never; result: ModelFiles };
}

/** Name of a call. */
export type CallName = keyof Calls;
