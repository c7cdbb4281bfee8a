/**
 * Holds a certificate against its model: derives everything anew, by other cases and in other arithmetic, writes the
 * certificate that follows, and compares the two letter by letter. Nothing in the certificate is believed.
 */

import { InputError, showValue, type RuleForm } from '@lifegpt/core';
import type { ModelFile, ModelFolder } from '../../folder/model-folder.js';
import { listTopologies } from '../../network/trained-for.js';
import { type Certified, type CertifiedForm, formatCertificate, NUDGE } from '../certificate.js';
import { checkCertifiable } from '../certify.js';
import { checkClass, type CheckedClass } from './check-class.js';
import { type CheckedModel, openChecked } from './check-model.js';
import type { CheckedLook } from './checked-look.js';
import { type CornerClass, listCornerClasses, readTouches } from './corner-class.js';
import { least, toNumber } from './fixed.js';
import { ROUNDED, UNROUNDED } from './rounded.js';

/** Where a certificate differs from what follows from its model. */
export interface Difference {
  /** Counted from 1. */
  readonly line: number;
  readonly claimed: string;
  readonly follows: string;
}

const FORMS = ['counts', 'table'] as const;

/** Goes through all classes, yields each one's name, and returns what may be certified. @throws InputError as `checkCertifiable` */
export function* deriveCertified(
  name: string,
  folder: ModelFolder,
  hashes: Readonly<Record<ModelFile, string>>,
): Generator<string, Certified> {
  const model = openModel(folder, ROUNDED);
  const topologies: Certified['topologies'][number][] = [];
  const worst: { margin: number; form: RuleForm; cells: CornerClass }[] = [];
  for (const topology of listTopologies(folder.config.trained_for)) {
    const classes = listCornerClasses(topology);
    const looks = new Map<string, CheckedLook>();
    const found: Partial<Record<RuleForm, CertifiedForm & { cells: CornerClass }>> = {};
    for (const cells of classes) {
      yield `${topology} ${cells.name}`;
      const checked = tryClass(model, cells, looks);
      for (const form of FORMS) {
        const known = found[form];
        const failed = (known?.failed ?? 0) + (checked[form].margin > 0 ? 0 : 1);
        const isWorst = known === undefined || checked[form].margin < known.margin;
        const own = { ...checked[form], className: cells.name, cells };
        found[form] = { ...(isWorst ? own : known), failed };
      }
    }
    for (const form of FORMS) {
      const { margin, failed, cells } = found[form]!;
      if (failed === 0) worst.push({ margin, form, cells });
    }
    topologies.push({
      topology,
      classes: classes.length,
      forms: found as Record<RuleForm, CertifiedForm>,
    });
  }
  const end = checkEnd(model);
  const proved = worst.filter(({ form }) => end[form].margin > 0);
  const whole = { model: lastName(name), files: hashes, topologies, end };
  if (proved.length === 0) return { ...whole, margin: 0, rounding: 0 };
  const { margin, form, cells } = proved.reduce((a, b) => (b.margin < a.margin ? b : a));
  const ends = FORMS.map((one) => end[one].margin).filter((one) => one > 0);
  const exact = openModel(folder, UNROUNDED);
  const unrounded = checkClass(exact, cells, openLook(exact, cells, new Map()))[form].margin;
  return { ...whole, margin: Math.min(margin, ...ends), rounding: unrounded - margin };
}

/**
 * Says at once where a file is no certificate, or one of another model's files.
 * @throws InputError naming the file, and the hash that differs
 */
export function checkCertificateFiles(
  text: string,
  file: string,
  name: string,
  hashes: Readonly<Record<ModelFile, string>>,
): void {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new InputError(`${file} is no certificate: it is not JSON`);
  }
  const files = (parsed as { files?: Record<string, unknown> } | null)?.files;
  if (typeof files !== 'object' || files === null) {
    throw new InputError(`${file} is no certificate: it names no files of a model`);
  }
  for (const [own, hash] of Object.entries(hashes)) {
    if (files[own] === hash) continue;
    throw new InputError(
      `${file} is of another model than ${name}: the SHA-256 of ${own} is ${hash}, not ${showValue(files[own])}`,
    );
  }
}

/** Compares a certificate's text with what follows from the model; null where they are the same, to the letter. */
export function compareCertificate(text: string, derived: Certified): Difference | null {
  // a margin that lies just at a digit's edge may be cut to either side
  const [low, high] = [formatCertificate(derived, 2 * NUDGE), formatCertificate(derived, 0)];
  if (text === low || text === high) return null;
  const [claimed, follows] = [text.split('\n'), high.split('\n')];
  const longest = Math.max(claimed.length, follows.length);
  let line = 0;
  while (line < longest - 1 && claimed[line] === follows[line]) line++;
  const show = (lines: readonly string[]): string => (lines[line] ?? '(nothing)').trim();
  return { line: line + 1, claimed: show(claimed), follows: show(follows) };
}

function openModel(folder: ModelFolder, supposed: typeof ROUNDED): CheckedModel {
  const config = checkCertifiable(folder);
  try {
    return openChecked(config, folder.tensors, folder.tokenizer, supposed);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(`there is no proof for model ${folder.name}: ${error.message}`);
  }
}

/** A class whose numbers are too large for the check is one of which nothing is proved. */
function tryClass(
  model: CheckedModel,
  cells: CornerClass,
  looks: Map<string, CheckedLook>,
): CheckedClass {
  try {
    return checkClass(model, cells, openLook(model, cells, looks));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const open = {
      margin: -Infinity,
      className: cells.name,
      worst: '',
      state: 0,
      rival: 0,
    } as const;
    return { counts: open, table: open };
  }
}

function openLook(
  model: CheckedModel,
  cells: CornerClass,
  looks: Map<string, CheckedLook>,
): CheckedLook {
  const touches = readTouches(cells);
  const look = looks.get(touches.join()) ?? model.look(cells.topology, touches);
  looks.set(touches.join(), look);
  return look;
}

function checkEnd({ ending, ids, vocabulary, logitsOff }: CheckedModel): Certified['end'] {
  const entries = FORMS.map((form) => {
    let found: { margin: bigint; rival: number } | null = null;
    const off = logitsOff[form];
    for (const own of ending.own) {
      for (let rival = 0; rival < vocabulary; rival++) {
        if (rival === ids.end) continue;
        const lead = (row: readonly bigint[]): bigint => row[ids.end]! - row[rival]!;
        const margin =
          lead(own) + ending.bits[form].map(lead).reduce(least) - off[ids.end]! - off[rival]!;
        if (found === null || margin < found.margin) found = { margin, rival };
      }
    }
    return [form, { margin: toNumber(found!.margin), rival: found!.rival }];
  });
  return Object.fromEntries(entries) as Certified['end'];
}

const lastName = (name: string): string =>
  name.split(/[\\/]/).findLast((part) => part !== '') ?? name;
