import { describe, expect, it } from 'vitest';
import { readDatasetOptions, type DatasetFlags } from './config-options.js';

const read = (flags: Partial<DatasetFlags>) =>
  readDatasetOptions({ states: '2', format: 'csv', rowsPerFile: '1000', seed: '1', ...flags });

describe('readDatasetOptions', () => {
  it('has defaults: the paper’s size, rule and densities', async () => {
    expect(await read({})).toMatchObject({
      rows: { train: 10000, validation: 0, test: 0 },
      rules: ['B3/S23'],
      topologies: ['T'],
      densities: [[0, 1]],
      sizes: [{ height: [32, 32], width: [32, 32] }],
    });
    expect((await read({ entropy: 'high' })).densities).toEqual([[0.5, 0.5]]);
  });

  it.each([
    [{ heldOut: 'life', rows: '10' }, /--held-out life says itself what --rows would/],
    [{ heldOut: 'life', test: '10' }, /what --test would/],
    [{ heldOut: 'life', rule: 'B3/S23' }, /what --rule would/],
    [{ heldOut: 'life', topology: 'P' }, /what --topology would/],
    [{ rowsPerKind: '3' }, /--rows-per-kind takes no effect without --held-out/],
    [{ entropy: 'high', density: '0.5' }, /--entropy is a word for a --density/],
  ])('refuses options of which one says what the other would: %j', async (flags, message) => {
    await expect(read(flags)).rejects.toThrow(message);
  });
});
