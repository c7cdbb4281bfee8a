/** A shard of a job from its command: done, and told. */

import { availableParallelism } from 'node:os';
import type { CommandContext } from '../context.js';
import { quoteWord } from '../terminal/wrap.js';
import { formatCount } from '../terminal/count.js';
import type { JobKind } from './job-kind.js';
import type { Shard } from './shard.js';

/** What the command was given. */
export interface ShardOptions {
  readonly out: string;
  readonly shard: Shard;
  readonly requireExact?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Does a shard into a folder. One that is the whole job tells its result, as a merge does. */
export async function finishShard<Job extends object>(
  kind: JobKind<Job>,
  job: Job,
  { out, shard, requireExact, json }: ShardOptions,
  context: CommandContext,
): Promise<void> {
  const { print, printData, printJson, talk, program, fail, signal } = context;
  await kind.prepareFolder(job, out);
  const opened = await kind.open(job, out, availableParallelism());
  const { units, isWhole } = await opened.doShard(shard, context).finally(opened.close);
  if (shard.count > 1) {
    if (json === true) printJson({ out, shard, [kind.unit]: units, isWhole });
    else {
      const next = isWhole ? `${out} is complete` : 'other shards are missing';
      print(
        `shard ${shard.index}/${shard.count}: ${formatCount(units)} ${kind.unit}; ${next}: ${program} merge ${quoteWord(out)}`,
      );
    }
    return;
  }
  talk(`wrote ${out}`);
  const merged = await kind.merge({ folder: out, sources: [out], signal });
  if (json === true) printData(merged.json);
  else merged.lines.forEach(print);
  if (!merged.isExact && (merged.asksExactness || requireExact === true)) fail();
}
