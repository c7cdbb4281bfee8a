import { InputError } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { readShard } from './shard.js';

describe('readShard', () => {
  it('is the whole job where nobody says otherwise', () => {
    expect(readShard(undefined, {})).toEqual({ index: 0, count: 1 });
  });

  it('reads the option, which wins over the environment', () => {
    expect(readShard('2/5', { JOB_COMPLETION_INDEX: '9' })).toEqual({ index: 2, count: 5 });
  });

  it('reads a Slurm array, wherever its numbers begin', () => {
    const slurm = { SLURM_ARRAY_TASK_ID: '12', SLURM_ARRAY_TASK_COUNT: '4' };
    expect(readShard(undefined, { ...slurm, SLURM_ARRAY_TASK_MIN: '10' })).toEqual({
      index: 2,
      count: 4,
    });
    expect(readShard(undefined, { ...slurm, SLURM_ARRAY_TASK_ID: '3' }).index).toBe(3);
  });

  it('reads a Kubernetes indexed Job', () => {
    const job = { JOB_COMPLETION_INDEX: '1', JOB_COMPLETIONS: '3' };
    expect(readShard(undefined, job)).toEqual({ index: 1, count: 3 });
  });

  it.each(['3/3', '-1/3', '1/0', '1', 'a/b', '1/2/3', '0.5/2'])('refuses --shard %s', (option) => {
    expect(() => readShard(option, {})).toThrow(InputError);
    expect(() => readShard(option, {})).toThrow(option);
  });

  it('refuses an environment that does not add up, naming it', () => {
    expect(() => readShard(undefined, { SLURM_ARRAY_TASK_ID: '4' })).toThrow(
      /SLURM_ARRAY_TASK_ID 4 with SLURM_ARRAY_TASK_COUNT ''/,
    );
    expect(() => readShard(undefined, { JOB_COMPLETION_INDEX: '4' })).toThrow(/JOB_COMPLETIONS ''/);
  });
});
