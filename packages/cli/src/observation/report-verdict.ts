/** What is said of the rule behind observed states, as an object. */

import {
  formatBounds,
  formatCells,
  formatInferredTable,
  formatRule,
  nameRuleCase,
  ruleOfBits,
  type Place,
} from '@lifegpt/core';
import { listOpen } from './describe-verdict.js';
import { nameBorders, type TableVerdict, type Verdict } from './explain.js';
import type { Forecast } from './forecast.js';
import { listDifferences, type ModelReading } from './read-by-model.js';
import type { Observation } from './reading.js';

/** What `--json` prints. */
export function reportVerdict(
  verdict: Verdict,
  { nameState }: Observation,
  read: ModelReading | null,
  future: Forecast | null,
  table: TableVerdict | null,
) {
  const { chosen, tried, bits } = verdict;
  const { consistent, confidence } = chosen.inferred;
  const { counts, pairs, contradiction } = chosen.transitions;
  const tell = ({ run, frame, row, column }: Place) => ({
    state: nameState(run, frame),
    row,
    column,
  });
  return {
    rule: consistent ? formatRule(ruleOfBits(verdict.bitsOfColors)) : null,
    bits,
    consistent,
    pairs,
    undetermined: listOpen(bits),
    confidence: confidence.map((nats) => (Number.isFinite(nats) ? Number(nats.toFixed(3)) : null)),
    counts: bits.map((_, c) => [counts[2 * c], counts[2 * c + 1]]),
    borders: nameBorders(chosen),
    alternatives: tried
      .filter((other) => other !== chosen)
      .filter((other) => other.inferred.consistent || other.reading === chosen.reading)
      .map((other) => ({
        remark: other.reading.remark,
        borders: nameBorders(other),
        consistent: other.inferred.consistent,
        rule: other.inferred.consistent ? formatRule(ruleOfBits(other.inferred.bits)) : null,
      })),
    remark: chosen.reading.remark,
    table: table && {
      rule: formatInferredTable(table.bits),
      bits: table.bits,
      borders: table.borders,
    },
    contradiction: contradiction && {
      case: nameRuleCase(contradiction.ruleCase),
      next: contradiction.next,
      ...tell(contradiction.place),
      earlier: tell(contradiction.earlier),
    },
    ruleModel: read && {
      ...read,
      confidence: read.confidence.map((probability) => Number(probability.toFixed(4))),
      contradicted: read.contradicted.map(nameRuleCase),
      differs: listDifferences(read, bits),
    },
    forecast: future && {
      by: future.by,
      board: formatBounds(future.bounds),
      certainUntil: future.certainUntil,
      wrongCells: future.wrongCells,
      states: future.states.slice(1).map(formatCells),
    },
  };
}
