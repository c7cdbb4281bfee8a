import {
  COORDINATES,
  createTokenizer,
  encodeExamples,
  encodePairs,
  encodeRuleAnswers,
  formOfRule,
  layoutPairs,
  layoutPrompt,
  openStream,
  TOPOLOGY_TOKENS,
  topologyOfToken,
  type PromptHeader,
  type RuleForm,
} from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { cpu } from '../../test/runtime.js';
import {
  locationConfig as config,
  randomHeaders,
  randomModel,
  randomTables,
  randomTensors,
  vocabularyFor,
} from '../../test/tiny-model.js';
import type { LanguageModel } from './language-model.js';
import { createLocationModel } from './location-model.js';
import { locationReference } from './location-reference.js';
import { positionIds, type TextLayout } from './positions.js';

const tokenizer = createTokenizer(vocabularyFor(config));
const bitsOf = (count: number, seed: number): Uint8Array => {
  const random = openStream(seed, 'bits');
  return Uint8Array.from({ length: count }, () => random.nextInt(2));
};

/** Whole texts but their last token, `[texts, inputTokens]`. */
interface Texts {
  readonly layout: TextLayout;
  readonly inputs: Int32Array;
}

function askForStates(headers: readonly PromptHeader[], width: number, height: number): Texts {
  const layout = layoutPrompt(tokenizer, width, height, formOfRule(headers[0]!.rule));
  const cells = headers.length * width * height;
  const { inputs } = encodeExamples(layout, bitsOf(cells, 1), bitsOf(cells, 2), headers);
  return { layout, inputs };
}

function askForRules(form: RuleForm, pairs: number, width: number, height: number): Texts {
  const layout = layoutPairs(tokenizer, width, height, { form, pairs });
  const cells = 2 * pairs * width * height;
  const topology = topologyOfToken('K');
  const prompts = encodePairs(layout, bitsOf(cells, 3), bitsOf(cells, 4), topology);
  const answers = encodeRuleAnswers(
    layout,
    [5, 6].map((seed) =>
      Array.from(bitsOf(form === 'counts' ? 18 : 512, seed), (bit) => bit as 0 | 1),
    ),
  );
  const { promptTokens, answerTokens, inputTokens } = layout;
  const inputs = new Int32Array(2 * inputTokens);
  for (const text of [0, 1]) {
    inputs.set(
      prompts.subarray(text * promptTokens, (text + 1) * promptTokens),
      text * inputTokens,
    );
    const answer = answers.subarray(text * answerTokens, (text + 1) * answerTokens - 1);
    inputs.set(answer, text * inputTokens + promptTokens);
  }
  return { layout, inputs };
}

const KINDS: readonly (readonly [string, () => Texts])[] = [
  ['18 bits on a torus', () => askForStates(randomHeaders(2, 8), 4, 3)],
  ['18 bits on a sphere', () => askForStates(randomHeaders(2, 8, 'S'), 3, 3)],
  ['512 bits on a Klein bottle', () => askForStates(randomTables(2, 8, 'K*'), 3, 4)],
  ['a single cell', () => askForStates(randomHeaders(2, 8, 'P'), 1, 1)],
  ['a rule of 18 bits asked for', () => askForRules('counts', 1, 4, 3)],
  ['a rule of 18 bits asked for behind two pairs', () => askForRules('counts', 2, 3, 2)],
  ['a rule of 512 bits asked for', () => askForRules('table', 1, 3, 2)],
];

/** What a text says before its answer, and while it is written, of both texts. */
function cut({ layout, inputs }: Texts, from: number, to: number): Int32Array {
  const { inputTokens } = layout;
  return Int32Array.from(
    [0, 1].flatMap((b) => [...inputs.subarray(b * inputTokens + from, b * inputTokens + to)]),
  );
}

async function run(model: LanguageModel, texts: Texts): Promise<Float32Array> {
  const positions = positionIds(config, texts.layout);
  const split = texts.layout.promptTokens - 1;
  const prompt = cut(texts, 0, split);
  const cache = await model.prefill(prompt, 2, positions.subarray(0, split * COORDINATES));
  const inputs = cut(texts, split, texts.layout.inputTokens);
  return cache.answer(inputs, positions.subarray(split * COORDINATES));
}

