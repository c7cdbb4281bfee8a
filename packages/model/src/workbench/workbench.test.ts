import { createGrid, openStream, topologyOfToken, type Grid } from '@lifegpt/core';
import { afterAll, describe, expect, it } from 'vitest';
import { drawBoard as drawTinyBoard, openTinyBench } from '../../test/tiny-bench.js';
import { lineConfig, locationConfig, randomHeaders } from '../../test/tiny-model.js';
import { gptReference } from '../network/gpt-reference.js';
import { locationReference } from '../network/location-reference.js';
import { positionIds } from '../network/positions.js';
import { attributeLogits, readLens } from './attribution.js';
import { compareTraces, moveHead, patchFrom, switchHeadsOff } from './interventions.js';
import type { Question } from './workbench.js';

const random = openStream(3, 'workbench test');
const drawBoard = (): Grid => drawTinyBoard(random);
const line = openTinyBench(lineConfig('learned', 2));
const location = openTinyBench(locationConfig);
afterAll(async () => {
  await line.release();
  await location.release();
});
const header = randomHeaders(1, 8)[0]!;
const ask = (more: Partial<Question> = {}): Question => ({
  state: drawBoard(),
  answer: drawBoard(),
  header,
  ...more,
});
const largest = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
const expectClose = (a: ArrayLike<number>, b: ArrayLike<number>, digits = 4): void => {
  expect(a.length).toBe(b.length);
  for (let i = 0; i < a.length; i++) expect(a[i]).toBeCloseTo(b[i]!, digits);
};

