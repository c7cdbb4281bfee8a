/**
 * The start of a training that goes on from trained weights. Three things may differ from the model that
 * they come from: tokens (those that both vocabularies have keep their vectors), border positions,
 * which a model with learned ones takes over as sums, for its one size of boards, and a header, which is read by a
 * layer of its own in a model that may also be larger (`grow.ts`).
 */

import {
  createTokenizer,
  HEADER_END,
  InputError,
  PROMPT_START,
  type Tokenizer,
} from '@lifegpt/core';
import { sumBorderTables } from './border-tables.js';
import type { GptConfig } from './config.js';
import { growInto, measureGrowth, repeatChannels } from './grow.js';
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
  if (recipe.model.header === true) {
    growWithHeader(base, recipe, tokenizer, nameParameters(recipe.model, state.parameters));
    return state;
  }
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

/** The bracket before a state opens the text of the layers behind the header, as the whole marker did before. */
function growWithHeader(
  base: ModelFolder,
  recipe: Recipe,
  { vocabulary }: Tokenizer,
  into: readonly NamedTensor[],
): void {
  const { copies } = measureGrowth(base, recipe.model);
  growInto(base, recipe.model, into, recipe.seed);
  const find = (tensors: readonly NamedTensor[], name: string): NamedTensor =>
    tensors.find((tensor) => tensor.name === name)!;
  const width = recipe.model.n_embd;
  const isFirst = base.config.header !== true;
  // tokens that are no bits of a rule have nothing of it
  if (isFirst) find(into, 'wpe.rule.weight').data.fill(0, 0, width);
  const [from, to] = [find(base.tensors, 'wte.weight'), find(into, 'wte.weight')];
  const narrow = base.config.n_embd;
  vocabulary.forEach((piece, id) => {
    const old = base.tokenizer.vocabulary.indexOf(
      isFirst && piece === HEADER_END ? PROMPT_START : piece,
    );
    if (old < 0) return;
    to.data.set(
      repeatChannels(from.data.subarray(old * narrow, (old + 1) * narrow), copies),
      id * width,
    );
  });
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
