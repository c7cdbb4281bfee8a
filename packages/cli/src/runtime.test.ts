import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { countThreads, sessionOptions } from './runtime.js';

describe('a session on the CPU', () => {
  it('computes with as many threads as OMP_NUM_THREADS says, else with one a core', () => {
    expect(countThreads({ OMP_NUM_THREADS: '3' })).toBe(3);
    for (const said of [undefined, '', '0', '-1', '1.5', 'all']) {
      expect(countThreads({ OMP_NUM_THREADS: said })).toBe(availableParallelism());
    }
    const asked = process.env['OMP_NUM_THREADS'];
    process.env['OMP_NUM_THREADS'] = '5';
    expect(sessionOptions('cpu').intraOpNumThreads).toBe(5);
    expect(sessionOptions('cpu', { threads: 2 }).intraOpNumThreads).toBe(2);
    process.env['OMP_NUM_THREADS'] = asked;
  });
});
