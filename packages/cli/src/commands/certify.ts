/** `lifegpt certify`: a proof that a model of one layer is right on every board of a size. */

import { formatBounds, InputError } from '@lifegpt/core';
import {
  checkBelongs,
  formatCertificate,
  measureFirstLayer,
  openChecker,
  parseCertificate,
  type Certificate,
  type CertifiedSize,
  type ModelFolder,
} from '@lifegpt/model';
import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import {
  certificateKind,
  countCertified,
  planCertificate,
  summariseSizes,
} from '../certify/certificate-job.js';
import { findWorstAnswer } from '../certify/pool.js';
import { boundsOf, formatSize, nameBoard, proveSize } from '../certify/prove-size.js';
import { addSizeOptions, listBoards, type SizeFlags } from '../certify/sizes.js';
import type { CommandContext } from '../context.js';
import { openModelFolder } from '../model-argument.js';
import { checkOutputFile, writeOutputFile } from '../output-file.js';
import { finishShard } from '../shard/finish-shard.js';
import { readShard } from '../shard/shard.js';
import { createRuntime } from '../runtime.js';
import { createProgress } from '../terminal/progress.js';

interface CertifyFlags extends SizeFlags {
  readonly out?: string;
  readonly check?: string;
  readonly shard?: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function registerCertify(program: Command, context: CommandContext): void {
  const command = program
    .command('certify')
    .description('prove that a model of one layer answers every board of a size right');
  addSizeOptions(command)
    .option(
      '--out <path>',
      'the certificate (.json), or a folder of shards; sizes that it has are not proved again',
    )
    .option('--check <file>', 'verify a certificate by another proof')
    .option('--shard <i/n>', 'do one of n shares, i from 0 (else from Slurm or Kubernetes)')
    .option('--json', 'print one JSON object')
    .action((flags: CertifyFlags) => runCertify(flags, context));
}

async function runCertify(flags: CertifyFlags, context: CommandContext): Promise<void> {
  const folder = await openModelFolder(flags.model);
  if (flags.check !== undefined) return runCheck(flags, flags.check, folder, context);
  const boards = listBoards(flags, folder);
  const { model, out, json } = flags;
  const shard = readShard(flags.shard, context.env);
  const job = await planCertificate(model, folder, boards);
  if (out !== undefined && extname(out) === '') {
    return finishShard(certificateKind, job, { out, shard, json }, context);
  }
  if (shard.count > 1 && (flags.shard !== undefined || out !== undefined)) {
    throw new InputError(
      'a shard needs --out with the folder that all shards have in common; --shard 0/1 does everything',
    );
  }
  if (out !== undefined) await checkOutputFile(out, ['.json']);
  let certificate = await openCertificate(out, folder, job.head);
  const earlier = certificate.sizes;
  if (earlier.length > 0) context.talk(`${out} has ${earlier.length} sizes already`);
  const asked: CertifiedSize[] = [];
  for (const bounds of boards) {
    const known = certificate.sizes.find(
      (size) => formatBounds(boundsOf(size)) === formatBounds(bounds),
    );
    const found = known ?? (await proveSize(flags.model, folder, bounds, context));
    asked.push(found);
    if (json !== true) context.print(formatSize(found));
    if (known !== undefined) continue;
    certificate = {
      ...certificate,
      sizes: [...certificate.sizes, found],
      seconds: certificate.seconds + found.seconds,
    };
    if (out !== undefined) await writeOutputFile(out, formatCertificate(certificate));
  }
  if (json === true) {
    context.print(JSON.stringify(summariseSizes(certificate, folder.name, asked)));
  } else {
    context.print(countCertified(asked));
  }
  if (!asked.every((size) => size.certified)) context.fail();
}

async function openCertificate(
  file: string | undefined,
  folder: ModelFolder,
  empty: Certificate,
): Promise<Certificate> {
  const text = file === undefined ? null : await readFile(file, 'utf8').catch(() => null);
  if (text === null) return empty;
  const certificate = parseCertificate(text, file!);
  await checkBelongs(certificate, folder, file!);
  return certificate;
}

/** Verifies a certificate's sizes by the other proof. */
async function runCheck(
  flags: CertifyFlags,
  file: string,
  folder: ModelFolder,
  { print, fail, signal, progress: stream }: CommandContext,
): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new InputError(`there is no certificate '${file}'`);
  });
  const certificate = parseCertificate(text, file);
  await checkBelongs(certificate, folder, file);
  const claimed = certificate.sizes.filter(({ certified }) => certified);
  const results: {
    rule: string;
    height: number;
    width: number;
    margin: number | null;
    agrees: boolean;
  }[] = [];
  const runtime = await createRuntime('cpu');
  const began = performance.now();
  for (const { rule, height, width } of claimed) {
    const bounds = boundsOf({ rule });
    const name = nameBoard(bounds);
    const { answerTokens } = openChecker(folder, bounds);
    await measureFirstLayer(folder, bounds, runtime);
    const progress = createProgress(stream, `check ${name}`, answerTokens, 'answers');
    let done = 0;
    const job = { model: flags.model, bounds, kind: 'check' } as const;
    const { margin } = await findWorstAnswer(job, answerTokens, signal, () =>
      progress.update(++done),
    ).finally(() => progress.finish());
    const agrees = margin > 0;
    results.push({ rule, height, width, margin: Number.isFinite(margin) ? margin : null, agrees });
    if (flags.json === true) continue;
    print(
      agrees
        ? `${name}: the check agrees, margin at least ${margin.toFixed(2)} nats by its own bound`
        : `${name}: the check CANNOT confirm it, its own bound is ${margin.toFixed(2)} nats`,
    );
  }
  const agrees = results.every((size) => size.agrees);
  const seconds = (performance.now() - began) / 1000;
  if (flags.json === true) {
    print(JSON.stringify({ model: folder.name, agrees, sizes: results, seconds }));
  } else {
    print(
      `${agrees ? 'confirmed' : 'NOT confirmed'}: ${results.length} certified sizes, ${seconds.toFixed(1)} s`,
    );
  }
  if (!agrees || results.length === 0) fail();
}
