/** `lifegpt certify`: a proof that a model of one layer is right on every board of a size. */

import { InputError, parseSizes, TORUS, type BoardSize, type BoundedGrid } from '@lifegpt/core';
import {
  beginCertificate,
  checkBelongs,
  describeSize,
  formatCertificate,
  openCertifier,
  openChecker,
  parseCertificate,
  type Certificate,
  type CertifiedSize,
  type ModelFolder,
} from '@lifegpt/model';
import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { findWorstAnswer } from '../certify/pool.js';
import type { CommandContext } from '../context.js';
import { readShard } from '../dataset/shard.js';
import { DEFAULT_MODEL, openModelFolder } from '../model-argument.js';
import { checkOutputFile, writeOutputFile } from '../output-file.js';
import { createProgress } from '../terminal/progress.js';

interface CertifyFlags {
  readonly model: string;
  readonly size?: string;
  readonly all?: boolean;
  readonly out?: string;
  readonly check?: string;
  readonly shard?: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function registerCertify(program: Command, context: CommandContext): void {
  program
    .command('certify')
    .description('prove that a model of one layer answers every board of a size right')
    .option('--model <name>', 'a shipped model, or a model folder', DEFAULT_MODEL)
    .option('--size <rows x columns>', '32, 20x32, 3..16x3..16, or several between commas')
    .option('--all', 'every size that the model was trained for')
    .option('--out <file>', 'the certificate (.json); sizes that it has are not proved again')
    .option('--check <file>', 'verify a certificate by another proof')
    .option('--shard <i/n>', 'only every n-th size, from the i-th, counted from 0')
    .option('--json', 'print one JSON object')
    .action((flags: CertifyFlags) => runCertify(flags, context));
}

async function runCertify(flags: CertifyFlags, context: CommandContext): Promise<void> {
  const folder = await openModelFolder(flags.model);
  if (flags.check !== undefined) return runCheck(flags, flags.check, folder, context);
  const shard = readShard(flags.shard, context.env);
  const sizes = listSizes(flags, folder).filter((_, i) => i % shard.count === shard.index);
  openCertifier(folder, boundsOf({ width: 1, height: 1 })); // says no before long work does
  if (flags.out !== undefined) await checkOutputFile(flags.out, ['.json']);
  let certificate = await openCertificate(flags.out, folder);
  const earlier = certificate.sizes;
  if (earlier.length > 0) context.talk(`${flags.out} has ${earlier.length} sizes already`);
  const asked: CertifiedSize[] = [];
  for (const size of sizes) {
    const known = certificate.sizes.find(
      ({ width, height }) => width === size.width && height === size.height,
    );
    const found = known ?? (await proveSize(flags.model, folder, size, context));
    asked.push(found);
    if (flags.json !== true) describe(found, context);
    if (known !== undefined) continue;
    certificate = {
      ...certificate,
      sizes: [...certificate.sizes, found],
      seconds: certificate.seconds + found.seconds,
    };
    if (flags.out !== undefined) await writeOutputFile(flags.out, formatCertificate(certificate));
  }
  const certified = asked.every((size) => size.certified);
  const seconds = asked.reduce((sum, size) => sum + size.seconds, 0);
  if (flags.json === true) {
    context.print(
      JSON.stringify({ ...certificate, model: folder.name, certified, sizes: asked, seconds }),
    );
  } else {
    const proved = asked.filter((size) => size.certified).length;
    context.print(`${proved} of ${asked.length} sizes certified, ${seconds.toFixed(1)} s`);
  }
  if (!certified) context.fail();
}

/** What `--size` or `--all` asks for, in ascending order, each size once. */
function listSizes({ size, all }: CertifyFlags, folder: ModelFolder): BoardSize[] {
  if ((size === undefined) === (all !== true)) {
    throw new InputError('certify needs --size, e.g. 32x32, or --all, and not both');
  }
  const { sides } = folder.config.trained_for;
  const ranges =
    size === undefined ? [{ height: sides, width: sides, weight: 1 }] : parseSizes(size);
  const found = new Map<string, BoardSize>();
  for (const range of ranges) {
    for (let height = range.height[0]; height <= range.height[1]; height++) {
      for (let width = range.width[0]; width <= range.width[1]; width++) {
        if ('square' in range && range.square === true && width !== height) continue;
        const side = [height, width].find((value) => value < sides[0] || value > sides[1]);
        if (side !== undefined) {
          throw new InputError(
            `model ${folder.name} was trained for sides ${sides.join(' to ')}, not for ${height}x${width}`,
          );
        }
        found.set(`${height}x${width}`, { height, width });
      }
    }
  }
  return [...found.values()].sort((a, b) => a.height * a.width - b.height * b.width);
}

function boundsOf({ width, height }: BoardSize): BoundedGrid {
  return { topology: TORUS, width, height };
}

async function openCertificate(
  file: string | undefined,
  folder: ModelFolder,
): Promise<Certificate> {
  const text = file === undefined ? null : await readFile(file, 'utf8').catch(() => null);
  if (text === null) return beginCertificate(folder);
  const certificate = parseCertificate(text, file!);
  await checkBelongs(certificate, folder, file!);
  return certificate;
}

async function proveSize(
  model: string,
  folder: ModelFolder,
  size: BoardSize,
  { signal, progress: stream }: CommandContext,
): Promise<CertifiedSize> {
  const bounds = boundsOf(size);
  const { answerTokens, cases } = openCertifier(folder, bounds);
  const began = performance.now();
  const progress = createProgress(stream, `${size.height}x${size.width}`, answerTokens, 'answers');
  let done = 0;
  try {
    const onAnswer = (): void => progress.update(++done);
    const job = { model, bounds, kind: 'prove' } as const;
    const { worst } = await findWorstAnswer(job, answerTokens, signal, onAnswer);
    return describeSize(folder, bounds, worst!, cases, (performance.now() - began) / 1000);
  } finally {
    progress.finish();
  }
}

function describe(size: CertifiedSize, { print }: CommandContext): void {
  const { height, width, certified, margin, rounding, worst, seconds } = size;
  const name = `${height}x${width}`;
  const nats = (value: number | null): string => (value === null ? 'none' : value.toFixed(2));
  const where =
    worst.row === null
      ? 'the end of the answer'
      : `cell ${worst.row},${worst.column} with neighbourhood ${worst.neighbourhood}`;
  const before = worst.previous === null ? '' : ` after ${worst.previous}`;
  print(
    `${name}: ${certified ? 'certified' : 'NOT certified'}, margin ${nats(margin)} nats ` +
      `(${nats(rounding)} off for rounding) at ${where}${before} against '${worst.rival}', ${seconds.toFixed(1)} s`,
  );
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
  const results: { height: number; width: number; margin: number | null; agrees: boolean }[] = [];
  const began = performance.now();
  for (const { height, width } of claimed) {
    const bounds = boundsOf({ height, width });
    const { answerTokens } = openChecker(folder, bounds);
    const progress = createProgress(stream, `check ${height}x${width}`, answerTokens, 'answers');
    let done = 0;
    const job = { model: flags.model, bounds, kind: 'check' } as const;
    const { margin } = await findWorstAnswer(job, answerTokens, signal, () =>
      progress.update(++done),
    ).finally(() => progress.finish());
    const agrees = margin > 0;
    results.push({ height, width, margin: Number.isFinite(margin) ? margin : null, agrees });
    if (flags.json === true) continue;
    print(
      agrees
        ? `${height}x${width}: the check agrees, margin at least ${margin.toFixed(2)} nats by its own bound`
        : `${height}x${width}: the check CANNOT confirm it, its own bound is ${margin.toFixed(2)} nats`,
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
