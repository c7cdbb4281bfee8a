import { describe, expect, it } from 'vitest';
import { readEvaluationRequest, type EvaluationFlags } from './request.js';

const read = (data: string | undefined, flags: Partial<EvaluationFlags>) =>
  readEvaluationRequest(data, {
    model: 'life',
    temperature: '0',
    decode: 'jacobi',
    device: 'cpu',
    ...flags,
  });

describe('readEvaluationRequest', () => {
  it('draws boards of 32x32, densities 0 to 1, where nothing else is said', () => {
    expect(read(undefined, { fresh: '10' }).fresh).toMatchObject({
      boards: 10,
      sizesText: '32',
      density: [0, 1],
      seed: 1,
    });
  });

  it.each([
    ['a.csv', { size: '8' }, /--size takes no effect without --fresh/],
    ['a.csv', { density: '0.5' }, /--density takes no effect without --fresh/],
    ['a.csv', { boardSeed: '2' }, /--board-seed takes no effect without --fresh/],
    ['a.csv', { ararTemperature: '1' }, /--arar-temperature takes no effect without --arar/],
    ['a.csv', { seed: '2' }, /--seed 2 is of samples, and at temperature 0 nothing is drawn/],
    [undefined, { fresh: '10', limit: '3' }, /--limit takes no effect without a data file/],
    [undefined, {}, /there is nothing to evaluate on/],
  ])('refuses what could take no effect: %s %j', (data, flags, message) => {
    expect(() => read(data, flags)).toThrow(message);
  });

  it('takes a seed where something is drawn', () => {
    expect(read('a.csv', { temperature: '0,1', seed: '2,3' }).samplings).toEqual([
      { temperature: 0, seed: 2 },
      { temperature: 1, seed: 2 },
      { temperature: 1, seed: 3 },
    ]);
  });
});
