import {
  createTokenizer,
  HEADER_VOCABULARY,
  layoutPrompt,
  openStream,
  topologyOfToken,
  TORUS,
  type TopologyToken,
} from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { markFarKeys, markNeighbours, shareNeighbourhood } from './far-keys.js';
import { listNeighbourhood } from './neighbourhood.js';
import { drawWindows, takeTokens, wholeText } from './windows.js';

const [width, height] = [32, 32];
const layout = layoutPrompt(createTokenizer(HEADER_VOCABULARY), width, height);
const topologies = (['T', 'P', 'K', 'C', 'S'] satisfies TopologyToken[]).map(topologyOfToken);
const draw = (cells: number, index = 0) =>
  drawWindows(layout, topologies, cells, openStream(5, 'windows', index));

describe('drawWindows', () => {
  it('keeps what the kept cells depend on, the text around the board and the end, and some cells for all others', () => {
    const { firstCell, promptTokens, answerTokens } = layout;
    for (let index = 0; index < 20; index++) {
      const { answers, tokens, keyScores } = draw(90, index);
      expect(answers.length).toBeGreaterThanOrEqual(91);
      expect(answers.length).toBeLessThan(91 + 36);
      expect(answers.at(-1)).toBe(answerTokens - 1);
      const kept = new Set(tokens);
      for (let token = 0; token < firstCell; token++) expect(kept.has(token)).toBe(true);
      expect(kept.has(promptTokens - 1)).toBe(true);
      const wanted = new Set(
        topologies.flatMap((topology) =>
          [...answers.subarray(0, -1)].flatMap((cell) =>
            listNeighbourhood({ topology, width, height }, cell),
          ),
        ),
      );
      const given = [...tokens].filter((t) => t >= firstCell && t < firstCell + width * height);
      const sampled = given.filter((token) => !wanted.has(token - firstCell));
      expect(given.length - sampled.length).toBe(wanted.size);
      expect(sampled).toHaveLength(256);
      [...tokens].forEach((token, i) => {
        const stoodFor = sampled.includes(token) ? (width * height - wanted.size) / 256 : 1;
        expect(Math.exp(keyScores![i]!)).toBeCloseTo(stoodFor, 5);
      });
      expect([...tokens.subarray(-answers.length)]).toEqual(
        [...answers].map((answer) => promptTokens - 1 + answer),
      );
      expect([...tokens]).toEqual([...kept].sort((a, b) => a - b));
    }
  });

  it('comes to every place, to corners more often', () => {
    const counts = new Uint32Array(width * height);
    for (let index = 0; index < 800; index++) {
      for (const cell of draw(36, index).answers.subarray(0, -1)) counts[cell]!++;
    }
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(counts[0]).toBeGreaterThan(2 * counts[16 * width + 16]!);
  });

  it('leaves a board whole that has no more cells', () => {
    expect(draw(1024)).toEqual(wholeText(layout));
    expect(draw(Infinity)).toEqual(wholeText(layout));
    expect(draw(1023)).not.toEqual(wholeText(layout));
  });
});

describe('a part of a text', () => {
  it('is marked as the whole text is', () => {
    const part = draw(60);
    const cut = (rows: Float32Array): number[] =>
      [...part.answers].flatMap((answer) =>
        [...part.tokens].map((token) => rows[answer * layout.inputTokens + token]!),
      );
    for (const mark of [markFarKeys, markNeighbours, shareNeighbourhood]) {
      for (const topology of [TORUS, ...topologies]) {
        expect([...mark(layout, topology, part)]).toEqual(cut(mark(layout, topology)));
      }
    }
  });

  it('has what belongs to its tokens', () => {
    const kept = Int32Array.of(0, 2);
    const values = Int32Array.of(1, 2, 3, 4, 5, 6);
    expect(takeTokens(values, 3, kept)).toEqual(Int32Array.of(1, 3, 4, 6));
    expect(takeTokens(values, 3, kept, 2)).toEqual(Int32Array.of(1, 2, 5, 6));
  });
});