describe.each(KINDS)('attention by location with %s', (_name, lay) => {
  const texts = lay();
  const { layout, inputs } = texts;
  const positions = positionIds(config, layout);

  it('gives the logits of the plain reference', async () => {
    const model = await randomModel(config, 5);
    const found = await run(model, texts);
    const size = layout.answerTokens * config.vocab_size;
    for (const text of [0, 1]) {
      const own = inputs.subarray(text * layout.inputTokens, (text + 1) * layout.inputTokens);
      const expected = locationReference(config, randomTensors(config, 5), own, positions).flat();
      expect(expected).toHaveLength(size);
      const worst = expected.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - found[text * size + i]!)),
        0,
      );
      expect(worst).toBeLessThan(1e-3);
    }
    await model.release();
  });

  it('gives the same logits token by token', async () => {
    const model = await randomModel(config, 5);
    const expected = await run(model, texts);
    const split = layout.promptTokens - 1;
    const prompt = cut(texts, 0, split);
    const cache = await model.prefill(prompt, 2, positions.subarray(0, split * COORDINATES));
    const total = Math.min(30, layout.answerTokens);
    for (let k = 0; k < total; k++) {
      const place = split + k;
      const places = positions.subarray(place * COORDINATES, (place + 1) * COORDINATES);
      const logits = await cache.append(cut(texts, place, place + 1), places);
      logits.forEach((value, i) => {
        const [text, id] = [Math.floor(i / config.vocab_size), i % config.vocab_size];
        const at = (text * layout.answerTokens + k) * config.vocab_size + id;
        expect(Math.abs(value - expected[at]!)).toBeLessThan(1e-3);
      });
    }
    await model.release();
  });

  it('does not look ahead: a later token changes no earlier logits', async () => {
    const model = await randomModel(config, 5);
    const before = await run(model, texts);
    const changed = inputs.slice();
    changed[layout.inputTokens - 1] = 1 - changed[layout.inputTokens - 1]!;
    const after = await run(model, { layout, inputs: changed });
    const last = (layout.answerTokens - 1) * config.vocab_size;
    expect(after.subarray(0, last)).toEqual(before.subarray(0, last));
    expect(after.subarray(last, last + config.vocab_size)).not.toEqual(
      before.subarray(last, last + config.vocab_size),
    );
    await model.release();
  });
});

describe('what an answer depends on', () => {
  const [header] = randomHeaders(1, 8);
  const { layout, inputs } = askForStates([header!, header!], 4, 3);
  const change = async (at: number, id: number): Promise<string> => {
    const model = await randomModel(config, 5);
    const logits = await run(model, { layout, inputs: inputs.with(at, id) });
    await model.release();
    return logits.subarray(0, layout.answerTokens * config.vocab_size).join();
  };

  it('is the topology, every bit of the rule, and the given cells', async () => {
    const seen = new Set([await change(0, inputs[0]!)]);
    const topologies = TOPOLOGY_TOKENS.map((token) => tokenizer.idOf(token));
    for (const id of topologies) seen.add(await change(1, id));
    for (let at = 2; at < 20; at++) seen.add(await change(at, 1 - inputs[at]!));
    for (let at = 21; at < 33; at++) seen.add(await change(at, 1 - inputs[at]!));
    expect(seen.size).toBe(1 + topologies.length - 1 + 18 + 12);
  });

  it('is not what other texts of the batch hold', async () => {
    const from = layout.inputTokens; // the second text
    expect(await change(from + 25, 1 - inputs[from + 25]!)).toBe(await change(0, inputs[0]!));
  });
});

describe('long passes', () => {
  it('go in pieces with the same logits', async () => {
    const texts = askForStates(randomHeaders(2, 3, 'C'), 7, 5);
    const parts = {
      name: 'random',
      config,
      tokenizer,
      tensors: randomTensors(config, 5),
      runtime: cpu,
    };
    const [whole, pieces] = [
      await createLocationModel(parts),
      await createLocationModel({ ...parts, windowNumbers: 3 * 35 * config.n_head }),
    ];
    const expected = await run(whole, texts);
    const found = await run(pieces, texts);
    found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 3));
    await Promise.all([whole.release(), pieces.release()]);
  });
});
