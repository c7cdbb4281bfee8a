/** An extracted algorithm as a page to read. */

import { RULE_AXES } from '@lifegpt/core';
import type { Extracted, ExtractedCase, ExtractedCell, ExtractedLine } from '@lifegpt/model';
import { countNoun } from './count.js';
import { TOPOLOGY_NAMES } from './certificate-table.js';

/** Runs of the extracted program, beside the engine and the model. */
export interface ExtractedRuns {
  readonly boards: number;
  readonly generations: number;
  /** Cells in which the program differs from the engine. */
  readonly wrongCells: number;
  /** Cells in which the model differs from the program. */
  readonly modelWrongCells: number;
  /** The program's speed on a large torus; never the model's. */
  readonly cellsPerSecond: number;
}

/** Writes the page, in Markdown. */
export function writeExtractedPage(
  model: string,
  { topologies, bits }: Extracted,
  runs: ExtractedRuns,
): string {
  const state = bits.map(
    ({ state: own, count, bit, axes }) =>
      `| ${own === 1 ? 'living' : 'dead'} | ${count} | ${axes.map(([lo, hi]) => `${lo.toFixed(2)} … ${hi.toFixed(2)}`).join(' | ')} | ${bit < 9 ? `B${bit}` : `S${bit - 9}`} |`,
  );
  return [
    `# What the weights of ${model} compute`,
    '',
    'Read off the weights, and proved to be what the model does on every board (`lifegpt certify`). A cell stands in row r and column c of a',
    'board of H rows and W columns. It looks at the nine cells below, in reading order, and at nothing else that could change its',
    'answer; `-` is nothing, which counts as dead.',
    '',
    ...topologies.flatMap(({ topology, cases }) => [
      `## ${topology}: ${TOPOLOGY_NAMES[topology]}`,
      '',
      ...cases
        .toSorted((a, b) => countTouched(a) - countTouched(b))
        .flatMap((one) => drawCase(one)),
    ]),
    '## The rule',
    '',
    'Of 18 bits the one is looked up that lies nearest to where the cells lead, on two axes; on any board that is here:',
    '',
    '| cell | living neighbours | birth or survival | count | bit |',
    '| --- | --- | --- | --- | --- |',
    ...state,
    '',
    `Of 512 bits each of the nine cells has an axis of its own (${RULE_AXES.length - 2} in all), and the bit found is that of the neighbourhood.`,
    '',
    '## Run as a program',
    '',
    `The nine cells above, by the engine's kernels: ${countNoun(runs.boards, 'board')} of ${countNoun(topologies.length, 'topology', 'topologies')} for ${countNoun(runs.generations, 'generation')}, ${countNoun(runs.wrongCells, 'cell')} that ${runs.wrongCells === 1 ? 'differs' : 'differ'} from the engine,`,
    `${runs.modelWrongCells} that differ from the model's own answers. The program steps ${(runs.cellsPerSecond / 1e9).toPrecision(2)} billion cells a second; that is not the model's speed.`,
    '',
  ].join('\n');
}

const countTouched = ({ touches }: ExtractedCase): number => touches.filter(Boolean).length;

function drawCase({ touches, cells, classes }: ExtractedCase): string[] {
  const labels = cells.map((cell) => (cell === null ? '-' : label(cell, touches)));
  const width = Math.max(...labels.map(({ length }) => length));
  const rows = [0, 1, 2].map((row) =>
    `    ${labels
      .slice(3 * row, 3 * row + 3)
      .map((text) => text.padEnd(width))
      .join('   ')}`.trimEnd(),
  );
  const borders = ['top', 'bottom', 'left', 'right'].filter((_, i) => touches[i]);
  const named =
    borders.length > 1 ? `${borders.slice(0, -1).join(', ')} and ${borders.at(-1)}` : borders[0];
  const where =
    named === undefined
      ? 'Cells that touch no border'
      : `Cells at the ${named} ${borders.length === 1 ? 'border' : 'borders'}`;
  const proved = ` (${classes} ${classes === 1 ? 'class' : 'classes'} of the proof)`;
  return [`${where}${proved}:`, '', ...rows, ''];
}

/** A cell as `(row, column)`, from the references that the heads use. */
function label({ row, column }: ExtractedCell, touches: readonly boolean[]): string {
  return `(${formula(row, touches)}, ${formula(column, touches)})`;
}

function formula(
  { from, plus }: ExtractedLine,
  [top, bottom, left, right]: readonly boolean[],
): string {
  // a distance to a border that is touched is 0, and to the one opposite the last index
  const known: Readonly<Record<ExtractedLine['from'], readonly [name: string, constant: number]>> =
    {
      top: top ? ['', 0] : bottom ? ['H', -1] : ['r', 0],
      bottom: bottom ? ['', 0] : top ? ['H', -1] : ['H-r', -1],
      left: left ? ['', 0] : right ? ['W', -1] : ['c', 0],
      right: right ? ['', 0] : left ? ['W', -1] : ['W-c', -1],
      zero: ['', 0],
    };
  const [name, constant] = known[from];
  const offset = constant + plus;
  if (name === '') return String(offset);
  return offset === 0 ? name : `${name}${offset > 0 ? '+' : ''}${offset}`;
}
