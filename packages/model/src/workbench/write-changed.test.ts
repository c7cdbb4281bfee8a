import { formOfRule, layoutPrompt, openStream } from '@lifegpt/core';
import { afterAll, describe, expect, it } from 'vitest';
import { drawBoard, openTinyBench } from '../../test/tiny-bench.js';
import { lineConfig, locationConfig, randomHeaders } from '../../test/tiny-model.js';
import { switchHeadsOff } from './interventions.js';
import { writeChanged, type ChangedWriting } from './write-changed.js';

const random = openStream(6, 'changed writing test');
const header = randomHeaders(1, 8)[0]!;
const line = openTinyBench(lineConfig('learned', 2));
const location = openTinyBench(locationConfig);
afterAll(async () => {
  await line.release();
  await location.release();
});

describe.each([
  ['in a line', line],
  ['by location', location],
])('a changed model %s writes', (_, bench) => {
  const { config, tokenizer } = bench.folder;
  const off = switchHeadsOff(config, [{ layer: 1, head: 0 }]);
  const writeAll = async (
    question: Parameters<typeof writeChanged>[1],
    edits: Parameters<typeof writeChanged>[2],
  ): Promise<ChangedWriting> => {
    let last: ChangedWriting | null = null;
    for await (const writing of writeChanged(bench, question, edits)) last = writing;
    return last!;
  };

  it('what it would write one by one, whatever the first guess is', async () => {
    const [state, first, second] = [0, 1, 2].map(() => drawBoard(random));
    const greedy = { ...first!, cells: first!.cells.slice() };
    for (let cell = 0; cell < 16; cell++) {
      const question = { state: state!, header, answer: greedy, cells: [cell], places: [] };
      greedy.cells[cell] = (await bench.run(question, off)).board.cells[cell]!;
    }
    for (const answer of [first!, second!]) {
      const written = await writeAll({ state: state!, header, answer }, off);
      expect(written).toMatchObject({ isSettled: true, written: 16 });
      expect(written.grid.cells).toEqual(greedy.cells);
    }
  });

  it('another answer where a token is changed that it reads', async () => {
    const [state, answer] = [drawBoard(random), drawBoard(random)];
    const { firstCell, cellTokens } = layoutPrompt(tokenizer, 4, 4, formOfRule(header.rule));
    const flip = (cell: number): ReadonlyMap<number, number> =>
      new Map([[firstCell + cell, cellTokens[1 - state.cells[cell]!]!]]);
    const whole = await writeAll({ state, header, answer }, []);
    const flipped = await writeAll({ state, header, answer, tokens: flip(5) }, []);
    expect(flipped.trace.tokens).not.toEqual(whole.trace.tokens);
    expect(flipped.trace.logits).not.toEqual(whole.trace.logits);
  });
});
