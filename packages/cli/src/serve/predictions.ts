/**
 * `POST /v1/predict`: a board as RLE or as a string of 0 and 1 in, its next states out, in the form of
 * `lifegpt predict --json`.
 */

import {
  formatBoundedRule,
  formatCells,
  InputError,
  parseCells,
  parseRle,
  parseRule,
  placePattern,
  TORUS,
  type BoundedGrid,
  type Grid,
  type Rule,
} from '@lifegpt/core';
import { checkTrainedFor, sidesInReach } from '@lifegpt/model';
import { DEFAULT_SIDE } from '../pattern-argument.js';
import type { Asker } from './admission.js';
import { checkCost } from './request-cost.js';
import {
  checkSize,
  findModel,
  predictNext,
  readSampling,
  SAMPLING_SCHEMA,
  type SamplingRequest,
  type ServedModel,
  type Service,
} from './service.js';

/** The body of a request: a board in one of two notations. */
export interface PredictionRequest extends SamplingRequest {
  readonly model?: string;
  readonly rle?: string;
  /** Row-major. */
  readonly cells?: string;
  /** Columns of `cells` that are no square. */
  readonly width?: number;
  /** Golly's notation; it wins over the RLE's rule. */
  readonly rule?: string;
  readonly generations?: number;
}

/** States of one request. */
const MOST_GENERATIONS = 100;
/** Longest side of a board. */
const MOST_SIDE = 1024;

/** The JSON schema of `PredictionRequest`. */
export const PREDICTION_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...SAMPLING_SCHEMA,
    model: { type: 'string', maxLength: 256 },
    rle: { type: 'string', maxLength: 16_384 },
    cells: { type: 'string', maxLength: 16_384 },
    width: { type: 'integer', minimum: 1, maximum: MOST_SIDE },
    rule: { type: 'string', maxLength: 128 },
    generations: { type: 'integer', minimum: 1, maximum: MOST_GENERATIONS },
  },
} as const;

/** Predicts the next states of a request's board. @throws InputError at a board that is none */
export async function predict(
  service: Service,
  request: PredictionRequest,
  asker: Asker,
): Promise<object> {
  const model = findModel(service, request.model);
  const { rule, bounds, grid: start } = readBoard(request, model);
  const states = [start];
  const decode = { forwardPasses: 0, tokens: 0, minMargin: Infinity };
  const began = performance.now();
  const { generations = 1 } = request;
  checkCost(start, generations);
  const leave = service.admission.enter(1, asker);
  try {
    for (let generation = 1; generation <= generations; generation++) {
      const sampling = readSampling(request, generation);
      const { topology } = bounds;
      const rest = generations - generation;
      const question = { model, grid: states.at(-1)!, rule, topology, sampling, rest };
      const answer = await predictNext(service, question, asker);
      states.push(answer.grid);
      decode.forwardPasses += answer.forwardPasses;
      decode.tokens += answer.tokens.length;
      decode.minMargin = Math.min(decode.minMargin, answer.minMargin);
    }
  } finally {
    leave();
  }
  return {
    model: model.name,
    rule: formatBoundedRule(rule, bounds),
    width: start.width,
    height: start.height,
    states: states.map(formatCells),
    decode: {
      strategy: readSampling(request, 1) === null ? 'near' : 'sample',
      device: service.device,
      ...decode,
      seconds: (performance.now() - began) / 1000,
    },
    comparison: null,
  };
}

interface Board {
  readonly rule: Rule;
  readonly bounds: BoundedGrid;
  readonly grid: Grid;
}

function readBoard(request: PredictionRequest, model: ServedModel): Board {
  const { rle, cells } = request;
  if ((rle === undefined) === (cells === undefined)) {
    throw new InputError('give a board, either as "rle" or as "cells"');
  }
  return rle === undefined ? readCells(cells!, request, model) : readRle(rle, request, model);
}

/** A string of cells is a whole board. */
function readCells(
  cells: string,
  { width: asked, rule: text }: PredictionRequest,
  model: ServedModel,
): Board {
  const width = asked ?? Math.sqrt(cells.length);
  if (cells === '' || !Number.isInteger(cells.length / width)) {
    throw new InputError(
      `${cells.length} cells ${asked === undefined ? 'make no square' : `do not make rows of ${width}`}; ` +
        `give the number of columns as "width"`,
    );
  }
  const grid = parseCells(cells, width, cells.length / width);
  const { rule, bounds } = parseRule(text ?? model.config.trained_for.rule);
  if (bounds !== null && (bounds.width !== grid.width || bounds.height !== grid.height)) {
    throw new InputError(
      `"cells" are a whole board of ${grid.width}x${grid.height}, but "rule" asks for ${bounds.width}x${bounds.height}; leave the size out of "rule"`,
    );
  }
  const torus = { topology: TORUS, width: grid.width, height: grid.height };
  return { rule, bounds: bounds ?? torus, grid };
}

/** A pattern is placed in the middle of its board: the rule's, else a square that the model can be asked about. */
function readRle(rle: string, { width, rule: text }: PredictionRequest, model: ServedModel): Board {
  if (width !== undefined) throw new InputError('"width" belongs to "cells"; an RLE has its own');
  const [shortest, longest] = sidesInReach(model.config);
  const pattern = parseRle(rle, 'rle', Math.min(longest, MOST_SIDE));
  const { width: columns, height: rows } = pattern.grid;
  const side = Math.min(longest, Math.max(shortest, DEFAULT_SIDE, columns, rows));
  const { rule, bounds: asked } = parseRule(text ?? pattern.rule ?? model.config.trained_for.rule);
  const bounds = asked ?? { topology: TORUS, width: side, height: side };
  // before a board of any size is made
  checkSize(bounds);
  checkTrainedFor(model, { ...bounds, cells: pattern.grid.cells }, rule, bounds.topology);
  const { grid, lost } = placePattern(pattern, bounds);
  if (lost > 0) {
    throw new InputError(
      `the pattern is ${pattern.grid.width}x${pattern.grid.height} and does not lie on a ${bounds.width}x${bounds.height} board; give a larger one in "rule"`,
    );
  }
  return { rule, bounds, grid };
}
