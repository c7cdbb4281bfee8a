/** A certificate as a job that many machines share; its pieces are the sizes. */

import {
  checkShape,
  formatBounds,
  MAX_SIDE,
  parseBounds,
  shapes,
  TORUS,
  type BoundedGrid,
  type Shape,
} from '@lifegpt/core';
import {
  beginCertificate,
  checkBelongs,
  formatCertificate,
  openCertifier,
  type Certificate,
  type CertifiedSize,
  type ModelFolder,
} from '@lifegpt/model';
import { openModelFolder } from '../model-argument.js';
import { definePieceJob } from '../shard/piece-job.js';
import { formatSize, nameBoard, proveSize } from './prove-size.js';

/** A certificate in shards. */
export interface CertificateJob {
  /** A shipped model, or a folder. */
  readonly model: string;
  /** The certificate without any size. */
  readonly head: Certificate;
  readonly boards: readonly BoundedGrid[];
}

/** Describes a job. @throws InputError at a model of which nothing can be proved */
export async function planCertificate(
  model: string,
  folder: ModelFolder,
  boards: readonly BoundedGrid[],
): Promise<CertificateJob> {
  openCertifier(folder, { topology: TORUS, width: 1, height: 1 }); // says no before long work does
  return { model, head: await beginCertificate(folder), boards };
}

/** The file that `lifegpt certify --check` takes. */
const CERTIFICATE = 'certificate.json';

const { failShape, list, record, text, wholeNumber } = shapes;

const anObject: Shape<object> = (value, place) =>
  typeof value === 'object' && value !== null ? value : failShape(value, place, 'an object');

const board: Shape<BoundedGrid> = (value, place) => {
  const sides = record<BoundedGrid>({
    topology: (topology, at) => anObject(topology, at) as BoundedGrid['topology'],
    width: wholeNumber(1, MAX_SIDE),
    height: wholeNumber(1, MAX_SIDE),
  })(value, place);
  // what Golly's notation cannot say is no board
  const isBoard =
    JSON.stringify(parseBounds(String(formatBounds(sides)))) === JSON.stringify(sides);
  return isBoard ? sides : failShape(value, place, 'a board');
};

const JOB = record<CertificateJob>({
  model: text(4096),
  head: (value, place) => anObject(value, place) as Certificate,
  boards: list(board, 1, 1_000_000),
});

const RESULT = anObject;

/** Certificates as jobs. */
export const certificateKind = definePieceJob<CertificateJob, CertifiedSize>({
  name: 'certify',
  unit: 'sizes',
  checkJob: (job, source) => checkShape(JOB, job, source),
  checkResult: (result, source) => checkShape(RESULT, result, source) as CertifiedSize,
  countUnits: ({ boards }) => boards.length,
  countDone: () => 1,
  listPieces: ({ head, boards }) =>
    boards.map((bounds) => {
      const size = nameBoard(bounds);
      const name = size.replace(' :', '-').replace('*', 't'); // fits into the name of a file
      const { format, model_sha256: model, assumptions } = head;
      return { name, spec: { format, model, assumptions, size } };
    }),
  listFiles: () => [CERTIFICATE],
  async openWorker({ model, head, boards }) {
    const folder = await openModelFolder(model);
    await checkBelongs(head, folder, 'the job');
    return {
      doPiece: (index, context) => proveSize(model, folder, boards[index]!, context),
      close: async () => {},
    };
  },
  combine({ head }, sizes) {
    const seconds = sizes.reduce((sum, size) => sum + size.seconds, 0);
    const certificate = { ...head, sizes, seconds };
    const certified = sizes.every((size) => size.certified);
    return {
      json: summariseSizes(certificate, head.model, sizes),
      files: { [CERTIFICATE]: formatCertificate(certificate) },
      lines: [...sizes.map(formatSize), countCertified(sizes)],
      isExact: certified,
      asksExactness: true,
    };
  },
});

/** What `lifegpt certify --json` prints of the sizes that were asked for. */
export function summariseSizes(
  certificate: Certificate,
  model: string,
  asked: readonly CertifiedSize[],
): object {
  const certified = asked.every((size) => size.certified);
  const seconds = asked.reduce((sum, size) => sum + size.seconds, 0);
  return { ...certificate, model, certified, sizes: asked, seconds };
}

/** How many of the sizes are proved. */
export function countCertified(asked: readonly CertifiedSize[]): string {
  const proved = asked.filter((size) => size.certified).length;
  const seconds = asked.reduce((sum, size) => sum + size.seconds, 0);
  return `${proved} of ${asked.length} sizes certified, ${seconds.toFixed(1)} s`;
}
