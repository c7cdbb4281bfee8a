/** The folder of a report: the page, its figures as SVG and PNG, its data, and the evaluation's checkpoint. */

import { InputError, parseCells, parseRule, TORUS, type Grid } from '@lifegpt/core';
import type { LanguageModel, ModelFolder, Runtime } from '@lifegpt/model';
import type { SimdLife } from '@lifegpt/simd-life';
import { readdir } from 'node:fs/promises';
import { pathIn, targetIn } from '../folder-path.js';
import type { CommandContext } from '../context.js';
import type { EvaluationState } from '../evaluation/evaluation-state.js';
import type { ArarPictures } from '../evaluation/simulate.js';
import { encodeGif } from '../gif.js';
import { explainWriting, makeFolder, writeOutputFile } from '../output-file.js';
import { countNoun } from '../terminal/count.js';
import { createProgress } from '../terminal/progress.js';
import { readAttention, type ReportedAttention } from './attention.js';
import { compareWithPaper } from './comparison.js';
import { drawRun } from './figures/arar.js';
import { writePage, type ShownRun } from './page.js';
import { renderPng } from './png.js';
import { gatherReport } from './report-data.js';
import { drawSections } from './sections.js';

const CHECKPOINT = 'checkpoint.json';
const PAGE = 'index.html';
const DATA = 'report.json';
const FIGURES = 'figures';

/** What took part in an evaluation. */
export interface Participants {
  /** In the order of the models. */
  readonly folders: readonly ModelFolder[];
  readonly models: readonly LanguageModel[];
  readonly runtime: Runtime;
  readonly engine: SimdLife;
}

/** An opened folder. */
export interface ReportFolder {
  /** Where the evaluation keeps what is finished. */
  readonly checkpointFile: string;
  /** Makes the folder, once all input is known to be good. */
  create(): Promise<void>;
  /** Writes everything; returns what to tell. */
  write(
    state: EvaluationState,
    participants: Participants,
    context: CommandContext,
  ): Promise<string>;
}

/**
 * Opens a folder for a report: a new or empty one, or one that holds a report, finished or not; that
 * it is the same evaluation's is for its checkpoint to say.
 * @throws InputError when it holds anything else
 */
export async function openReport(folder: string): Promise<ReportFolder> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] as string[];
    throw explainWriting(folder, error, 'nothing was done');
  });
  const foreign = entries.filter((name) => ![CHECKPOINT, PAGE, DATA, FIGURES].includes(name));
  if (foreign.length > 0 || (entries.length > 0 && !entries.includes(CHECKPOINT))) {
    throw new InputError(
      `${folder} holds something else than an evaluation's report (${(foreign[0] ?? entries[0])!}); name a new folder`,
    );
  }
  return {
    checkpointFile: targetIn(folder, CHECKPOINT),
    create: () => makeFolder(folder),
    write: (state, participants, context) => writeReport(folder, state, participants, context),
  };
}

async function writeReport(
  folder: string,
  state: EvaluationState,
  { folders, models, runtime, engine }: Participants,
  { signal, progress: stream }: CommandContext,
): Promise<string> {
  const attention: ReportedAttention[] = [];
  for (const [m, model] of models.entries()) {
    signal.throwIfAborted();
    attention.push(await readAttention(model, folders[m]!, runtime, engine));
  }
  const data = await gatherReport(state, folders, attention);
  const sections = drawSections(data);
  const drawn = state.arar.map(drawRun).filter((run) => run !== null);
  const progress = createProgress(stream, 'report', drawn.length, 'animations');
  const runs: ShownRun[] = [];
  for (const run of drawn) {
    signal.throwIfAborted();
    runs.push({ ...run, animation: await animate(run.run.pictures!, engine) });
    progress.update(runs.length);
  }
  progress.finish();

  const figures = [
    ...sections.flatMap((s) => s.figures),
    ...runs.flatMap((r) => [r.curve, r.board]),
  ];
  await makeFolder(targetIn(folder, FIGURES));
  for (const { id, svg } of figures) {
    await writeOutputFile(targetIn(folder, `${FIGURES}/${id}.svg`), standAlone(svg));
    await writeOutputFile(targetIn(folder, `${FIGURES}/${id}.png`), await renderPng(svg));
  }
  for (const { curve, animation } of runs) {
    await writeOutputFile(targetIn(folder, `${FIGURES}/${curve.id}.gif`), animation);
  }
  const rows = compareWithPaper(data);
  await writeOutputFile(
    targetIn(folder, DATA),
    `${JSON.stringify({ ...data, comparison: rows })}\n`,
  );
  await writeOutputFile(targetIn(folder, PAGE), writePage({ data, rows, sections, runs }));
  return `wrote ${pathIn(folder, PAGE)}, ${countNoun(figures.length, 'figure')} as SVG and PNG, and ${DATA}`;
}

/** The first generations as truth, prediction and difference. */
function animate(
  { width, height, rule: text, states }: ArarPictures,
  engine: SimdLife,
): Promise<Uint8Array> {
  const { rule, bounds } = parseRule(text);
  const predicted = states.map((cells) => parseCells(cells, width, height));
  const truth: Grid[] = [predicted[0]!];
  while (truth.length < predicted.length) {
    truth.push(engine.step(truth.at(-1)!, rule, 1, bounds?.topology ?? TORUS));
  }
  return encodeGif(predicted, truth, { panels: ['truth', 'prediction', 'difference'] });
}

/** A picture by itself has no page to take its colour from. */
function standAlone(svg: string): string {
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
  return svg
    .replace('<svg ', '<svg color="#1f2937" ')
    .replace('>', `><rect width="${width}" height="${height}" fill="white"/>`);
}
