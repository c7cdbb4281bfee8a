/** The description of a model of any position scheme, and its parameters. */

import { openFieldCheck } from './field-check.js';
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
import { explainTrainedFor } from './trained-for.js';

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

/**
 * Checks a parsed `config.json`.
 * @throws InputError naming the field, its value and what it should be.
 */
export function checkConfig(value: unknown, source: string): ModelConfig {
  const check = openFieldCheck(value, source);
  const { fields, fail } = check;
  if (fields['model_type'] !== 'lifegpt') fail('model_type', '"lifegpt"');
  const scheme = fields['position_scheme'];
  if (RETIRED.includes(scheme as string)) {
    fail(
      'position_scheme',
      '"location": tables of distances are read by LifeGPT 0.1 alone, so use that version or train the model anew',
    );
  }
  if (scheme === 'location') checkLocationConfig(check);
  else if (scheme === 'learned' || scheme === 'rope') checkGptConfig(check);
  else fail('position_scheme', '"location", "learned" or "rope"');
  const expected = explainTrainedFor(fields['trained_for'], scheme === 'location');
  if (expected !== null) fail('trained_for', expected);
  return value as ModelConfig;
}
