import { encodePrompts, layoutPrompt, openStream } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { lineConfig, locationConfig, randomHeaders, randomModel } from '../../test/tiny-model.js';
import type { ModelConfig } from '../network/config.js';
import type { KeyValueCache, LanguageModel } from '../network/language-model.js';
import { chooseBest, createSampler } from './choose.js';
import { NEAR_TIE_MARGIN, type DecodeRequest } from './decoder.js';
import { decodeGreedy } from './greedy.js';
import { decodeJacobi } from './jacobi.js';
import { decodeSpeculative } from './speculative.js';
import { STRATEGIES, STRATEGY_NAMES } from './strategies.js';

function drawRequest(
  model: LanguageModel,
  width: number,
  height: number,
  boards: number,
  seed: number,
): DecodeRequest {
  const random = openStream(seed, 'prompts');
  const layout = layoutPrompt(model.tokenizer, width, height);
  const states = Uint8Array.from({ length: boards * width * height }, () => random.nextInt(2));
  return { layout, prompts: encodePrompts(layout, states, randomHeaders(boards, seed)) };
}

const KINDS: [string, (layers: number) => ModelConfig][] = [
  ['learned positions', (layers) => lineConfig('learned', layers)],
  ['rope positions', (layers) => lineConfig('rope', layers)],
  ['attention by location', () => locationConfig],
];

describe.each(KINDS)('decoding with %s', (_name, configOf) => {
  it('writes the tokens of greedy by every strategy, with random weights, over many sizes', async () => {
    let passes = 0;
    let distinct = 0;
    for (const layers of [1, 2]) {
      for (let seed = 1; seed <= 2; seed++) {
        const model = await randomModel(configOf(layers), seed);
        for (const [width, height] of [
          [1, 1],
          [3, 2],
          [5, 4],
          [6, 6],
        ] as const) {
          const request = drawRequest(model, width, height, 3, seed);
          const greedy = await decodeGreedy(model, request);
          for (const name of STRATEGY_NAMES.filter((each) => each !== 'greedy')) {
            const { decode, needsPlan } = STRATEGIES[name];
            const { tokens, minMargin, forwardPasses } = await decode(model, request);
            expect([name, ...tokens]).toEqual([name, ...greedy.tokens]);
            // a plan's margins are what tokens are certain by at least
            const less = needsPlan ? Math.min(0, minMargin - greedy.minMargin) : 0;
            expect(minMargin).toBeCloseTo(greedy.minMargin + less, 3);
            passes = Math.max(passes, forwardPasses);
          }
          distinct = Math.max(distinct, new Set(greedy.tokens).size);
        }
        await model.release();
      }
    }
    // else the case would not be the hard one: answers that hang on earlier answers
    expect(distinct).toBeGreaterThan(2);
    expect(passes).toBeGreaterThan(3);
  });
});