describe.each([
  ['in a line', line],
  ['by location', location],
])('a model %s on the workbench', (_, bench) => {
  it('computes what its reference computes, and tells it for one cell as for all', async () => {
    const { config, tensors } = bench.folder;
    const question = ask();
    const { layout, tokens, logits, activations } = await bench.run(question);
    const positions = positionIds(config, layout);
    const reference = (
      config.position_scheme === 'location' ? locationReference : gptReference
    ) as (...given: unknown[]) => number[][];
    const rows = reference(config, tensors, tokens, positions).slice(-layout.answerTokens);
    expectClose(logits, rows.slice(0, 16).flat());
    const one = await bench.run({ ...question, cells: [9, 2] });
    const size = config.vocab_size;
    expectClose(
      one.logits,
      [9, 2].flatMap((cell) => [...logits.subarray(cell * size, (cell + 1) * size)]),
    );
    expect([...one.activations.keys()].sort()).toEqual(
      bench
        .listPlaces()
        .map(({ place }) => place)
        .sort(),
    );
    for (const [place, { shape, rowAxis, data }] of one.activations) {
      const whole = activations.get(place)!;
      expect(shape).toEqual(whole.shape.map((length, axis) => (axis === rowAxis ? 2 : length)));
      expect(data).toHaveLength(shape.reduce((product, length) => product * length, 1));
    }
  });

  it('goes on as the other board where all of a place is the other’s, and as itself where none is', async () => {
    const [own, other] = [await bench.run(ask()), await bench.run(ask())];
    const last = bench
      .listPlaces()
      .map(({ place }) => place)
      .filter((place) => place.endsWith('resid_post'))
      .at(-1)!;
    const question = ask();
    const before = await bench.run(question);
    const patched = await bench.run(question, [patchFrom(other, last)]);
    expectClose(patched.logits, other.logits);
    expect(largest(compareTraces(before, patched).changes)).toBeGreaterThan(0.01);
    const none = await bench.run(question, [patchFrom(own, last, [])]);
    expectClose(none.logits, before.logits);
    const [cell, token] = [5, before.layout.promptTokens - 1 + 5];
    const { changes } = compareTraces(
      before,
      await bench.run(question, [patchFrom(other, last, [token])]),
    );
    expect([...changes].flatMap((value, k) => (Math.abs(value) > 1e-4 ? [k] : []))).toEqual([cell]);
  });

  it('lets heads bring nothing, several at once, and tells the difference', async () => {
    const question = ask();
    const before = await bench.run(question);
    const layer = 1;
    const heads = [0, 1].map((head) => ({ layer, head }));
    const after = await bench.run(question, switchHeadsOff(bench.folder.config, heads));
    const silent = Array.from({ length: bench.folder.config.n_head }, (_, head) => ({
      layer,
      head,
    }));
    const none = await bench.run(question, switchHeadsOff(bench.folder.config, silent));
    expect(largest(after.activations.get('h.1.attn.z')!.data)).toBeLessThanOrEqual(
      largest(before.activations.get('h.1.attn.z')!.data),
    );
    expect(largest(compareTraces(before, after).changes)).toBeGreaterThan(1e-3);
    expect(largest(none.activations.get('h.1.attn.z')!.data)).toBe(0);
    expect(() => switchHeadsOff(bench.folder.config, [{ layer, head: 99 }])).toThrow(
      /no head 1.99/,
    );
  });

  it('adds its parts up to the lead of a living cell, and reads the last stream as its logits', async () => {
    const trace = await bench.run(ask());
    const [dead, alive] = trace.layout.cellTokens;
    const size = bench.folder.config.vocab_size;
    for (const cell of [0, 7, 15]) {
      const parts = attributeLogits(bench.folder, trace, cell);
      const lead = trace.logits[cell * size + alive!]! - trace.logits[cell * size + dead!]!;
      expect(parts.length).toBeGreaterThan(3);
      expect(parts.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(lead, 3);
    }
    const lens = readLens(bench.folder, trace);
    expectClose(lens.at(-1)!.logits, trace.logits, 3);
    expect(lens[0]!.logits).not.toEqual(lens.at(-1)!.logits);
  });

  it('reads another token where one is put, and refuses what there is not', async () => {
    const question = ask();
    const before = await bench.run(question);
    const { firstCell, cellTokens } = before.layout;
    const other = cellTokens[1 - question.state.cells[0]!]!;
    const after = await bench.run({ ...question, tokens: new Map([[firstCell, other]]) });
    const state = createGrid(4, 4, question.state.cells.slice());
    state.cells[0] = 1 - state.cells[0]!;
    const same = await bench.run({ ...question, state });
    expectClose(after.logits, same.logits, 6);
    expect(largest(compareTraces(before, after).changes)).toBeGreaterThan(1e-4);
    await expect(bench.run({ ...question, tokens: new Map([[999, 0]]) })).rejects.toThrow(
      /no token 999/,
    );
    await expect(bench.run({ ...question, places: ['h.9.z'] })).rejects.toThrow(
      /no place 'h.9.z'; it has/,
    );
  });
});

describe('a head by location', () => {
  it('looks at one cell where it is moved to', async () => {
    const question = ask({ header: { ...header, topology: topologyOfToken('T') }, cells: [5] });
    const edit = moveHead(locationConfig, 1, [1, -1]);
    const { activations } = await location.run(question, [edit]);
    const { data, shape } = activations.get('h.1.attn.pattern')!;
    const answer = activations.get('h.1.attn.pattern_answer')!.data;
    expect(shape).toEqual([locationConfig.n_head, 1, 16]);
    const own = Array.from(data.subarray(16, 32), (share, cell) => share + answer[16 + cell]!);
    // cell 5 is row 1, column 1: the one below and to the left is 8; the answer's is later, and not seen
    expect(own.indexOf(Math.max(...own))).toBe(8);
    expect(() => moveHead(locationConfig, 0, [3, 0])).toThrow(/less than 2 cells away/);
    expect(() => moveHead(line.folder.config, 0, [0, 0])).toThrow(
      /only heads of a model by location/,
    );
    const fixed = location.run(question, [
      { place: 'h.1.attn.pattern', change: ({ data: same }) => same },
    ]);
    await expect(fixed).rejects.toThrow(/can be read only/);
  });
});
