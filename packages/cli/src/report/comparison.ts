/** The table that sets ours beside the paper's. */

import { describeTopologies } from '@lifegpt/model';
import { TEN_BOARDS } from '../option-values.js';
import { PAPER_BOARD_COUNT } from '../evaluation/paper-boards.js';
import type { Counts, Tally } from '../evaluation/tally.js';
import { PAPER } from './paper.js';
import type { ReportData, ReportedModel } from './report-data.js';

/** A line of the table. */
export interface ComparisonRow {
  readonly what: string;
  readonly paper: string;
  /** By model, in the order of the report. */
  readonly ours: readonly string[];
  /** In what the settings differ; empty where they do not. */
  readonly differs: string;
}

/** All lines for which there is a result. */
export function compareWithPaper(data: ReportData): ComparisonRow[] {
  return [
    ...compareModels(data),
    ...compareOneStep(data),
    ...compareDensity(data),
    ...compareArar(data),
  ];
}

function compareModels({ models, evaluation, machine }: ReportData): ComparisonRow[] {
  const row = (
    what: string,
    paper: string,
    ours: (model: ReportedModel) => string,
    differs = '',
  ): ComparisonRow => ({ what, paper, ours: models.map(ours), differs });
  const tallies = evaluation.oneStep.flatMap((source) => source.tallies);
  return [
    row('parameters', count(PAPER.parameters), ({ parameters }) => count(parameters)),
    row('positions', PAPER.positions, ({ config }) => describePositions(config.position_scheme)),
    row('tokens', PAPER.tokens, ({ config }) => `vocabulary ${config.vocab_size}`),
    row('trained on', PAPER.sizes, ({ config }) => {
      const [shortest, longest] = config.trained_for.sides;
      return shortest === longest
        ? `${longest}x${longest} tori`
        : `${describeTopologies(config.trained_for)}, sides ${shortest} to ${longest}`;
    }),
    row(
      'training',
      PAPER.training,
      ({ trainingSeconds, recipe }) =>
        `${recipe === null ? 'unknown steps' : `${count(recipe.steps)} steps`}, ` +
        (trainingSeconds === null ? 'unknown time' : `${(trainingSeconds / 60).toFixed(0)} min`),
      'hardware',
    ),
    row(
      'time a 32x32 state, temperature 0',
      PAPER.secondsAState,
      ({ name }) => {
        const own = tallies
          .filter(({ model, temperature }) => model === name && temperature === 0)
          .filter(({ sizes }) => Object.keys(sizes).join() === '32x32')
          .sort((left, right) => right.boards - left.boards);
        return own[0] === undefined ? '-' : formatTime(own[0].seconds / own[0].boards);
      },
      `hardware (${machine}); boards in batches, decoded in parallel passes to the same tokens`,
    ),
  ];
}

function describePositions(scheme: string): string {
  return (
    {
      location: 'distances to the four borders, as numbers',
      learned: '1-D learned',
      rope: '1-D rotary',
    }[scheme] ?? scheme
  );
}

/** The ten test boards by temperature, held against the paper's last epoch. */
function compareOneStep({ models, evaluation }: ReportData): ComparisonRow[] {
  const tallies = evaluation.oneStep[0]!.tallies;
  if (tallies[0]!.boards !== PAPER_BOARD_COUNT) return [];
  return PAPER.temperatures.flatMap((temperature, i) => {
    const own = models.map(({ name }) => pool(tallies, name, temperature));
    if (own.every((counts) => counts === null)) return [];
    return {
      what: `cell accuracy, ten test boards, temperature ${temperature}`,
      paper: `${PAPER.accuracyByEpoch[50][i]} (epoch 50)`,
      ours: own.map((counts) => (counts === null ? '-' : describeCells(counts))),
      differs: boardsDiffer(tallies[0]!.data),
    };
  });
}

/** Many boards over all order parameters. */
function compareDensity({ models, evaluation }: ReportData): ComparisonRow[] {
  const source = evaluation.oneStep.find(({ tallies }) => tallies[0]!.boards > 100);
  if (source === undefined) return [];
  const [first] = source.tallies;
  const atZero = models.map(({ name }) => pool(source.tallies, name, 0));
  const rows: ComparisonRow[] = PAPER.overDensity.map(
    ({ training, cellAccuracy, exactBoards, boards }) => ({
      what: `p from 0 to 1, temperature 0; paper: ${training}`,
      paper: `${cellAccuracy}, ${exactBoards} of ${boards} boards exact`,
      ours: atZero.map((counts) =>
        counts === null
          ? '-'
          : `${describeCells(counts)}, ${count(counts.boards - counts.wrongBoards)} of ${count(counts.boards)} boards exact`,
      ),
      differs: `boards (ours: ${first!.data})`,
    }),
  );
  const hot = models.map(({ name }) => pool(source.tallies, name, 1));
  if (hot.every((counts) => counts === null)) return rows;
  return [
    ...rows,
    {
      what: 'wrong cells in a million, temperature 1',
      paper: 'not reported over p',
      ours: hot.map((counts) =>
        counts === null
          ? '-'
          : `${((1e6 * counts.wrongCells) / counts.cells).toPrecision(2)} (${counts.wrongCells} of ${count(counts.cells)})`,
      ),
      differs: '',
    },
  ];
}

function compareArar({ models, evaluation }: ReportData): ComparisonRow[] {
  const runs = evaluation.arar.filter(({ temperature }) => temperature === 0);
  const [first] = runs;
  if (first === undefined) return [];
  const horizons = [...new Set([Math.min(PAPER.arar.steps, first.steps), first.steps])];
  return horizons.map((steps) => {
    const isPapers = steps === PAPER.arar.steps;
    return {
      what: `boards that never diverge in ${count(steps)} autoregressive steps`,
      paper: isPapers ? `${PAPER.arar.exactBoards} of ${PAPER.arar.boards}` : 'not reported',
      ours: models.map(({ name }) => {
        const own = runs.filter(({ model }) => model === name);
        if (own.length === 0) return '-';
        const exact = own.filter(({ firstDivergence: at }) => at === null || at > steps).length;
        const computed = own.reduce((sum, run) => sum + Math.min(steps, run.predictedSteps), 0);
        const all = own.length * steps;
        return `${exact} of ${own.length}${computed === all ? '' : ` (${count(computed)} of ${count(all)} steps computed; then the run repeats itself)`}`;
      }),
      differs: isPapers ? boardsDiffer(first.data) : '',
    };
  });
}

/** All seeds of a temperature together; null when there is none. */
function pool(tallies: readonly Tally[], model: string, temperature: number): Counts | null {
  const own = tallies.filter((tally) => tally.model === model && tally.temperature === temperature);
  if (own.length === 0) return null;
  const sum = (field: keyof Counts): number =>
    own.reduce((total, tally) => total + tally[field], 0);
  return {
    boards: sum('boards'),
    cells: sum('cells'),
    wrongCells: sum('wrongCells'),
    wrongBoards: sum('wrongBoards'),
  };
}

function describeCells({ cells, wrongCells }: Counts): string {
  const accuracy = (cells - wrongCells) / cells;
  return `${wrongCells === 0 ? '1' : accuracy.toFixed(6)} (${count(wrongCells)} wrong of ${count(cells)})`;
}

function boardsDiffer(data: string): string {
  return data === TEN_BOARDS ? 'boards: ours are of the same kinds, not the same' : '';
}

function formatTime(seconds: number): string {
  return seconds < 1 ? `${Number((1000 * seconds).toPrecision(2))} ms` : `${seconds.toFixed(1)} s`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}
