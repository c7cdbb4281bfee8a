/** Goes through the classes of a proof, with progress, until Ctrl-C. */

import { countClasses, proveClasses, type BoundClass, type Findings } from '@lifegpt/model';
import { setImmediate } from 'node:timers/promises';
import type { CommandContext } from './context.js';
import type { HashedModel } from './model-argument.js';
import { createProgress } from './terminal/progress.js';

/** What is shown meanwhile. */
export interface Shown<Step> {
  readonly label: string;
  /** Classes in all. */
  readonly total: number;
  readonly show: (step: Step) => string;
}

/** Runs a generator to its end. @throws the signal's reason when it is aborted */
export async function goThrough<Step, Result>(
  steps: Generator<Step, Result>,
  { label, total, show }: Shown<Step>,
  context: CommandContext,
): Promise<Result> {
  let step = steps.next(); // says what there is no proof for before anything is shown
  const progress = createProgress(context.progress, label, total, 'classes');
  try {
    for (let done = 1; step.done !== true; done++) {
      progress.update(done, show(step.value));
      if (done % 64 === 0) {
        await setImmediate();
        context.signal.throwIfAborted();
      }
      step = steps.next();
    }
    return step.value;
  } finally {
    progress.finish();
  }
}

/** Bounds all classes of a model. */
export function prove({ folder }: HashedModel, context: CommandContext): Promise<Findings> {
  const show = ({ cells }: BoundClass): string => `${cells.topology} ${cells.name}`;
  const shown = { label: 'certify', total: countClasses(folder), show };
  return goThrough(proveClasses(folder), shown, context);
}