describe('sampling', () => {
  it('gives one sample a seed, by greedy and by Jacobi', async () => {
    const model = await randomModel(locationConfig, 2);
    const request = drawRequest(model, 4, 3, 3, 1);
    const samples = new Set<string>();
    for (let seed = 1; seed <= 8; seed++) {
      for (const options of [{ temperature: 0.7 }, { temperature: 2, topK: 2 }]) {
        const choose = createSampler({ ...options, seed });
        const greedy = await decodeGreedy(model, { ...request, choose });
        const jacobi = await decodeJacobi(model, { ...request, choose });
        expect(jacobi.tokens).toEqual(greedy.tokens);
        samples.add(greedy.tokens.join());
      }
    }
    expect(samples.size).toBe(16);
  });

  it('goes in groups where the device likes it, with the same tokens', async () => {
    const model = await randomModel(locationConfig, 2);
    const request = drawRequest(model, 4, 3, 7, 1);
    const grouped = { ...model, tokensAPass: 2 * request.layout.answerTokens };
    const firstBoards = new Set<number>();
    const onPass = ({ firstBoard }: { firstBoard: number }): void =>
      void firstBoards.add(firstBoard);
    for (const choose of [chooseBest, createSampler({ temperature: 2, seed: 5 })]) {
      const whole = await decodeJacobi(model, { ...request, choose });
      const inGroups = await decodeJacobi(grouped, { ...request, choose, onPass });
      expect(inGroups.tokens).toEqual(whole.tokens);
      expect(inGroups.minMargin).toBeCloseTo(whole.minMargin, 3);
      expect(inGroups.minMargin).toBeCloseTo(Math.min(...inGroups.margins), 6);
      const greedy = await decodeGreedy(model, { ...request, choose });
      inGroups.margins.forEach((margin, i) => expect(margin).toBeCloseTo(greedy.margins[i]!, 3));
    }
    expect([...firstBoards]).toEqual([0, 2, 4, 6]);
  });

  it('draws tokens with their probabilities', () => {
    const logits = Float32Array.of(Math.log(0.5), Math.log(0.3), Math.log(0.2));
    const counts = [0, 0, 0];
    const draws = 20_000;
    for (let seed = 0; seed < draws; seed++) {
      const rows = { logits, vocabulary: 3, boards: 1, firstBoard: 0, firstPosition: 7 };
      counts[createSampler({ temperature: 1, seed })(rows).tokens[0]!]!++;
    }
    [0.5, 0.3, 0.2].forEach((p, id) => expect(counts[id]! / draws).toBeCloseTo(p, 1.8));
  });

  it('tends to the most likely token at low temperature, and keeps to the top k', () => {
    const logits = Float32Array.of(1, 3, 2, 0.5, 0, 0.2);
    const rows = { logits, vocabulary: 3, boards: 2, firstBoard: 0, firstPosition: 0 };
    for (let seed = 0; seed < 50; seed++) {
      expect([...createSampler({ temperature: 0.01, seed })(rows).tokens]).toEqual([1, 0]);
      expect([...createSampler({ temperature: 9, topK: 1, seed })(rows).tokens]).toEqual([1, 0]);
      expect(createSampler({ temperature: 9, topK: 2, seed })(rows).tokens[0]).not.toBe(0);
    }
  });

  it('says how far a token has to lead to be drawn, whatever the logits are', () => {
    const [vocabulary, firstBoard, firstPosition] = [6, 3, 11];
    for (let seed = 0; seed < 50; seed++) {
      const numbers = [9, 9, 9, seed];
      const choose = createSampler({ temperature: 1.5, seed, numbers });
      const token = seed % vocabulary;
      const needed = choose.neededLead!(firstBoard, firstPosition, token, vocabulary);
      const drawn = [-0.01, 0.01].map((more) => {
        const logits = new Float32Array(vocabulary);
        logits[token] = needed + more;
        return choose({ logits, vocabulary, boards: 1, firstBoard, firstPosition }).tokens[0];
      });
      expect(drawn[0]).not.toBe(token);
      expect(drawn[1]).toBe(token);
    }
    expect(chooseBest.neededLead!(0, 0, 0, vocabulary)).toBe(0);
  });

  it('refuses temperatures and top-k that are none', () => {
    expect(() => createSampler({ temperature: 0, seed: 1 })).toThrow(/above 0, not 0/);
    expect(() => createSampler({ temperature: 1, topK: 0, seed: 1 })).toThrow(/top-k/);
  });
});

describe('a speculative draft', () => {
  it('is verified in one pass when it is right, and does not change the answer when not', async () => {
    const model = await randomModel(locationConfig, 4);
    const request = drawRequest(model, 5, 4, 2, 1);
    const greedy = await decodeGreedy(model, request);
    const right = await decodeSpeculative(greedy.tokens)(model, request);
    expect(right).toMatchObject({ forwardPasses: 1, acceptance: 1 });
    expect(right.tokens).toEqual(greedy.tokens);
    const wrong = await decodeSpeculative(greedy.tokens.map((token) => 1 - token))(model, request);
    expect(wrong.tokens).toEqual(greedy.tokens);
    expect(wrong.acceptance).toBe(0);
    expect(wrong.forwardPasses).toBeGreaterThan(1);
    await expect(decodeSpeculative(new Int32Array(3))(model, request)).rejects.toThrow(
      /has 42 tokens; 3 were given/,
    );
  });
});

