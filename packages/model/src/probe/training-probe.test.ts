import { CONWAY, createGrid, encodePrompts, layoutPrompt, openStream, TORUS } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { cpu } from '../../test/runtime.js';
import { lineRecipe, locationRecipe } from '../../test/tiny-recipe.js';
import { decodeGreedy } from '../decode/greedy.js';
import { loadModel, readModelFolder, writeModelFolder } from '../folder/model-folder.js';
import { readAnswer } from '../predict/predict-batch.js';
import { vocabularyOf } from '../training/recipe.js';
import { initialiseState } from '../training/train-state.js';
import { createAttentionProbe } from './attention-probe.js';
import { createTrainingProbe } from './training-probe.js';

describe.each([
  ['texts in a line', lineRecipe, 8],
  ['attention by location', locationRecipe, 2],
])('a training probe of %s', (_name, recipe, scale) => {
  it('sees what a model of the same weights writes and where it looks, as they change', async () => {
    const probe = createTrainingProbe(cpu, recipe);
    const random = openStream(5, 'probe');
    const cells = Uint8Array.from({ length: 12 }, () => random.nextInt(2));
    const state = createGrid(4, 3, cells);
    let compared = 0;
    const seen = new Set<string>();
    for (let seed = 1; seed <= 16; seed++) {
      // as large as trained weights are: else every answer is the same
      const parameters = initialiseState(recipe.model, seed).parameters.map((w) => scale * w);
      const files = await writeModelFolder(recipe.model, vocabularyOf(recipe), parameters);
      const folder = await readModelFolder('tiny', async (file) => files[file]);
      const model = await loadModel(folder, cpu);
      const layout = layoutPrompt(folder.tokenizer, 4, 3);
      const request = { layout, prompts: encodePrompts(layout, cells) };
      const { tokens } = await decodeGreedy(model, request);
      const { grid: answer } = readAnswer(layout, tokens);
      const view = await probe.read(parameters, state, answer);
      // behind a token that is no cell the probe reads another text
      const stranger = tokens.findIndex((token) => !layout.cellTokens.includes(token));
      const same = stranger < 0 ? 12 : Math.min(stranger + 1, 12);
      expect(view.written.cells.slice(0, same)).toEqual(answer.cells.slice(0, same));
      compared += same;
      seen.add(tokens.join());
      const expected = await createAttentionProbe(folder, cpu).read(state, answer, {
        rule: CONWAY,
        topology: TORUS,
      });
      for (const cell of [0, 5, 11]) {
        expected.mapHeads(cell).forEach(({ cells: weights, layer, head }, i) => {
          const found = view.weights.mapHeads(cell)[i]!;
          expect([found.layer, found.head]).toEqual([layer, head]);
          weights.forEach((weight, k) => expect(found.cells[k]).toBeCloseTo(weight, 5));
        });
      }
    }
    expect(compared).toBeGreaterThan(16);
    expect(seen.size).toBeGreaterThan(3);
    await probe.release();
  });
});
