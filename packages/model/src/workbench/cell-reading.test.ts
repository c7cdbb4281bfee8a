import { openStream, type Grid } from '@lifegpt/core';
import { afterAll, describe, expect, it } from 'vitest';
import { drawBoard as drawTinyBoard, openTinyBench } from '../../test/tiny-bench.js';
import { lineConfig, locationConfig, randomHeaders } from '../../test/tiny-model.js';
import { dot, softmax } from '../network/plain-math.js';
import { rowOf } from './attribution.js';
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
  it('has attention that is spent wholly, and parts that add up to the lead', async () => {
    const reading = readCell(bench.folder, await bench.run(ask()), CELL);
    for (const { cells, answer, rest } of reading.heads) {
      expect(Math.min(...cells, answer, rest)).toBeGreaterThan(-1e-5);
      expect(total([...cells, answer, rest])).toBeCloseTo(1, 5);
    }
    const logit = (piece: string): number =>
      reading.logits.find((each) => each.piece === piece)!.logit;
    const lead = total(reading.contributions.map(({ value }) => value));
    expect(lead).toBeCloseTo(logit('1') - logit('0'), 3);
  });
});

describe('where heads look', () => {
  it('is in a line the softmax of what queries and keys come to', async () => {
    const { cells: _, ...question } = ask();
    const trace = await line.run(question);
    const { firstCell, promptTokens } = trace.layout;
    const token = promptTokens - 1 + CELL;
    const { heads } = readCell(line.folder, trace, CELL);
    for (const { layer, head, cells, answer } of heads) {
      const rows = (name: string, of: readonly number[]): number[][] =>
        of.map((at) => {
          const { data } = rowOf(trace, `h.${layer}.attn.${name}`, at); // [heads, 1, size]
          const size = data.length / line.folder.config.n_head;
          return Array.from(data.slice(head * size, (head + 1) * size));
        });
      const [query] = rows('q', [token]);
      const keys = rows(
        'k',
        Array.from({ length: token + 1 }, (__, at) => at),
      );
      const shares = softmax(keys.map((key) => dot(query!, key) / Math.sqrt(key.length)));
      cells.forEach((share, k) => expect(share).toBeCloseTo(shares[firstCell + k]!, 4));
      expect(answer).toBeCloseTo(total(shares.slice(promptTokens)), 4);
    }
  });

  it('is by location how much of a cell comes along: two that are flipped move a head in one direction', async () => {
    const question = ask();
    const { state, answer } = question;
    const read = async (given: Grid, written: Grid): Promise<number[][]> => {
      const trace = await location.run({ ...question, state: given, answer: written });
      const { data } = rowOf(trace, 'h.1.attn.z', trace.layout.promptTokens - 1 + CELL);
      const size = data.length / location.folder.config.n_head;
      return heads.map((__, head) => Array.from(data.slice(head * size, (head + 1) * size)));
    };
    const { heads } = readCell(location.folder, await location.run(question), CELL);
    const before = await read(state, answer);
    /** How far each head moves when a cell comes to life, for each cell. */
    const moves = await Promise.all(
      Array.from(state.cells, async (own, k) => {
        const cells = state.cells.map((cell, i) => (i === k ? 1 - cell : cell));
        const after = await read({ ...state, cells }, answer);
        const sign = own === 1 ? -1 : 1;
        return after.map((z, head) => z.map((value, i) => sign * (value - before[head]![i]!)));
      }),
    );
    heads.forEach(({ cells }, head) => {
      // one cell's share says how long the step of a whole share is
      const most = cells.indexOf(Math.max(...cells));
      moves.forEach((move, k) =>
        move[head]!.forEach((value, i) =>
          expect(value).toBeCloseTo((moves[most]![head]![i]! * cells[k]!) / cells[most]!, 5),
        ),
      );
      expect(Math.max(...moves[most]![head]!.map(Math.abs))).toBeGreaterThan(1e-4);
    });
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
