import { readFile } from 'node:fs/promises';
import {
  HEADER_END,
  listNeighbourhoods,
  openStream,
  TOPOLOGY_TOKENS,
  topologyOfToken,
} from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { openClasses } from '../../test/board-cells.js';
import { cpu } from '../../test/runtime.js';
import { lineConfig, randomTensors, vocabularyFor, locationConfig } from '../../test/tiny-model.js';
import { createTokenizer, createGrid } from '@lifegpt/core';
import { encodeModel } from '@lifegpt/onnx-training';
import { readModelFolder, type ModelFolder } from '../folder/model-folder.js';
import { isLocationConfig } from '../network/location-config.js';
import { feedBoards, locateCells } from '../network/location-feeds.js';
import { openLocation } from '../network/location-model.js';
import { declareBoardInputs, lookAtBoard } from '../network/location-network.js';
import { listClasses } from './board-class.js';
import { openProver, proveClasses } from './certify.js';
import { AXES, projectStreams, times } from './outcome.js';
import { openWeights } from './weights.js';

const life = await readModelFolder('life', (file) =>
  readFile(new URL(`../../zoo/life/${file}`, import.meta.url)),
);
if (!isLocationConfig(life.config)) throw new Error('life has attention by location');
const { config, tokenizer, tensors } = life;
const [dead, alive, start] = ['0', '1', '> ['].map(tokenizer.idOf) as [number, number, number];

describe('what is said of a class', () => {
  const prover = openProver(life);
  const weights = openWeights(config, tensors);
  const columns = AXES + config.vocab_size;
  const projection = projectStreams(weights);

  it.each(TOPOLOGY_TOKENS)('holds the streams that the network computes on %s', async (token) => {
    const graph = openLocation('streams', config, tensors);
    graph.graph.output('x', lookAtBoard(graph, declareBoardInputs(graph.graph)));
    const session = await cpu.createSession(encodeModel(graph.graph));
    const findClasses = openClasses(token);
    const sizes =
      token === 'S'
        ? [1, 2, 5, 9].map((side) => [side, side])
        : [
            [1, 1],
            [2, 3],
            [7, 1],
            [5, 4],
            [12, 9],
            [4, 17],
          ];
    const random = openStream(7, 'boards', token);
    for (const [width, height] of sizes as [number, number][]) {
      const cells = Array.from({ length: width * height }, (_, cell) => cell);
      const given = createGrid(
        width,
        height,
        Uint8Array.from(cells, () => random.nextInt(2)),
      );
      const answer = cells.map((cell) =>
        cell === 0 ? start : random.nextInt(2) === 1 ? alive : dead,
      );
      const texts = {
        texts: 1,
        width,
        height,
        markerIds: Int32Array.from([token, HEADER_END], tokenizer.idOf),
        given: Int32Array.from(given.cells, (state) => (state === 1 ? alive : dead)),
        following: Int32Array.from(answer),
      };
      const queries = {
        ids: Int32Array.from(answer),
        positions: locateCells('answer', cells, width, height),
      };
      const { x } = await session.run(feedBoards(texts, queries));
      const streams = x!.data as Float32Array;
      const neighbourhoods = listNeighbourhoods(given, topologyOfToken(token));
      for (const cell of cells) {
        const [row, column] = [Math.floor(cell / width), cell % width];
        const { cells: own } = findClasses(width, height, row, column)[0]!;
        const bound = prover.bound(own);
        const stream = streams.subarray(cell * config.n_embd, (cell + 1) * config.n_embd);
        const axes = times(stream, projection, columns).subarray(0, AXES);
        const isAlive = bound.cells.map((_, c) => {
          const i = bound.nine.indexOf(c);
          return ((neighbourhoods[cell]! >> (8 - i)) & 1) === 1;
        });
        for (let axis = 0; axis < AXES; axis++) {
          const sum = bound.cells.reduce(
            (all, cellRow, c) => all + (isAlive[c] ? cellRow[axis]! : 0),
            0,
          );
          const at = axes[axis]! + weights.of('h.2.attn.c_axes.bias')[axis]!;
          expect(at).toBeGreaterThanOrEqual(bound.rest[0][axis]! + sum);
          expect(at).toBeLessThanOrEqual(bound.rest[1][axis]! + sum);
        }
      }
    }
    await session.release();
  });
});

describe('proveClasses', () => {
  it('proves the shipped model on spheres, the end of the answer too', () => {
    const steps = proveClasses(life, ['S']);
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    const { topologies, end, rounding } = step.value;
    expect(topologies[0]!.forms.counts).toMatchObject({ failed: 0 });
    expect(topologies[0]!.forms.table).toMatchObject({ failed: 0 });
    expect(topologies[0]!.forms.counts.margin).toBeGreaterThan(1);
    expect(Math.min(end.counts.margin, end.table.margin)).toBeGreaterThan(1);
    expect(rounding).toBeGreaterThan(0);
    expect(rounding).toBeLessThan(2);
  });

  it('proves nothing of weights that do something else', () => {
    const changed = tensors.map((tensor) =>
      tensor.name === 'h.2.attn.c_axes.weight'
        ? { ...tensor, data: tensor.data.map((value, i) => (i % AXES === 1 ? -value : value)) }
        : tensor,
    );
    const steps = proveClasses({ ...life, tensors: changed }, ['S']);
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    expect(step.value.topologies[0]!.forms.counts.failed).toBe(104);
    expect(step.value.topologies[0]!.forms.table.failed).toBe(0);
  });

  it('proves nothing of numbers that may leave float32, though the function is the same', () => {
    const scale = (factors: Readonly<Record<string, number>>): ModelFolder => ({
      ...life,
      tensors: tensors.map((tensor) => {
        const factor = factors[tensor.name] ?? 1;
        return { ...tensor, data: tensor.data.map((value) => factor * value) };
      }),
    });
    const values = { 'h.1.attn.c_value.weight': 2 ** 70, 'h.1.attn.c_proj.weight': 2 ** -70 };
    expect(() => openProver(scale(values))).toThrow(/float32 ends/);
    // sums inside the hidden layer, that tanh would hide
    const hidden = openProver(scale({ 'h.0.mlp.c_fc.weight': 2 ** 100 }));
    const { forms } = hidden.bound(listClasses('S')[0]!);
    expect([forms.counts.margin, forms.table.margin]).toEqual([NaN, NaN]);
  });

  it('says of which models there is no proof', () => {
    const line = lineConfig('learned');
    const folder = (own: typeof line | typeof config) => ({
      name: 'x',
      config: own,
      tokenizer: createTokenizer(vocabularyFor(own)),
      tensors: randomTensors(own, 1),
    });
    expect(() => openProver(folder(line))).toThrow(/stand in a line/);
    expect(() => openProver(folder(locationConfig))).toThrow(/windows are wide/);
    const knows = { ...config.trained_for };
    delete (knows as { rules?: 'all' }).rules;
    expect(() => openProver({ ...life, config: { ...config, trained_for: knows } })).toThrow(
      /knows B3\/S23 alone/,
    );
    const renamed = createTokenizer(['1', '0', ...tokenizer.vocabulary.slice(2)]);
    expect(() => openProver({ ...life, tokenizer: renamed })).toThrow(/in this order/);
  });
});
