/**
 * A certificate as a file: what is claimed, of which files, with which margins. Its text follows from the findings alone, so
 * whoever derives them anew can compare it letter by letter.
 */

import {
  MAX_CELLS,
  MAX_SIDE,
  PIECE_VOCABULARY,
  type RuleForm,
  type TopologyToken,
} from '@lifegpt/core';
import type { Findings } from './certify.js';
import { MODEL_FILES, type ModelFile } from '../folder/model-folder.js';

/** The least certain class of a topology under rules of one form, as far as a certificate tells. */
export interface CertifiedForm {
  /** Nats; not above 0 where nothing is proved. */
  readonly margin: number;
  /** Classes of which nothing is proved. */
  readonly failed: number;
  readonly className: string;
  readonly worst: string;
  readonly state: 0 | 1;
  readonly rival: number;
}

/**
 * What a certificate tells of findings.
 * @param hashes SHA-256 of the files that a runtime reads
 */
export function certify(
  name: string,
  hashes: Certified['files'],
  { topologies, ...findings }: Findings,
): Certified {
  return {
    ...findings,
    model: name.split(/[\\/]/).findLast((part) => part !== '') ?? name,
    files: hashes,
    topologies: topologies.map(({ topology, classes, forms }) => ({
      topology,
      classes,
      forms: {
        counts: { ...forms.counts, className: forms.counts.cells.name },
        table: { ...forms.table, className: forms.table.cells.name },
      },
    })),
  };
}

/** What a certificate tells of. */
export interface Certified {
  /** The last part of the model's name or path. */
  readonly model: string;
  /** SHA-256 of the files that a runtime reads. */
  readonly files: Readonly<Record<ModelFile, string>>;
  readonly topologies: readonly {
    readonly topology: TopologyToken;
    readonly classes: number;
    readonly forms: Readonly<Record<RuleForm, CertifiedForm>>;
  }[];
  readonly end: Readonly<Record<RuleForm, { readonly margin: number; readonly rival: number }>>;
  readonly margin: number;
  readonly rounding: number;
}

/** Digits of a margin behind the point. */
const DIGITS = 2;
/** Two ways of computing a margin differ by less. */
export const NUDGE = 1e-6;

const FORM_NAMES: Readonly<Record<RuleForm, string>> = {
  counts: '2^18 rules of B/S notation',
  table: '2^512 rules of the 3x3 neighbourhood, each written as its table',
};

/** What is supposed and not proved. */
const ASSUMPTIONS = [
  'sums, products and quotients of float32 are rounded as IEEE 754 has it, in any order, fused or not; a quotient may be a product with a reciprocal',
  'a result below 2^-120 may be taken for zero, or come out instead of zero',
  'exp is right to 2^-21 of its value, tanh to 2^-20',
  'ONNX Runtime runs the graphs that it is given, and Node and the machine work as they should',
  'passes by plan are certain of no lead that is off by the margin or more',
];

/** Whether all topologies that the model knows are proved under rules of both forms. */
export function isComplete(certified: Certified): boolean {
  return (['counts', 'table'] as const).every(
    (form) => listProved(certified, form).length === certified.topologies.length,
  );
}

/** The topologies for which rules of a form are proved. */
export function listProved({ topologies, end }: Certified, form: RuleForm): TopologyToken[] {
  if (!(end[form].margin > 0)) return [];
  return topologies
    .filter(({ forms }) => forms[form].failed === 0 && forms[form].margin > 0)
    .map(({ topology }) => topology);
}

/** The claim, a sentence each; empty where nothing is proved. */
export function stateClaim(certified: Certified, nudge = NUDGE): string[] {
  const claims = (['counts', 'table'] as const).flatMap((form) => {
    const proved = listProved(certified, form);
    if (proved.length === 0) return [];
    return [
      `On every board of topology ${proved.join(', ')} with sides from 1 to ${MAX_SIDE} and at most ${MAX_CELLS} cells, under each of the ${FORM_NAMES[form]}: ` +
        `whatever states the tokens of the answer before it say, at each cell the token of the right next state has the largest logit, and behind the last cell the token that closes the answer has.`,
    ];
  });
  if (claims.length === 0) return [];
  return [
    ...claims,
    'So greedy decoding writes the next state and nothing else, and one pass over any guess of 0 and 1 is enough.',
    'A prompt without a header is the one of B3/S23 on a torus.',
    `The right token leads every other one by at least ${cutMargin(certified.margin, nudge)} nats, after rounding.`,
  ];
}

/**
 * The text of a certificate.
 * @param nudge what is taken off margins before their digits are cut
 */
export function formatCertificate(certified: Certified, nudge = NUDGE): string {
  const { model, files, topologies, end, margin, rounding } = certified;
  const finding = ({ margin: least, failed, ...form }: CertifiedForm): object =>
    failed > 0
      ? { failed }
      : {
          margin: cutMargin(least, nudge),
          class: form.className,
          case: form.worst,
          right: String(form.state),
          next: PIECE_VOCABULARY[form.rival],
        };
  const file = {
    format: 'lifegpt-certificate-1',
    model,
    claim: stateClaim(certified, nudge),
    files: Object.fromEntries(MODEL_FILES.map((name) => [name, files[name]])),
    assumptions: ASSUMPTIONS,
    classes: topologies.reduce((sum, { classes }) => sum + classes, 0),
    margin: cutMargin(margin, nudge),
    rounding: -cutMargin(-rounding, nudge),
    topologies: topologies.map(({ topology, classes, forms }) => ({
      topology,
      classes,
      counts: finding(forms.counts),
      table: finding(forms.table),
    })),
    end: Object.fromEntries(
      (['counts', 'table'] as const).map((form) => [
        form,
        { margin: cutMargin(end[form].margin, nudge), next: PIECE_VOCABULARY[end[form].rival] },
      ]),
    ),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Cuts a margin's digits, downwards. @param nudge what is taken off before */
export function cutMargin(value: number, nudge = NUDGE): number {
  const scale = 10 ** DIGITS;
  return Math.floor((value - nudge) * scale) / scale;
}
