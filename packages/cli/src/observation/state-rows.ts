/** Rows of a data file as an observation: every row is a run of its own. */

import {
  formatBounds,
  formatRule,
  InputError,
  inputErrorAt,
  parseRule,
  type StateRow,
  type Topology,
} from '@lifegpt/core';
import type { Observation } from './reading.js';

/**
 * @param rows of the file
 * @param row the only row to take, from 1; all when undefined
 * @throws InputError when there is no such row, a row has one state alone, or rows name different rules or
 * topologies.
 */
export function observeRows(
  rows: readonly StateRow[],
  source: string,
  row: number | undefined,
): Observation {
  if (row !== undefined && rows[row - 1] === undefined) {
    throw new InputError(
      `${source} has ${rows.length} ${rows.length === 1 ? 'row' : 'rows'}, so --row ${row} does not exist; rows count from 1`,
    );
  }
  const chosen = row === undefined ? rows : [rows[row - 1]!];
  for (const { states, line } of chosen) {
    if (states.length > 1) continue;
    throw inputErrorAt(
      source,
      line,
      'there is one state alone; a rule shows in a state and the next, State 1 and State 2',
    );
  }
  const topology = agreeOnTopology(chosen, source);
  const runs = chosen.map(({ states }) => states);
  return {
    readings: [
      {
        remark: null,
        alive: null,
        runs,
        topology,
        isUnbounded: false,
        frames: null,
        alignment: null,
      },
    ],
    nameState: (run, frame) => `${source}:${chosen[run]!.line}, State ${frame + 1}`,
  };
}

/** What all rows say about their borders, null when none does. */
function agreeOnTopology(rows: readonly StateRow[], source: string): Topology | null {
  let agreed: { line: number; rule: string; topology: Topology | null } | null = null;
  for (const { rule: text, line, states } of rows) {
    if (text === null) continue;
    const { rule, bounds } = parseRule(text);
    const topology = bounds?.topology ?? null;
    const { width, height } = states[0]!;
    agreed ??= { line, rule: formatRule(rule), topology };
    if (formatRule(rule) !== agreed.rule) {
      throw inputErrorAt(
        source,
        line,
        `this row names the rule ${formatRule(rule)}, and line ${agreed.line} names ${agreed.rule}; one rule is inferred, so choose a row by --row`,
      );
    }
    if (JSON.stringify(topology) !== JSON.stringify(agreed.topology)) {
      const name = topology === null ? 'no board' : `:${formatBounds({ topology, width, height })}`;
      throw inputErrorAt(
        source,
        line,
        `this row names ${name}, and line ${agreed.line} another topology; choose a row by --row`,
      );
    }
  }
  return agreed?.topology ?? null;
}
