/** The certificate: a file that says what was proved of which weights, and on which assumptions. */

import {
  formatBoundedRule,
  InputError,
  locateCell,
  parseRule,
  type BoundedGrid,
} from '@lifegpt/core';
import { readsHeaderFirst } from '../config.js';
import { hashBytes } from '../hash.js';
import type { ModelFolder } from '../model-folder.js';
import type { WorstCase } from './certifier.js';
import { ERF_ERROR, EXP_ERROR, FIRST_LAYER_ERROR, UNIT } from './rounding.js';

/** What a file of this format begins with. */
export const CERTIFICATE_FORMAT = 'lifegpt-certificate-1';

/** What was found of one size. */
export interface CertifiedSize {
  /** Rule and board in Golly's notation, e.g. `B3/S23:T32,32`. */
  readonly rule: string;
  readonly height: number;
  readonly width: number;
  /** The greedy answer is right on all boards. */
  readonly certified: boolean;
  /** A lower bound of how far the right token's logit stays above all others, in nats; null for none. */
  readonly margin: number | null;
  /** What was taken off for rounding in the worst case. */
  readonly rounding: number | null;
  /** The largest error of the runtime's first layer, as `FIRST_LAYER_ERROR` counts it; only of models that read a header there. */
  readonly first_layer_error?: number;
  readonly cases: number;
  readonly worst: CertifiedCase;
  readonly seconds: number;
}

/** The case with the smallest margin. */
export interface CertifiedCase {
  /** The cell that is written, from 0; null for the end of the answer. */
  readonly row: number | null;
  readonly column: number | null;
  /** The cell of the answer before it, where there is one. */
  readonly previous: number | null;
  /** The cells around it and itself, row by row, `.` where nothing lives. */
  readonly neighbourhood: string | null;
  /** The token that comes closest to the right one. */
  readonly rival: string | null;
  /** The margin where all other cells are halfway between dead and alive, without rounding. */
  readonly centre: number | null;
}

/** The contents of a certificate. */
export interface Certificate {
  readonly format: typeof CERTIFICATE_FORMAT;
  readonly model: string;
  /** SHA-256 over configuration, vocabulary and weights. */
  readonly model_sha256: string;
  readonly statement: string;
  readonly assumptions: Assumptions;
  readonly sizes: readonly CertifiedSize[];
  readonly seconds: number;
}

/** What a certificate takes for granted. */
const ASSUMPTIONS = {
  arithmetic:
    'float32, rounded to nearest, sums in any order, products fused into sums or not, numbers below 2^-126 kept or flushed to zero',
  unit_roundoff: UNIT,
  exp_relative_error: EXP_ERROR,
  erf_absolute_error: ERF_ERROR,
  normalisation: 'variance as the mean of squared differences or as a difference of squares',
} as const;

/** What is taken for granted besides of a first layer that reads a header. */
const FIRST_LAYER_ASSUMPTIONS = {
  ...ASSUMPTIONS,
  first_layer_relative_error: FIRST_LAYER_ERROR,
  first_layer:
    'each number behind it is off by at most that share of the root mean square of its vector, as measured for all of its inputs',
} as const;

type Assumptions = typeof ASSUMPTIONS | typeof FIRST_LAYER_ASSUMPTIONS;

/** What a certificate of a model takes for granted. */
function assumptionsFor({ config }: ModelFolder): Assumptions {
  return readsHeaderFirst(config) ? FIRST_LAYER_ASSUMPTIONS : ASSUMPTIONS;
}

const STATEMENT =
  'For every board of each certified size, whatever its cells, the greedy answer of this model in float32 is the next state, ' +
  'token by token or in one pass, whatever earlier answer tokens are.';

/** Begins a certificate for a model. */
export async function beginCertificate(folder: ModelFolder): Promise<Certificate> {
  return {
    format: CERTIFICATE_FORMAT,
    model: folder.name,
    model_sha256: await hashModel(folder),
    statement: STATEMENT,
    assumptions: assumptionsFor(folder),
    sizes: [],
    seconds: 0,
  };
}

/** The SHA-256 of all that decides what a model answers. */
export async function hashModel({ config, tokenizer, tensors }: ModelFolder): Promise<string> {
  const named = tensors.map(({ name, shape }) => [name, shape]);
  const { weights_sha256: _, ...described } = config as typeof config & { weights_sha256?: string };
  const head = new TextEncoder().encode(JSON.stringify([described, tokenizer.vocabulary, named]));
  const size = tensors.reduce((sum, { data }) => sum + data.byteLength, head.length);
  const bytes = new Uint8Array(size);
  bytes.set(head);
  let at = head.length;
  for (const { data } of tensors) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return hashBytes(bytes);
}

