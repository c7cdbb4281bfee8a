/** `lifegpt certify`: what is proved of a model, for boards of all sizes, topologies and rules at once. */

import type { RuleForm } from '@lifegpt/core';
import {
  certify,
  countClasses,
  findFailingBoard,
  type FailingBoard,
  type Findings,
  formatCertificate,
  isComplete,
  loadModel,
  proveClasses,
  stateClaim,
} from '@lifegpt/model';
import type { Command } from 'commander';
import { setImmediate } from 'node:timers/promises';
import type { CommandContext } from '../context.js';
import { DEFAULT_MODEL, openHashedModel, type HashedModel } from '../model-argument.js';
import { checkOutputFile, writeOutputFile } from '../output-file.js';
import { createRuntime } from '../runtime.js';
import { drawCertified, nameCells } from '../terminal/certificate-table.js';
import { createProgress } from '../terminal/progress.js';

interface CertifyFlags {
  readonly model: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function registerCertify(program: Command, context: CommandContext): void {
  program
    .command('certify')
    .description('prove that a model is right on every board of every size, topology and rule')
    .option('--model <name>', 'a shipped model, or a model folder', DEFAULT_MODEL)
    .option('--out <file>', 'write the certificate, a .json file')
    .option('--json', 'print one JSON object')
    .action((flags: CertifyFlags) => runCertify(flags, context));
}

async function runCertify(flags: CertifyFlags, context: CommandContext): Promise<void> {
  if (flags.out !== undefined) await checkOutputFile(flags.out, ['.json']);
  const model = await openHashedModel(flags.model);
  const start = performance.now();
  const findings = await prove(model, context);
  const seconds = (performance.now() - start) / 1000;
  const certified = certify(flags.model, model.hashes, findings);
  const failures = await explainFailures(model, findings, context);
  const isWhole = isComplete(certified);
  if (flags.json === true) {
    const { margin, rounding } = certified;
    const classes = certified.topologies.reduce((sum, { classes: own }) => sum + own, 0);
    const claim = stateClaim(certified);
    const report = { model: certified.model, certified: isWhole, claim, margin, rounding, classes };
    context.print(JSON.stringify({ ...report, failures, seconds }));
  } else {
    context.print(drawCertified(certified, seconds, context.terminal));
    for (const failure of failures) context.print(`\n${describeFailure(failure)}`);
  }
  if (flags.out !== undefined && stateClaim(certified).length > 0) {
    await writeOutputFile(flags.out, formatCertificate(certified));
    context.talk(`wrote ${flags.out}`);
  }
  if (!isWhole) context.fail();
}

/** Goes through all classes, with progress, until Ctrl-C. */
async function prove({ folder }: HashedModel, context: CommandContext): Promise<Findings> {
  const steps = proveClasses(folder);
  let step = steps.next(); // says what there is no proof for before anything is shown
  const progress = createProgress(context.progress, 'certify', countClasses(folder), 'classes');
  try {
    for (let done = 1; step.done !== true; done++) {
      const { topology, name } = step.value.cells;
      progress.update(done, `${topology} ${name}`);
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

/** A topology and form of rule that is not proved, and a board that goes wrong where there is one. */
interface Failure {
  readonly topology: string;
  readonly form: RuleForm;
  readonly classes: number;
  readonly cells: string;
  readonly margin: number;
  readonly board: FailingBoard | null;
}

async function explainFailures(
  { folder }: HashedModel,
  { topologies }: Findings,
  context: CommandContext,
): Promise<Failure[]> {
  const open = topologies.flatMap(({ topology, forms }) =>
    (['counts', 'table'] as const)
      .map((form) => ({ topology, form, finding: forms[form] }))
      .filter(({ finding }) => finding.failed > 0),
  );
  if (open.length === 0) return [];
  const model = await loadModel(folder, await createRuntime('cpu'));
  const progress = createProgress(context.progress, 'try boards', open.length, 'topologies');
  try {
    const failures: Failure[] = [];
    for (const { topology, form, finding } of open) {
      context.signal.throwIfAborted();
      const board = await findFailingBoard(model, finding.cells, form, context.signal);
      const { failed, margin, cells } = finding;
      failures.push({
        topology,
        form,
        classes: failed,
        cells: nameCells(cells.name),
        margin,
        board,
      });
      progress.update(failures.length);
    }
    return failures;
  } finally {
    progress.finish();
    await model.release();
  }
}

function describeFailure({ topology, form, classes, cells, margin, board }: Failure): string {
  const rules = form === 'counts' ? 'rules of B/S notation' : 'tables';
  const what = `not proved: topology ${topology} under ${rules}, ${classes} classes; the worst are cells ${cells} (${margin.toFixed(2)} nats)`;
  if (board === null) return `${what}; no board was found that goes wrong there`;
  const { rule, row, column, state, right, width } = board;
  const rows = state.match(new RegExp(`.{${width}}`, 'g')) ?? [];
  const written =
    rule.length > 80 ? `${rule.slice(0, 60)}…${rule.slice(rule.lastIndexOf(':'))}` : rule;
  return [
    what,
    `  wrong on a board: row ${row}, column ${column} becomes ${right} under ${written}, and the model writes something else`,
    ...rows.map((line) => `    ${line.replaceAll('0', '.').replaceAll('1', 'O')}`),
  ].join('\n');
}