describe('decoding', () => {
  it('counts one pass a token in greedy and reports progress and its smallest margin', async () => {
    const model = await randomModel(locationConfig, 1);
    const request = drawRequest(model, 3, 3, 2, 1);
    const decided: string[] = [];
    const result = await decodeGreedy(model, {
      ...request,
      onPass: ({ answers, decided: count, total }) =>
        decided.push(`${count}/${total} ${answers.subarray(0, count).join('')}`),
    });
    expect(result.forwardPasses).toBe(10);
    expect(decided.at(-1)).toBe(`10/10 ${result.tokens.subarray(0, 10).join('')}`);
    expect(decided[4]).toBe(`5/10 ${result.tokens.subarray(0, 5).join('')}`);
    expect(result.minMargin).toBeGreaterThan(0);
  });

  it('tells after each Jacobi pass only what will not change any more', async () => {
    let most = 0;
    for (let seed = 1; seed <= 6; seed++) {
      const model = await randomModel(locationConfig, seed);
      const passes: [number, Int32Array][] = [];
      const { tokens } = await decodeJacobi(model, {
        ...drawRequest(model, 5, 5, 1, seed),
        onPass: ({ decided, answers }) => passes.push([decided, answers.slice(0, decided)]),
      });
      passes.forEach(([decided, answers], i) => {
        expect(answers).toEqual(tokens.subarray(0, decided));
        expect(decided).toBeGreaterThan(i);
      });
      expect(passes.at(-1)![0]).toBe(tokens.length);
      most = Math.max(most, passes.length);
    }
    expect(most).toBeGreaterThan(3);
  });

  it('leaves near-ties to the sequential reference', async () => {
    // a model whose two best tokens swap with the shape of the pass, by less than the threshold
    const real = await randomModel(locationConfig, 1);
    const tied: LanguageModel = {
      ...real,
      async prefill(...given): Promise<KeyValueCache> {
        const cache = await real.prefill(...given);
        const tie = async (pass: Promise<Float32Array>, pair: number[]): Promise<Float32Array> => {
          const logits = await pass;
          const size = real.config.vocab_size;
          for (let at = 0; at < logits.length; at += size) logits.set(pair, at);
          return logits;
        };
        return {
          ...cache,
          append: (...tokens) => tie(cache.append(...tokens), [100.0001, 100]),
          answer: (...tokens) => tie(cache.answer(...tokens), [100, 100.0001]),
        };
      },
    };
    const request = drawRequest(tied, 3, 3, 1, 1);
    const greedy = await decodeGreedy(tied, request);
    const jacobi = await decodeJacobi(tied, request);
    expect(greedy.minMargin).toBeLessThan(NEAR_TIE_MARGIN);
    expect(jacobi.tokens).toEqual(greedy.tokens);
    expect(jacobi.forwardPasses).toBeGreaterThan(greedy.forwardPasses);
  });

  it('stops when aborted', async () => {
    const model = await randomModel(locationConfig, 1);
    const request = { ...drawRequest(model, 3, 3, 1, 1), signal: AbortSignal.abort() };
    await expect(decodeGreedy(model, request)).rejects.toThrow(/abort/i);
    await expect(decodeJacobi(model, request)).rejects.toThrow(/abort/i);
  });

  it('refuses prompts that do not fill whole boards', async () => {
    const model = await randomModel(locationConfig, 1);
    const request = drawRequest(model, 3, 3, 1, 1);
    const cut = { ...request, prompts: request.prompts.subarray(1) };
    await expect(decodeJacobi(model, cut)).rejects.toThrow(
      /prompts for 3x3 have 31 tokens each; 30 tokens/,
    );
  });
});

describe('chooseBest', () => {
  it('takes the largest logit, the first of equals, and the smallest margin', () => {
    const logits = Float32Array.of(1, 3, 2, 5, 5, 0);
    const rows = { logits, vocabulary: 3, boards: 1, firstBoard: 0, firstPosition: 0 };
    const { tokens, margins, minMargin } = chooseBest(rows);
    expect([...tokens]).toEqual([1, 0]);
    expect([...margins]).toEqual([1, 0]);
    expect(minMargin).toBe(0);
  });
});
