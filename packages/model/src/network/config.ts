/** The description of a model of any position scheme, and its parameters. */

import { InputError, shapes } from '@lifegpt/core';
import {
  checkGptConfig,
  listGptParameters,
  type GptConfig,
  type LinePositions,
} from './gpt-config.js';
import {
  checkLocationConfig,
  isLocationConfig,
  listLocationParameters,
  type LocationConfig,
} from './location-config.js';
import { sizeOf, type ParameterSpec } from './parameter.js';

/** How a token knows where it stands: at an index of the text, or at a place that numbers tell. */
export type PositionScheme = LinePositions | 'location';

/** The contents of a model folder's `config.json`. */
export type ModelConfig = GptConfig | LocationConfig;

/** All parameters of a model, in the order in which they are stored. */
export function listParameters(config: ModelConfig): ParameterSpec[] {
  return isLocationConfig(config) ? listLocationParameters(config) : listGptParameters(config);
}

/** The number of trained numbers. */
export function countParameters(config: ModelConfig): number {
  return listParameters(config).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** Position schemes of earlier versions, whose weights this one does not read. */
const RETIRED = ['border'];

/** Trained numbers of a model: 2 GiB of weights. */
const MOST_PARAMETERS = 2 ** 29;

/**
 * Checks a parsed `config.json`.
 * @throws InputError naming the field, its value and what it should be, and at a field that configurations do not have.
 */
export function checkConfig(value: unknown, source: string): ModelConfig {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError(`${source}: a model configuration is a JSON object`);
  }
  const config = checkScheme(value as Readonly<Record<string, unknown>>, source);
  // counted before anything of that size is made
  const parameters = countParameters(config);
  if (parameters > MOST_PARAMETERS) {
    throw new InputError(
      `${source}: a model of these sizes has ${parameters} numbers; expected at most ${MOST_PARAMETERS}`,
    );
  }
  return config;
}

function checkScheme(fields: Readonly<Record<string, unknown>>, source: string): ModelConfig {
  const fail = (path: string, expected: string): never =>
    shapes.failShape(fields[path], { source, path }, expected);
  if (fields['model_type'] !== 'lifegpt') fail('model_type', '"lifegpt"');
  const scheme = fields['position_scheme'];
  if (RETIRED.includes(scheme as string)) {
    fail(
      'position_scheme',
      '"location": tables of distances are read by LifeGPT 0.1 alone, so use that version or train the model anew',
    );
  }
  if (scheme === 'location') return checkLocationConfig(fields, source);
  if (scheme === 'learned' || scheme === 'rope') return checkGptConfig(fields, source);
  return fail('position_scheme', '"location", "learned" or "rope"');
}
