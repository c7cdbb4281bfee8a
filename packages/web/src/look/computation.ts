/** What the network computes for one cell, in four steps, down to the numbers. */

import type { BitReading, CellReading, HeadReading } from '@lifegpt/model';
import { byId, write } from '../elements.js';
import { percent } from './heads.js';
import { sayPlace } from './theatre.js';

/** Logits that are listed; the others lie below. */
const LOGITS = 6;
/** Bits of a table of 512 that are listed. */
const BITS = 4;
/** Places of a head that are listed, and the share that all but the first have to have. */
const PLACES = 3;
const LEAST_PLACE = 0.05;
/** Counts of living neighbours. */
const COUNTS = 9;

/** Shows a reading, or empties the steps. */
export function showComputation(reading: CellReading | null): void {
  byId('computation').hidden = reading === null;
  if (reading === null) return;
  const { sum, bits, logits, contributions } = reading;
  const isLocation = sum !== null;
  for (const id of ['step-sum', 'step-look-up', 'head-table-note']) byId(id).hidden = !isLocation;
  showHeads(reading);
  if (isLocation) {
    const isCounts = sum.at.length === 2;
    write('sum-says', isCounts ? sayCounts(sum.at) : sayCube(sum.at));
    showBits(bits, sum.at);
    byId('sum-cube').hidden = isCounts;
    if (!isCounts) byId('sum-cube').replaceChildren(drawCube(sum.at));
  }
  showLogits(logits);
  byId('contributions').replaceChildren(
    tableOf(
      ['Part', 'Adds to the lead of 1 over 0'],
      [
        ...contributions.map(({ part, value }) => [namePart(part), signed(value)]),
        ['Sum', signed(contributions.reduce((total, { value }) => total + value, 0))],
      ],
    ),
  );
}

function showHeads({ heads, sum }: CellReading): void {
  const busy = heads.filter((head) => shareOf(head) >= 0.01).length;
  write(
    'locations-says',
    `${busy} of ${heads.length} heads read the board for this cell${
      sum === null ? '' : '; each shares its attention out by how near cells lie to its places'
    }.`,
  );
  const axes = sum === null ? [] : axesOf(sum.at.length);
  const partOf = (head: number): readonly number[] =>
    sum?.parts.find(({ part }) => part === `h.1 head ${head}`)?.values ?? [];
  const rows = heads.map((head) => [
    sum === null ? `${head.layer + 1}.${head.head + 1}` : String(head.head + 1),
    percent(shareOf(head)),
    percent(head.answer),
    percent(Math.max(0, head.rest)),
    ...(sum === null ? [] : [...partOf(head.head).map(signed), sayPlaces(head)]),
  ]);
  const others =
    sum === null
      ? []
      : [
          ...sum.parts
            .filter(({ part }) => !part.startsWith('h.'))
            .map(({ part, values }) => [namePart(part), '', '', '', ...values.map(signed), '']),
          ['Sum', '', '', '', ...sum.at.map(signed), ''],
        ];
  byId('head-table').replaceChildren(
    tableOf(
      [
        'Head',
        'Board',
        'Answer',
        'Elsewhere',
        ...axes.map((axis) => `Adds to ${axis}`),
        ...(sum === null ? [] : ['Looks']),
      ],
      [...rows, ...others],
    ),
  );
}

/** The places of a head by the borders that they are counted from. */
function sayPlaces({ places }: HeadReading): string {
  return places
    .filter(({ share }, i) => i === 0 || share >= LEAST_PLACE)
    .slice(0, PLACES)
    .map(({ row, column, down, right, share }) => {
      const isOwn = row === 'top' && column === 'left';
      const where = isOwn
        ? sayPlace({ down, right })
        : `${row} ${signed(down)}, ${column} ${signed(right)}`;
      return places.length === 1 ? where : `${where} (${percent(share)})`;
    })
    .join('; ');
}

const axesOf = (count: number): string[] =>
  count === 2
    ? ['survival', 'the count']
    : ['NW', 'N', 'NE', 'W', 'the cell', 'E', 'SW', 'S', 'SE'];

function sayCounts([survival, count]: readonly number[]): string {
  return `All that is brought adds up to two numbers: ${signed(survival!)} on the axis from birth (0) to survival (1), and a count of ${signed(count!)} living neighbours.`;
}

function sayCube(at: readonly number[]): string {
  const corner = at.map((value) => (value > 0.5 ? 1 : 0)).join('');
  return `All that is brought adds up to nine numbers, one for each cell of the neighbourhood (0 dead, 1 alive): they lie nearest to the corner ${corner} of a cube.`;
}

