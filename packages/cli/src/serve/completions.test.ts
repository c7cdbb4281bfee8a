import {
  createTokenizer,
  formatPrompt,
  layoutPrompt,
  parseCells,
  parseRule,
  PIECE_VOCABULARY,
  TORUS,
} from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import type { BoardQuestion } from './batch-queue.js';
import type { Asker } from './admission.js';
import { complete } from './completions.js';
import type { Service } from './service.js';

const tokenizer = createTokenizer(PIECE_VOCABULARY);

/**
 * A service with a model that reads headers, and answers that nothing moves.
 * @param isDecided what the threads make of a question; what they do not decide comes to be asked slowly
 */
function createService(
  isDecided = (_question: BoardQuestion): boolean => true,
  scheme: 'location' | 'rope' = 'location',
) {
  const asked: BoardQuestion[] = [];
  const askedSlowly: BoardQuestion[] = [];
  const trained = {
    rule: 'B3/S23',
    rules: 'all',
    topology: 'torus',
    topologies: ['T', 'K'],
    sides: [2, 6],
  };
  const model = {
    name: 'm',
    source: 'm',
    tokenizer,
    config: { position_scheme: scheme, trained_for: trained },
  };
  const service = {
    models: new Map([['m', model]]),
    admission: { enter: () => () => {} },
    countTokens: () => {},
    slowQueue: {
      ask(question: BoardQuestion) {
        askedSlowly.push(question);
        const tokens = tokenizer.encode(`${question.cells.join('')}]$`);
        return Promise.resolve({ tokens, forwardPasses: 9, minMargin: 0 });
      },
    },
    queue: {
      ask(question: BoardQuestion) {
        asked.push(question);
        const tokens = tokenizer.encode(`${question.cells.join('')}]$`);
        const answer = {
          tokens,
          forwardPasses: 1,
          minMargin: 1,
          seconds: 0,
          isDecided: isDecided(question),
          logProbs: null,
        };
        return Promise.resolve(answer);
      },
    },
  } as unknown as Service;
  return { service, asked, askedSlowly };
}

describe('completions by a model that reads headers', () => {
  const { signal } = new AbortController();
  const asker: Asker = { client: 'me', signal, giveWay: () => {} };
  const { rule, bounds } = parseRule('B36/S23:K4,2*');
  const prompt = formatPrompt(parseCells('01100011', 4, 2), { rule, topology: bounds!.topology });

  it('take rule, topology and width from the prompt', async () => {
    const { service, asked } = createService();
    const { choices, usage } = await complete(service, { prompt }, asker);
    expect(asked).toMatchObject([
      { width: 4, height: 2, header: { rule, topology: { kind: 'klein-bottle' } } },
    ]);
    expect(choices[0]!.pieces.map(({ text }) => text).join('')).toBe('01100011]$');
    expect(usage.prompt_tokens).toBe(layoutPrompt(tokenizer, 4, 2).promptTokens);
  });

  it('take a table as the rule, and the paper’s prompt as B3/S23 on a torus', async () => {
    const { service, asked } = createService();
    const table = prompt.replace('B36/S23', 'B2n3/S23-q');
    const { usage } = await complete(service, { prompt: table }, asker);
    expect(usage.prompt_tokens).toBe(layoutPrompt(tokenizer, 4, 2, 'table').promptTokens);
    await complete(service, { prompt: '@PredictNextState<0110> [' }, asker);
    expect(asked.map(({ header }) => header)).toEqual([
      { rule: parseRule('B2n3/S23-q').rule, topology: bounds!.topology },
      { rule: parseRule('B3/S23').rule, topology: TORUS },
    ]);
  });

  it('ask densely what the plan does not decide, and token by token what even that leaves open', async () => {
    const isDense = ({ choice }: BoardQuestion): boolean => choice?.wantsLogProbs === true;
    for (const [isDecided, slow] of [
      [isDense, 0],
      [() => false, 1],
    ] as const) {
      const { service, asked, askedSlowly } = createService(isDecided);
      const { choices } = await complete(service, { prompt, temperature: 1, seed: 3 }, asker);
      expect(asked.map(isDense)).toEqual([false, true]);
      expect(asked[1]!.choice!.sampling).toEqual(asked[0]!.choice!.sampling);
      expect(askedSlowly).toHaveLength(slow);
      expect(choices[0]!.pieces.map(({ logProbs }) => logProbs)).toEqual([null, null, null]);
    }
  });

  it('are not asked twice of a model that has no plan, whose passes are dense anyway', async () => {
    const { service, asked, askedSlowly } = createService(() => false, 'rope');
    await complete(service, { prompt: '@PredictNextState<0110> [', temperature: 1 }, asker);
    expect([asked.length, askedSlowly.length]).toEqual([1, 1]);
  });

  it('refuse a header that contradicts the cells, the width or the model', async () => {
    const { service, asked } = createService();
    const failing = (text: string, more = {}) =>
      complete(service, { prompt: text, ...more }, asker);
    await expect(failing(prompt.replace('K4,2*', 'K4,3*'))).rejects.toMatchObject({
      status: 400,
      param: 'prompt',
    });
    await expect(failing(prompt, { width: 2 })).rejects.toThrow(/"width" is 2/);
    await expect(failing(prompt.replace('K4,2*', 'P4,2'))).rejects.toThrow(/not for :P4,2/);
    await expect(failing('@PredictNextSate{B3/S23:T2,2}<0110> [')).rejects.toThrow(
      /with a header reads/,
    );
    expect(asked).toEqual([]);
  });
});
