import {
  createTokenizer,
  encodeExamples,
  layoutPrompt,
  openStream,
  PIECE_VOCABULARY,
} from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { drawAnswers, keepInputs, keepTargets, listAnswers } from './kept-answers.js';

const layout = layoutPrompt(createTokenizer(PIECE_VOCABULARY), 12, 10);

describe('drawAnswers', () => {
  it('keeps the first and the end, ascending, and half of the others near the border', () => {
    let near = 0;
    for (let seed = 0; seed < 50; seed++) {
      const answers = drawAnswers(layout, 20, openStream(seed, 'answers'));
      expect(answers).toHaveLength(20);
      expect(new Set(answers).size).toBe(20);
      expect([...answers].sort((a, b) => a - b)).toEqual([...answers]);
      expect([answers[0], answers[19]]).toEqual([0, 120]);
      near += answers.filter((cell) => {
        const [row, column] = [Math.floor(cell / 12), cell % 12];
        return row < 2 || row > 7 || column < 2 || column > 9;
      }).length;
    }
    // half of them, and of the others the 72 of 120 cells that are near by chance
    expect(near / 1000).toBeGreaterThan(0.7);
    expect(near / 1000).toBeLessThan(0.9);
  });

  it('keeps all of an answer that has no more', () => {
    expect(drawAnswers(layout, 121, openStream(1, 'x'))).toEqual(listAnswers(layout));
    expect(drawAnswers(layout, Infinity, openStream(1, 'x'))).toHaveLength(121);
  });
});

describe('keepInputs and keepTargets', () => {
  const random = openStream(4, 'boards');
  const draw = (): Uint8Array => Uint8Array.from({ length: 240 }, () => random.nextInt(2));
  const { inputs, targets } = encodeExamples(layout, draw(), draw());
  const { promptTokens, inputTokens, answerTokens } = layout;

  it('keep of each text the prompt, and what stands before each token that is kept', () => {
    const answers = Int32Array.of(0, 5, 77, 120);
    const [kept, wanted] = [
      keepInputs(layout, inputs, answers),
      keepTargets(layout, targets, answers),
    ];
    expect(kept).toHaveLength(2 * (promptTokens + 3));
    for (const text of [0, 1]) {
      const whole = inputs.subarray(text * inputTokens, (text + 1) * inputTokens);
      const own = kept.subarray(text * (promptTokens + 3), (text + 1) * (promptTokens + 3));
      expect(own.slice(0, promptTokens)).toEqual(whole.slice(0, promptTokens));
      answers.forEach((answer, row) => {
        expect(own[promptTokens - 1 + row]).toBe(whole[promptTokens - 1 + answer]);
        expect(wanted[text * 4 + row]).toBe(targets[text * answerTokens + answer]);
      });
    }
  });

  it('keep everything where everything is asked for, and rows of several columns', () => {
    expect(keepInputs(layout, inputs, listAnswers(layout))).toEqual(inputs);
    expect(keepTargets(layout, targets, listAnswers(layout))).toEqual(targets);
    const places = Int32Array.from({ length: 3 * inputTokens }, (_, i) => i);
    const kept = keepInputs(layout, places, Int32Array.of(0, 9), 3);
    const last = 3 * (promptTokens + 8);
    expect(Array.from(kept.subarray(-3))).toEqual([last, last + 1, last + 2]);
  });
});
