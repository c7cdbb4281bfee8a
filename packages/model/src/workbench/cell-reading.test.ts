import { openStream, type Grid } from '@lifegpt/core';
import { afterAll, describe, expect, it } from 'vitest';
import { cpu } from '../../test/runtime.js';
import { drawBoard as drawTinyBoard, openTinyBench } from '../../test/tiny-bench.js';
import { lineConfig, locationConfig, randomHeaders } from '../../test/tiny-model.js';
import { createAttentionProbe } from '../probe/attention-probe.js';
import { readCell } from './cell-reading.js';
import { moveHead, switchHeadsOff } from './interventions.js';
import type { Question } from './workbench.js';

const random = openStream(4, 'cell reading test');
const drawBoard = (): Grid => drawTinyBoard(random);
const line = openTinyBench(lineConfig('learned', 2));
const location = openTinyBench(locationConfig);
afterAll(async () => {
  await line.release();
  await location.release();
});
const CELL = 9;
const ask = (): Question => ({
  state: drawBoard(),
  answer: drawBoard(),
  header: randomHeaders(1, 8)[0]!,
  cells: [CELL],
});
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

describe.each([
  ['in a line', line],
  ['by location', location],
])('what a model %s computes for a cell', (_, bench) => {
  it('has the attention that the probe tells, and parts that add up to the lead', async () => {
    const question = ask();
    const { state, answer, header } = question;
    const reading = readCell(bench.folder, await bench.run(question), CELL);
    const probe = await createAttentionProbe(bench.folder, cpu);
    const heads = (await probe.read(state, answer, header, [CELL])).mapHeads(CELL);
    await probe.release();
    expect(reading.heads).toHaveLength(heads.length);
    for (const [i, own] of reading.heads.entries()) {
      const { layer, head, cells, answer: onAnswer, rest } = heads[i]!;
      expect([own.layer, own.head]).toEqual([layer, head]);
      cells.forEach((share, k) => expect(own.cells[k]).toBeCloseTo(share, 5));
      expect(own.answer).toBeCloseTo(onAnswer, 5);
      expect(own.rest).toBeCloseTo(rest, 5);
    }
    const logit = (piece: string): number =>
      reading.logits.find((each) => each.piece === piece)!.logit;
    const lead = total(reading.contributions.map(({ value }) => value));
    expect(lead).toBeCloseTo(logit('1') - logit('0'), 3);
  });
});

describe('what a model by location computes for a cell', () => {
  it('adds up to a place on the rule’s axes, where bits are read by their shares', async () => {
    const trace = await location.run(ask());
    const { sum, bits } = readCell(location.folder, trace, CELL);
    sum!.at.forEach((value, axis) =>
      expect(total(sum!.parts.map(({ values }) => values[axis]!))).toBeCloseTo(value, 4),
    );
    expect(total(bits.map(({ share }) => share))).toBeCloseTo(1, 5);
    expect(bits).toHaveLength(18);
    expect(bits[12]!.place).toEqual([1, 3]);
    const { vocabulary } = location.folder.tokenizer;
    // the bits stand behind the task and the topology
    expect(bits.map(({ piece }) => piece)).toEqual(
      Array.from(trace.tokens.subarray(2, 20), (id) => vocabulary[id]),
    );
  });

  it('shows a head that was moved where it was put, and one that is off with nothing to add', async () => {
    const { folder } = location;
    const edits = [
      moveHead(folder.config, 1, [1, -0.5]),
      ...switchHeadsOff(folder.config, [{ layer: 1, head: 0 }]),
    ];
    const { heads, sum } = readCell(folder, await location.run(ask(), edits), CELL);
    const [place, ...others] = heads[1]!.places;
    expect(others).toEqual([]);
    expect([place!.row, place!.column]).toEqual(['top', 'left']);
    expect(place!.down).toBeCloseTo(1, 4);
    expect(place!.right).toBeCloseTo(-0.5, 4);
    expect(place!.share).toBeCloseTo(1, 5);
    const off = sum!.parts.find(({ part }) => part === 'h.1 head 0')!;
    expect(off.values.map(Math.abs)).toEqual([0, 0]);
    const on = sum!.parts.find(({ part }) => part === 'h.1 head 1')!;
    expect(Math.max(...on.values.map(Math.abs))).toBeGreaterThan(0);
  });
});
