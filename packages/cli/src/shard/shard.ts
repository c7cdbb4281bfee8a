/** Which share of a job this process does: `--shard i/n`, or what Slurm or Kubernetes say. */

import { InputError } from '@lifegpt/core';

/** One of `count` shares of a job. */
export interface Shard {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

/** The whole job. */
export const WHOLE: Shard = { index: 0, count: 1 };

/**
 * Reads a shard: the option as it is written; else a Slurm array's task; else a Kubernetes indexed
 * Job's, whose size has to be in JOB_COMPLETIONS; else everything.
 * @throws InputError at an impossible shard.
 */
export function readShard(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Shard {
  if (option !== undefined) {
    const match = /^(\d+)\/(\d+)$/.exec(option);
    if (match === null) {
      throw new InputError(`--shard needs i/n with i from 0, e.g. 0/8, not '${option}'`);
    }
    return checkShard(Number(match[1]), Number(match[2]), `--shard ${option}`);
  }
  const slurm = env['SLURM_ARRAY_TASK_ID'];
  if (slurm !== undefined) {
    const first = Number(env['SLURM_ARRAY_TASK_MIN'] ?? 0);
    const count = env['SLURM_ARRAY_TASK_COUNT'] ?? '';
    return checkShard(
      Number(slurm) - first,
      Number(count),
      `SLURM_ARRAY_TASK_ID ${slurm} with SLURM_ARRAY_TASK_COUNT '${count}'`,
    );
  }
  const kubernetes = env['JOB_COMPLETION_INDEX'];
  if (kubernetes !== undefined) {
    const count = env['JOB_COMPLETIONS'] ?? '';
    return checkShard(
      Number(kubernetes),
      Number(count),
      `JOB_COMPLETION_INDEX ${kubernetes} with JOB_COMPLETIONS '${count}'`,
    );
  }
  return WHOLE;
}

function checkShard(index: number, count: number, source: string): Shard {
  if (!Number.isInteger(index) || !Number.isInteger(count) || !(index >= 0 && index < count)) {
    throw new InputError(`${source} is no shard; the index runs from 0 to one less than the count`);
  }
  return { index, count };
}