function drawCube(at: readonly number[]): HTMLElement {
  const table = document.createElement('table');
  table.className = 'cube';
  for (let row = 0; row < 3; row++) {
    const line = table.insertRow();
    for (const value of at.slice(3 * row, 3 * row + 3)) {
      const cell = line.insertCell();
      cell.textContent = value.toFixed(2);
      cell.classList.toggle('alive', value > 0.5);
    }
  }
  return table;
}

function showBits(bits: readonly BitReading[], at: readonly number[]): void {
  const best = bits.reduce((most, bit) => (bit.share > most.share ? bit : most));
  const isCounts = at.length === 2;
  const name = (bit: BitReading): string =>
    isCounts ? `${bit.place[0] === 0 ? 'B' : 'S'}${bit.place[1]}` : bit.place.join('');
  write(
    'look-up-says',
    `There the rule is looked up: ${percent(best.share)} of what is read is the bit of ${name(best)}, which is ${best.piece}${
      best.piece === '1' ? ' (alive)' : best.piece === '0' ? ' (dead)' : ''
    }.`,
  );
  const parent = byId('bits');
  if (!isCounts) {
    const top = [...bits].sort((a, b) => b.share - a.share).slice(0, BITS);
    parent.replaceChildren(
      tableOf(
        ['Neighbourhood', 'Bit', 'Share'],
        top.map((bit) => [name(bit), bit.piece, percent(bit.share)]),
      ),
    );
    return;
  }
  const table = document.createElement('table');
  table.className = 'bits';
  const head = table.createTHead().insertRow();
  head.append(headerCell('', 'col'), ...count(COUNTS, (n) => headerCell(String(n), 'col')));
  for (const [row, letter] of ['B', 'S'].entries()) {
    const line = table.insertRow();
    line.append(headerCell(letter, 'row'));
    for (let n = 0; n < COUNTS; n++) {
      const bit = bits[row * COUNTS + n]!;
      const cell = line.insertCell();
      cell.textContent = bit.piece;
      cell.style.setProperty('--share', String(Math.sqrt(bit.share)));
      cell.classList.toggle('best', bit === best);
      cell.title = `${letter}${n}: ${percent(bit.share)}`;
    }
  }
  parent.replaceChildren(table);
}

function showLogits(logits: CellReading['logits']): void {
  const sorted = [...logits].sort((a, b) => b.logit - a.logit);
  const highest = sorted[0]!.logit;
  const total = sorted.reduce((sum, { logit }) => sum + Math.exp(logit - highest), 0);
  const margin = highest - sorted[1]!.logit;
  write(
    'logits-says',
    `“${sorted[0]!.piece}” is written, with a margin of ${margin.toFixed(2)} nats over “${sorted[1]!.piece}”.`,
  );
  byId('logits').replaceChildren(
    tableOf(
      ['Token', 'Logit', 'Probability'],
      sorted
        .slice(0, LOGITS)
        .map(({ piece, logit }) => [
          piece,
          logit.toFixed(3),
          sayShare(Math.exp(logit - highest) / total),
        ]),
    ),
  );
}

/** A probability, also a tiny one. */
const sayShare = (share: number): string =>
  share > 0.001 ? `${(100 * share).toFixed(2)} %` : share.toExponential(1);

const signed = (value: number): string =>
  Math.abs(value) < 0.0005 ? '0.000' : `${value > 0 ? '+' : '−'}${Math.abs(value).toFixed(3)}`;

/** The parts of a network as a person would call them. */
function namePart(part: string): string {
  const head = /^h\.(\d+) head (\d+)$/.exec(part);
  if (head !== null) return `Layer ${Number(head[1]) + 1}, head ${Number(head[2]) + 1}`;
  const mlp = /^h\.(\d+) mlp$/.exec(part);
  if (mlp !== null) return `Layer ${Number(mlp[1]) + 1}, feed-forward`;
  return { embed: 'Its own token', bias: 'Bias', 'h.2 rule': 'The bit of the rule' }[part] ?? part;
}

const shareOf = ({ cells }: HeadReading): number => cells.reduce((sum, share) => sum + share, 0);

const count = <T>(n: number, make: (i: number) => T): T[] =>
  Array.from({ length: n }, (_, i) => make(i));

function headerCell(text: string, scope: 'col' | 'row'): HTMLElement {
  const cell = document.createElement(text === '' ? 'td' : 'th');
  cell.textContent = text;
  if (text !== '') cell.setAttribute('scope', scope);
  return cell;
}

function tableOf(titles: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  const table = document.createElement('table');
  table.className = 'table';
  table
    .createTHead()
    .insertRow()
    .append(...titles.map((title) => headerCell(title, 'col')));
  const body = table.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    row.forEach((text, i) => {
      if (i === 0) line.append(headerCell(text, 'row'));
      else line.insertCell().textContent = text;
    });
  }
  return table;
}
