import { decodeJacobi, evaluateFreshBoards } from '@lifegpt/model';
import { formatCount } from '../terminal/count.js';
import type { BenchTools, Figure } from './figure.js';

/** 2,000 fresh boards over p in 0..1 and mixed sizes. */
export async function benchExactness({
  loadModel,
  engine,
  context,
}: BenchTools): Promise<Figure[]> {
  const model = await loadModel();
  const counts = await evaluateFreshBoards(model, decodeJacobi, {
    source: engine,
    seed: 20_000_000,
    sizes: 500,
    boardsPerSize: 4,
    signal: context.signal,
  });
  const { boards, cells, wrongCells, wrongBoards, minMargin } = counts;
  const [bench, sides] = ['exactness', model.config.trained_for.sides.join(' to ')];
  const target = { target: '0', reached: wrongCells === 0 && wrongBoards === 0 };
  return [
    {
      bench,
      figure: `wrong cells in ${formatCount(cells)}, sides ${sides}`,
      value: wrongCells,
      unit: 'cells',
      ...target,
    },
    {
      bench,
      figure: `wrong boards in ${formatCount(boards)}`,
      value: wrongBoards,
      unit: 'boards',
      ...target,
    },
    { bench, figure: 'smallest logit margin', value: minMargin, unit: 'nats' },
  ];
}
