/**
 * The start of a training that goes on from trained weights. Two things may differ from the model that
 * they come from: tokens (those that both vocabularies have keep their vectors), and border positions,
 * which a model with learned ones takes over as sums, for its one size of boards.
 */

import { createTokenizer, InputError, type Tokenizer } from '@lifegpt/core';
import { sumBorderTables } from './border-tables.js';
import type { GptConfig } from './config.js';
import type { ModelFolder } from './model-folder.js';
import { vocabularyOf, type Recipe } from './recipe.js';
import type { NamedTensor } from './safetensors.js';
import { initialiseState, nameParameters, type TrainState } from './train-state.js';

/**
 * The state before the first step.
 * @throws InputError when the weights are not of a model like the recipe's.
 */
export function continueFrom(base: ModelFolder, recipe: Recipe): TrainState {
  const tokenizer = createTokenizer(vocabularyOf(recipe));
  const state = initialiseState(recipe.model, recipe.seed);
  const tensors = takeOverPositions(base, recipe.model, tokenizer);
  for (const { name, shape, data } of nameParameters(recipe.model, state.parameters)) {
    const found = tensors.find((tensor) => tensor.name === name);
    if (found !== undefined && name === 'wte.weight') {
      takeOverTokens(found, base.tokenizer, data, tokenizer);
      continue;
    }
    if (found?.shape.join() !== shape.join()) {
      throw new InputError(
        `${base.name} has ${name} of shape [${found?.shape}]; the recipe's model needs [${shape}]`,
      );
    }
    data.set(found.data);
  }
  return state;
}

/**
 * The same from the mean of the weights of several models.
 * @throws InputError when there is none, or the weights are not of models like the recipe's.
 */
export function continueFromMean(bases: readonly ModelFolder[], recipe: Recipe): TrainState {
  const states = bases.map((base) => continueFrom(base, recipe));
  const [first] = states;
  if (first === undefined) throw new InputError('a mean of weights needs a model');
  const meanAt = (at: number): number =>
    states.reduce((sum, state) => sum + state.parameters[at]!, 0) / states.length;
  return { ...first, parameters: first.parameters.map((_, at) => meanAt(at)) };
}

function takeOverPositions(
  { config, tensors, name }: ModelFolder,
  next: GptConfig,
  tokenizer: Tokenizer,
): readonly NamedTensor[] {
  if (config.position_scheme !== 'border' || next.position_scheme !== 'learned') return tensors;
  const [side, longest] = next.trained_for.sides;
  const [from, to] = config.trained_for.sides;
  if (side !== longest || side < from || side > to) {
    throw new InputError(
      `${name} knows cells by their distances to the borders; a model with learned positions takes them over ` +
        `for one size with sides ${from} to ${to}, not for sides ${side} to ${longest}`,
    );
  }
  return [...tensors, sumBorderTables(config, tensors, tokenizer, { height: side, width: side })];
}

/** Tokens that the old vocabulary does not have keep the noise that they start with. */
function takeOverTokens(
  { data: from, shape }: NamedTensor,
  before: Tokenizer,
  to: Float32Array,
  { vocabulary }: Tokenizer,
): void {
  const width = shape[1]!;
  if (to.length !== vocabulary.length * width) {
    throw new InputError(
      `the weights have vectors of ${width} numbers for their tokens; the recipe's model needs ${to.length / vocabulary.length}`,
    );
  }
  vocabulary.forEach((piece, id) => {
    const old = before.vocabulary.indexOf(piece);
    if (old >= 0) to.set(from.subarray(old * width, (old + 1) * width), id * width);
  });
}
