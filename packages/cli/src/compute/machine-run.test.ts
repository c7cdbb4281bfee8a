import { CONWAY, createGrid, findPattern, placeCentred, type Stepper } from '@lifegpt/core';
import { loadModel, type LanguageModel } from '@lifegpt/model';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadEngine } from '../engine.js';
import { openModelFolder } from '../model-argument.js';
import { createRuntime } from '../runtime.js';
import { cutView } from './machine-frames.js';
import { runMachine } from './machine-run.js';
import { readMachineState, writeMachineState, type MachineState } from './machine-state.js';
import type { Machine } from './machine.js';

let model: LanguageModel;
let engine: Stepper;
let folder: string;
beforeAll(async () => {
  model = await loadModel(await openModelFolder('life'), await createRuntime('cpu'));
  engine = await loadEngine();
  folder = mkdtempSync(join(tmpdir(), 'machine-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A glider on a plane; what is read is how many cells live. */
const machine: Machine = {
  name: 'glider',
  grid: placeCentred(findPattern('glider')!.grid, 20, 16),
  topology: { kind: 'plane' },
  generations: 12,
  stops: [3, 8, 11],
  view: { left: 0, top: 0, width: 20, height: 16, shrink: 1, every: 1 },
  read: (grid, generation) => ({
    generation,
    text: 'alive',
    value: String(grid.cells.reduce((sum, cell) => sum + cell, 0)),
  }),
};

describe('the view of a machine', () => {
  it('is a part of its board, seen from afar', () => {
    const cells = Uint8Array.from({ length: 48 }, (_, k) =>
      Number(k === 9 || k === 22 || k === 47),
    );
    const grid = createGrid(8, 6, cells); // alive: (1, 1), (6, 2), (7, 5)
    const view = { left: 1, top: 1, width: 6, height: 4, shrink: 2, every: 1 };
    expect(cutView(grid, view)).toEqual(createGrid(3, 2, Uint8Array.of(1, 0, 1, 0, 0, 0)));
    expect(cutView(grid, { ...view, left: 7, top: 5, width: 2, height: 2, shrink: 1 })).toEqual(
      createGrid(2, 2, Uint8Array.of(1, 0, 0, 0)),
    );
  });
});

describe('a machine run by the model', () => {
  it('goes the way of the engine, and is read at its stops', async () => {
    const end = await runMachine({ machine, model, modelName: 'life', engine });
    expect(end.grid).toEqual(engine.step(machine.grid, CONWAY, 12, machine.topology));
    expect(end.readings.map(({ generation, value }) => [generation, value])).toEqual([
      [3, '5'],
      [8, '5'],
      [11, '5'],
    ]);
    expect(end.computed + end.kept).toBe(12 * (20 * 16 + 1));
    expect(end.minMargin).toBeGreaterThan(1);
  });

  it('goes on where it was interrupted, and ends the same', async () => {
    const stop = new AbortController();
    const save = (state: MachineState): Promise<void> => writeMachineState(folder, state);
    const first = runMachine({
      machine,
      model,
      modelName: 'life',
      engine,
      save,
      signal: stop.signal,
      onGeneration: ({ generation }) => {
        if (generation === 5) stop.abort(new Error('enough'));
      },
    });
    await expect(first).rejects.toThrow('enough');
    const state = await readMachineState(folder, 'glider', 'life');
    expect(state).toMatchObject({ generation: 5, readings: [{ generation: 3 }] });
    const end = await runMachine({ machine, model, modelName: 'life', engine, state, save });
    const whole = await runMachine({ machine, model, modelName: 'life', engine });
    expect([end.grid, end.readings, end.generation]).toEqual([whole.grid, whole.readings, 12]);
    expect(await readMachineState(folder, 'glider', 'life')).toMatchObject({ generation: 12 });
    const again = await runMachine({ machine, model, modelName: 'life', engine, state: end });
    expect(again).toEqual(end);
  });

  it('refuses the state of another machine, another model or a changed board', async () => {
    await writeMachineState(
      folder,
      await runMachine({ machine, model, modelName: 'life', engine }),
    );
    await expect(readMachineState(folder, 'turing', 'life')).rejects.toThrow(
      'holds the run of glider by life, not of turing by life; give another --out',
    );
    await expect(readMachineState(folder, 'glider', 'other')).rejects.toThrow('by other');
    const path = join(folder, 'machine.json');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('o!', 'b!'));
    await expect(readMachineState(folder, 'glider', 'life')).rejects.toThrow('is damaged');
    writeFileSync(path, text.slice(0, 40));
    await expect(readMachineState(folder, 'glider', 'life')).rejects.toThrow('it is no JSON');
  });

  it('ends at the first generation in which a cell differs from the truth', async () => {
    const liar: Stepper = {
      step(grid, rule, generations, topology) {
        const next = engine.step(grid, rule, generations, topology);
        const isFourth = next.cells[0] === 0 && ++calls === 4;
        return isFourth ? { ...next, cells: next.cells.with(7, 1) } : next;
      },
    };
    let calls = 0;
    await expect(runMachine({ machine, model, modelName: 'life', engine: liar })).rejects.toThrow(
      'the model left the truth at generation 4: 1 wrong cells, the first at column 7, row 0',
    );
  });
});
