/**
 * What is proved of a model, as a table:
 *
 *     topology          classes  B/S rules  tables
 *     T  torus              856       9.27   18.29
 */

import { MAX_SIDE, type TopologyToken } from '@lifegpt/core';
import {
  cutMargin,
  type Certified,
  type CertifiedForm,
  isComplete,
  listProved,
} from '@lifegpt/model';
import { formatCount } from './count.js';
import type { Style } from './style.js';
import { layOutTable } from './table.js';

/** Topologies in words. */
export const TOPOLOGY_NAMES: Readonly<Record<TopologyToken, string>> = {
  T: 'torus',
  P: 'plane',
  'K*': 'Klein bottle, top and bottom',
  K: 'Klein bottle, left and right',
  C: 'cross-surface',
  S: 'sphere',
};
const BORDERS = ['top', 'bottom', 'left', 'right'];

/** Draws a certificate for a terminal. */
export function drawCertified(
  certified: Certified,
  seconds: number,
  { color, columns }: Style,
): string {
  const { topologies, margin, rounding } = certified;
  const paint = (text: string, code: number): string =>
    color ? `\u001b[${code}m${text}\u001b[0m` : text;
  const cell = ({ margin: least, failed }: CertifiedForm): string =>
    failed > 0 ? paint(`${formatCount(failed)} open`, 31) : paint(cutMargin(least).toFixed(2), 32);
  const rows = topologies.map(({ topology, classes, forms }) => [
    `${topology.padEnd(2)}  ${TOPOLOGY_NAMES[topology]}`,
    formatCount(classes),
    cell(forms.counts),
    cell(forms.table),
  ]);
  const lines = [
    layOutTable([['topology', 'classes', 'B/S rules', 'tables'], ...rows], columns),
    'smallest lead of the right token over any other, in nats, whatever the board and the rule',
    '',
  ];
  const [counts, tables] = [listProved(certified, 'counts'), listProved(certified, 'table')];
  if (counts.length + tables.length === 0) return [...lines, 'nothing is proved'].join('\n');
  const worst = topologies
    .flatMap(({ topology, forms }) =>
      [forms.counts, forms.table].map((form) => ({ topology, ...form })),
    )
    .filter(({ failed }) => failed === 0)
    .reduce((a, b) => (b.margin < a.margin ? b : a));
  const what = isComplete(certified)
    ? `proved for every board with sides from 1 to ${formatCount(MAX_SIDE)} on ${topologies.length === 1 ? 'its topology' : `its ${topologies.length} topologies`}, all 2^18 rules of B/S notation and all 2^512 tables`
    : `proved for rules of B/S notation on ${counts.join(' ') || 'nothing'}, for tables on ${tables.join(' ') || 'nothing'}`;
  return [
    ...lines,
    `${paint(isComplete(certified) ? '✓' : '~', isComplete(certified) ? 32 : 33)} ${what}`,
    `  smallest margin ${cutMargin(margin).toFixed(2)} nats, after ${(-cutMargin(-rounding)).toFixed(2)} for rounding: ${worst.topology}, cells ${nameCells(worst.className)}, ${describeCase(worst.worst)}`,
    `  greedy decoding writes the right state in one pass; ${seconds.toFixed(1)} s`,
  ].join('\n');
}

/** A class in words, from its name: `0 far far 2` and how far distances differ. */
export function nameCells(name: string): string {
  const [distances, apart] = name.split(' apart ');
  const near = distances!.split(' ').flatMap((distance, i) => {
    if (distance === 'far') return [];
    return [
      distance === '0'
        ? `at the ${BORDERS[i]} border`
        : `${distance} from the ${BORDERS[i]} border`,
    ];
  });
  const where = near.length === 0 ? 'far from all borders' : near.join(', ');
  return apart === undefined ? where : `${where} (its far distances differ by ${apart})`;
}

/** A table's case is nine digits in reading order. */
const describeCase = (worst: string): string =>
  /^[01]{9}$/.test(worst) ? `neighbourhood ${worst.replace(/(...)(?=.)/g, '$1 ')}` : worst;
