/** `lifegpt certify`: what is proved of a model, for boards of all sizes, topologies and rules at once. */

import { InputError, MAX_SIDE, type RuleForm } from '@lifegpt/core';
import {
  certify,
  checkCertificateFiles,
  compareCertificate,
  cutMargin,
  deriveCertified,
  type Difference,
  countClasses,
  findFailingBoard,
  type FailingBoard,
  type Findings,
  formatCertificate,
  isComplete,
  listProved,
  loadModel,
  stateClaim,
} from '@lifegpt/model';
import type { Command } from 'commander';
import { addExamples } from '../command-examples.js';
import { readGivenFile } from '../bounded-file.js';
import type { CommandContext } from '../context.js';
import {
  DEFAULT_MODEL,
  listModelFiles,
  openHashedModel,
  type HashedModel,
} from '../model-argument.js';
import { checkOutputFile, describeUnwritten, writeOutputFile } from '../output-file.js';
import { goThrough, prove } from '../proof-steps.js';
import { createRuntime } from '../runtime.js';
import { drawCertified, nameCells } from '../terminal/certificate-table.js';
import { countNoun } from '../terminal/count.js';
import { createProgress } from '../terminal/progress.js';

interface CertifyFlags {
  readonly model: string;
  readonly out?: string;
  readonly check?: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function registerCertify(program: Command, context: CommandContext): void {
  program
    .command('certify')
    .description('prove that a model is right on every board of every size, topology and rule')
    .option('--model <name>', 'a shipped model, or a model folder', DEFAULT_MODEL)
    .option('--out <file>', 'write the certificate, a .json file')
    .option(
      '--check <file>',
      'hold a certificate against the model, by another program in other arithmetic',
    )
    .option('--json', 'print one JSON object')
    .action((flags: CertifyFlags) => runCertify(flags, context));
  addExamples(program, 'certify', [
    ['', 'what is proved of life: every board of every size, topology and rule'],
    ['--model runs/mine --out certificate.json', 'of a model of your own, as a file'],
    ['--model runs/mine --check certificate.json', 'derives it anew in other arithmetic'],
  ]);
}

async function runCertify(flags: CertifyFlags, context: CommandContext): Promise<void> {
  if (flags.check !== undefined) return runCheck(flags.check, flags, context);
  if (flags.out !== undefined) {
    await checkOutputFile(flags.out, ['.json'], await listModelFiles(flags.model));
    context.leave(describeUnwritten(flags.out));
  }
  const model = await openHashedModel(flags.model);
  const start = performance.now();
  const findings = await prove(model, context);
  const seconds = (performance.now() - start) / 1000;
  const certified = certify(flags.model, model.hashes, findings);
  const failures = await explainFailures(model, findings, context);
  const isWhole = isComplete(certified);
  if (flags.json === true) {
    const [margin, rounding] = [cutMargin(certified.margin), -cutMargin(-certified.rounding)];
    const classes = certified.topologies.reduce((sum, { classes: own }) => sum + own, 0);
    const report = {
      model: certified.model,
      certified: isWhole,
      claim: {
        largestSide: MAX_SIDE,
        counts: listProved(certified, 'counts'),
        table: listProved(certified, 'table'),
        text: stateClaim(certified),
      },
      margin,
      rounding,
      classes,
    };
    context.printJson({ ...report, failures, seconds });
  } else {
    context.print(drawCertified(certified, seconds, context.terminal));
    for (const failure of failures) context.print(`\n${describeFailure(failure)}`);
  }
  if (flags.out !== undefined && stateClaim(certified).length > 0) {
    await writeOutputFile(flags.out, formatCertificate(certified));
    context.talk(`wrote ${flags.out}`);
  } else if (flags.out !== undefined) {
    context.talk(`${flags.out} was not written: nothing is proved of ${certified.model}`);
  }
  if (!isWhole) context.fail();
}

/** Certificates are a few kilobytes. */
const LARGEST_CERTIFICATE = 2 ** 20;

/** Holds a certificate against the model. */
async function runCheck(
  file: string,
  { model: name, out, json }: CertifyFlags,
  context: CommandContext,
): Promise<void> {
  if (out !== undefined) {
    throw new InputError('--out writes a certificate and --check reads one; leave one of them out');
  }
  const bytes = await readGivenFile(file, LARGEST_CERTIFICATE);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes); // a mark before it is a difference
  const model = await openHashedModel(name);
  checkCertificateFiles(text, file, name, model.hashes);
  const start = performance.now();
  const derived = await goThrough(
    deriveCertified(name, model.folder, model.hashes),
    { label: 'check', total: countClasses(model.folder), show: (cells) => cells },
    context,
  );
  const difference = compareCertificate(text, derived);
  const claim = stateClaim(derived);
  const seconds = (performance.now() - start) / 1000;
  const confirmed = difference === null && claim.length > 0;
  if (json === true) {
    const [margin, rounding] = [cutMargin(derived.margin), -cutMargin(-derived.rounding)];
    const report = {
      model: derived.model,
      confirmed,
      claim: confirmed ? claim : [],
      margin,
      rounding,
    };
    context.printJson({ ...report, difference, seconds });
  } else if (confirmed) {
    const lines = claim.map((sentence) => `  ${sentence}`);
    const taken = `derived anew in whole numbers, by other cases, and compared to the letter; ${seconds.toFixed(1)} s`;
    context.print([`confirmed for ${derived.model}:`, ...lines, taken].join('\n'));
  } else {
    context.print(describeDifference(file, difference));
  }
  if (!confirmed) context.fail();
}

function describeDifference(file: string, difference: Difference | null): string {
  if (difference === null) return `${file} claims nothing, and nothing is proved of the model`;
  const { line, claimed, follows } = difference;
  return [
    `refused: line ${line} of ${file} does not follow from the model`,
    `  it says   ${claimed}`,
    `  it should ${follows}`,
  ].join('\n');
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
  const what = `not proved: topology ${topology} under ${rules}, ${countNoun(classes, 'class', 'classes')}; the worst are cells ${cells} (${margin.toFixed(2)} nats)`;
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
