/** One answer, pass by pass. */

import {
  ANSWER_END,
  encodePrompts,
  formOfRule,
  InputError,
  layoutPrompt,
  type Grid,
  type PromptHeader,
  type PromptLayout,
} from '@lifegpt/core';
import {
  chooseBest,
  decodeNear,
  findStrategy,
  predictStates,
  readAnswer,
  STRATEGIES,
  STRATEGY_NAMES,
  type DecodePass,
  type LanguageModel,
  type TokenChooser,
} from '@lifegpt/model';
import type { Calls, StrategyCard, WritingEvent, WrittenAnswer } from '../messages.js';
import type { CallContext } from '../calls.js';
import { MOST_DENSE_CELLS } from '../play/setup.js';
import { probabilityOf } from './confidence.js';
import type { OpenedModel } from './models.js';
import { chooserFor } from './play.js';

/** The ways that show their passes. */
export function listStrategies(): StrategyCard[] {
  return STRATEGY_NAMES.filter((name) => !STRATEGIES[name].needsPlan).map((name) => {
    const { title, isGuessing } = STRATEGIES[name];
    return { name, title, isGuessing };
  });
}

/** One by one there is a pass a token; the page is told at most so often. */
const MILLISECONDS_AN_EVENT = 30;

/** Writes the answer to one prompt and tells of its passes. */
export async function writeAnswer(
  { language }: OpenedModel,
  { header, grid, strategy: name, sampling }: Calls['write']['request'],
  { signal, emit }: CallContext<'write'>,
): Promise<WrittenAnswer> {
  const layout = layoutPrompt(language.tokenizer, grid.width, grid.height, formOfRule(header.rule));
  const alive = new Float32Array(grid.cells.length).fill(NaN);
  const choose = chooserFor(sampling, 0) ?? chooseBest;
  const began = performance.now();
  let told = 0;
  const strategy = findStrategy(name);
  if (strategy === undefined) throw new InputError(`there is no strategy '${name}'`);
  const { decode, isGuessing } = strategy;

  function onPass({ forwardPasses, answers, decided, total }: DecodePass): void {
    const isDue = performance.now() - told >= MILLISECONDS_AN_EVENT;
    if (!isGuessing && decided < total && !isDue) return;
    told = performance.now();
    const pieces = Array.from(answers, (token) => language.tokenizer.vocabulary[token]!);
    emit({ forwardPasses, pieces, decided, alive: alive.slice() } satisfies WritingEvent);
  }

  if (grid.cells.length > MOST_DENSE_CELLS) {
    if (sampling.temperature > 0) {
      throw new InputError(
        `samples are written on boards of up to ${MOST_DENSE_CELLS} cells here; set the temperature to 0, or choose a smaller board`,
      );
    }
    return writeNear(language, header, grid, emit, signal);
  }
  const result = await decode(language, {
    layout,
    prompts: encodePrompts(layout, grid.cells, [header]),
    choose: watchConfidence(choose, layout, alive),
    signal,
    onPass,
  });
  return {
    grid: readAnswer(layout, result.tokens).grid,
    forwardPasses: result.forwardPasses,
    tokens: result.tokens.length,
    seconds: (performance.now() - began) / 1000,
    minMargin: result.minMargin,
  };
}

/** A large board, of which no keys are laid out: one event with all of it. */
async function writeNear(
  model: LanguageModel,
  header: PromptHeader,
  grid: Grid,
  emit: CallContext<'write'>['emit'],
  signal: AbortSignal,
): Promise<WrittenAnswer> {
  const steps = predictStates({
    model,
    ...header,
    grid,
    generations: 1,
    decode: decodeNear,
    signal,
  });
  for await (const { grid: next, forwardPasses, tokens, seconds, minMargin } of steps) {
    const pieces = [...Array.from(next.cells, String), ANSWER_END];
    const alive = new Float32Array(next.cells.length).fill(NaN);
    emit({ forwardPasses, pieces, decided: pieces.length, alive });
    return { grid: next, forwardPasses, tokens, seconds, minMargin };
  }
  throw new Error('a model wrote no state');
}

/** Writes down, beside choosing, how likely the model takes each cell to live. */
function watchConfidence(
  choose: TokenChooser,
  { cellTokens }: PromptLayout,
  alive: Float32Array,
): TokenChooser {
  return (rows) => {
    const { logits, vocabulary, firstPosition } = rows;
    for (let row = 0; row < logits.length / vocabulary; row++) {
      const cell = firstPosition + row;
      if (cell >= alive.length) break;
      const own = logits.subarray(row * vocabulary, (row + 1) * vocabulary);
      alive[cell] = probabilityOf(cellTokens[1], own);
    }
    return choose(rows);
  };
}