/**
 * Describes what was found of a size.
 * @param firstLayerError what `measureFirstLayer` found of it
 */
export function describeSize(
  { config, tokenizer }: ModelFolder,
  bounds: BoundedGrid,
  worst: WorstCase,
  cases: number,
  seconds: number,
  firstLayerError: number | null = null,
): CertifiedSize {
  const { width, height } = bounds;
  const isCell = worst.answer < width * height;
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return {
    rule: formatBoundedRule(parseRule(config.trained_for.rule).rule, bounds),
    height,
    width,
    certified: worst.margin > 0,
    margin: finite(worst.margin),
    rounding: finite(worst.rounding),
    ...(firstLayerError === null ? {} : { first_layer_error: firstLayerError }),
    cases,
    worst: {
      row: isCell ? Math.floor(worst.answer / width) : null,
      column: isCell ? worst.answer % width : null,
      previous: worst.previous,
      neighbourhood: isCell ? drawNeighbourhood(bounds, worst) : null,
      rival: tokenizer.vocabulary[worst.rival] ?? null,
      centre: finite(worst.centre),
    },
    seconds,
  };
}

function drawNeighbourhood(bounds: BoundedGrid, { answer, cells, contents }: WorstCase): string {
  const row = Math.floor(answer / bounds.width);
  const column = answer % bounds.width;
  return [-1, 0, 1]
    .map((dy) =>
      [-1, 0, 1]
        .map((dx) => {
          const index = cells.indexOf(locateCell(bounds, row + dy, column + dx));
          return index < 0 ? '.' : String((contents >> index) & 1);
        })
        .join(''),
    )
    .join('/');
}

/** Writes a certificate as a file. */
export function formatCertificate(certificate: Certificate): string {
  return `${JSON.stringify(certificate, null, 2)}\n`;
}

/**
 * Reads a certificate.
 * @throws InputError when the text is none, or was changed so that it does not hold together.
 */
export function parseCertificate(text: string, source: string): Certificate {
  const fail = (reason: string): never => {
    throw new InputError(`${source} ${reason}`);
  };
  let parsed: Certificate;
  try {
    parsed = JSON.parse(text) as Certificate;
  } catch {
    return fail('is not a certificate: it is not JSON');
  }
  if (parsed?.format !== CERTIFICATE_FORMAT) {
    fail(
      `is not a certificate: its format is ${JSON.stringify(parsed?.format)}, not "${CERTIFICATE_FORMAT}"`,
    );
  }
  const known = [ASSUMPTIONS, FIRST_LAYER_ASSUMPTIONS].map((each) => JSON.stringify(each));
  if (!known.includes(JSON.stringify(parsed.assumptions))) {
    fail('rests on other assumptions than this program proves things on; certify again');
  }
  if (!Array.isArray(parsed.sizes)) fail('names no sizes');
  for (const size of parsed.sizes) {
    const { height, width, certified, margin, rule } = size;
    const name = `${height}x${width}`;
    if (!(Number.isInteger(height) && Number.isInteger(width) && height >= 1 && width >= 1)) {
      fail(`names a size of ${name}`);
    }
    const { bounds } = parseRule(rule);
    if (bounds?.width !== width || bounds.height !== height) {
      fail(`says ${rule} of a board of ${name}`);
    }
    if (certified !== (typeof margin === 'number' && margin > 0)) {
      fail(`says certified: ${certified} of ${name}, whose margin is ${margin}`);
    }
  }
  return parsed;
}

/** @throws InputError when a certificate is for other weights, or rests on what is assumed of other models. */
export async function checkBelongs(
  certificate: Certificate,
  folder: ModelFolder,
  source: string,
): Promise<void> {
  const hash = await hashModel(folder);
  if (hash !== certificate.model_sha256) {
    throw new InputError(
      `${source} is for other weights: it names ${certificate.model_sha256}, model ${folder.name} is ${hash}; ` +
        `give the model that it was made for with --model, or certify this one`,
    );
  }
  if (JSON.stringify(certificate.assumptions) !== JSON.stringify(assumptionsFor(folder))) {
    throw new InputError(
      `${source} rests on other assumptions than a certificate of model ${folder.name} has to; certify again`,
    );
  }
}
