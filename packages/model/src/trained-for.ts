/**
 * What a model was trained for, in one place: everything that bounds a choice by what a model can do asks here.
 * A model without a header knows one rule on tori; one with a header may know all rules and several topologies.
 */

import {
  formatBounds,
  formatRule,
  InputError,
  parseRule,
  RULE_BITS,
  ruleOfBits,
  tokenOfTopology,
  TOPOLOGY_TOKENS,
  topologyOfToken,
  TORUS,
  type BoardSize,
  type Grid,
  type LifeRule,
  type PromptHeader,
  type RandomStream,
  type Task,
  type Topology,
  type TopologyToken,
} from '@lifegpt/core';
import type { GptConfig } from './config.js';
import type { LanguageModel } from './language-model.js';

/** Part of a model's configuration. */
export interface TrainedFor {
  /** Canonical rule, e.g. `B3/S23`: the model's only one, or where it knows others, the one that is meant when none is named. */
  readonly rule: string;
  /** Whether the model knows every life-like rule; it needs a header to be told which. */
  readonly rules?: 'all';
  /** The topology that is meant when none is named. */
  readonly topology: 'torus';
  /** All topologies that the model knows; tori alone when left out. It needs a header to be told which. */
  readonly topologies?: readonly TopologyToken[];
  /** Shortest and longest side. */
  readonly sides: readonly [number, number];
}

type Described = Pick<LanguageModel, 'name'> & {
  readonly config: { readonly trained_for: TrainedFor; readonly task?: Task };
};

/** @throws InputError when the model does something else than it is wanted for. */
export function checkTask({ name, config }: Described, wanted: Task): void {
  const { task = 'next-state' } = config;
  if (task === wanted) return;
  throw new InputError(
    task === 'infer-rule'
      ? `model ${name} reads rules off pairs of states and writes no next states; ask it with lifegpt infer-rule --rule-model, ` +
          `or choose another --model`
      : `model ${name} writes next states and reads no rules off them; choose one that was trained with "task": "infer-rule"`,
  );
}

/** The rule and topology that are meant where none is named. */
export function defaultHeader({ rule }: TrainedFor): PromptHeader {
  return { rule: parseRule(rule).rule, topology: TORUS };
}

/** Draws one of the rules and one of the topologies that a model knows. */
export function drawHeader(trained: TrainedFor, random: RandomStream): PromptHeader {
  const topologies = listTopologies(trained);
  const topology = topologyOfToken(
    topologies.length === 1 ? topologies[0]! : topologies[random.nextInt(topologies.length)]!,
  );
  const { rule } = defaultHeader(trained);
  return { topology, rule: trained.rules === 'all' ? drawRule(random) : rule };
}

/** One of some life-like rules, or of all where there are none, evenly. */
export function drawRule(random: RandomStream, among: readonly LifeRule[] = []): LifeRule {
  if (among.length > 0) return among[random.nextInt(among.length)]!;
  return ruleOfBits(Array.from({ length: RULE_BITS }, () => random.nextInt(2)));
}

/** The topologies that a model knows. */
export function listTopologies({ topologies = ['T'] }: TrainedFor): readonly TopologyToken[] {
  return topologies;
}

/** Whether the model knows a rule. */
export function knowsRule({ rule: text, rules }: TrainedFor, rule: LifeRule): boolean {
  const known = parseRule(text).rule;
  return rules === 'all' || (known.birth === rule.birth && known.survival === rule.survival);
}

/** Whether the model knows a topology on a board of some size: there a shift of the borders may come to nothing. */
export function knowsTopology(
  trained: TrainedFor,
  topology: Topology,
  size: { readonly width: number; readonly height: number },
): boolean {
  const token = tokenOfTopology(topology);
  if (token !== null) return listTopologies(trained).includes(token);
  const isPlain =
    formatBounds({ topology, ...size }) === formatBounds({ topology: TORUS, ...size });
  return isPlain && listTopologies(trained).includes('T');
}

/**
 * Whether a model can be asked about a board.
 * @param sides the shortest and the longest side that it may have; those of its training when left out
 * @throws InputError when the weights do not write next states, or were not trained for the rule, the topology or the size.
 */
export function checkTrainedFor(
  model: Described,
  grid: Grid,
  rule: LifeRule,
  topology: Topology,
  sides?: readonly [number, number],
): void {
  checkTask(model, 'next-state');
  const { trained_for: trained } = model.config;
  if (!knowsRule(trained, rule)) {
    throw new InputError(
      `model ${model.name} was trained for rule ${trained.rule}, not ${formatRule(rule)}; choose another --model or rule`,
    );
  }
  checkBoard(model, grid, topology, sides);
}

/**
 * The sides that a model's positions reach, whatever it was trained for: beyond its training nothing says that it is right,
 * which an evaluation measures. The sides of its training where positions have one dimension.
 */
export function sidesInReach({
  position_scheme: scheme,
  n_positions: positions,
  trained_for: { sides },
}: Pick<GptConfig, 'position_scheme' | 'n_positions' | 'trained_for'>): readonly [number, number] {
  return scheme === 'border' ? [1, positions] : sides;
}

/** @throws InputError when the weights were not trained for boards like this. */
export function checkBoard(
  model: Described,
  grid: BoardSize,
  topology: Topology,
  sides = model.config.trained_for.sides,
): void {
  const { trained_for: trained } = model.config;
  const { width, height } = grid;
  if (!knowsTopology(trained, topology, grid)) {
    throw new InputError(
      `model ${model.name} was trained for ${describeTopologies(trained)}, not for :${formatBounds({ topology, width, height })}; ` +
        `choose another --model or :T${width},${height}`,
    );
  }
  const [shortest, longest] = sides;
  const wrong = [width, height].find((side) => side < shortest || side > longest);
  if (wrong !== undefined) {
    const can = sides === trained.sides ? 'was trained for' : 'has positions for';
    throw new InputError(
      `model ${model.name} ${can} sides ${shortest} to ${longest}, but the grid is ` +
        `${width}x${height} (width x height); choose a torus within that range, e.g. --rule ${trained.rule}:T${longest},${longest}`,
    );
  }
}

const PLURALS: Readonly<Record<TopologyToken, string>> = {
  T: 'tori',
  P: 'planes',
  'K*': 'Klein bottles (:K8*,8)',
  K: 'Klein bottles (:K8,8*)',
  C: 'cross-surfaces',
  S: 'spheres',
};

/** Names the topologies in words: `tori, planes and spheres`. */
export function describeTopologies(trained: TrainedFor): string {
  const names = listTopologies(trained).map((token) => PLURALS[token]);
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** The same of a model that reads rules off pairs of states on tori. */
export function explainPairsTrainedFor(value: unknown): string | null {
  const { rules, topologies } = (value ?? {}) as Partial<TrainedFor>;
  const fits =
    explainTrainedFor(value, true) === null && rules === 'all' && topologies === undefined;
  return fits
    ? null
    : '{"rule": "B3/S23", "rules": "all", "topology": "torus", "sides": [3, 16]} or the like';
}

/** What `trained_for` should look like, or null where it does. */
export function explainTrainedFor(value: unknown, hasHeader: boolean): string | null {
  const trained = value as TrainedFor | undefined;
  const [shortest, longest] = Array.isArray(trained?.sides) ? trained.sides : [];
  const sidesFit =
    Number.isInteger(shortest) &&
    Number.isInteger(longest) &&
    shortest! >= 1 &&
    longest! >= shortest!;
  const [rules, topologies] = [trained?.rules, trained?.topologies];
  const choicesFit =
    (rules === undefined || rules === 'all') &&
    (topologies === undefined ||
      (Array.isArray(topologies) &&
        topologies.length > 0 &&
        topologies.every((token) => TOPOLOGY_TOKENS.includes(token))));
  if (
    typeof trained?.rule !== 'string' ||
    trained.topology !== 'torus' ||
    !sidesFit ||
    !choicesFit
  ) {
    const choices = hasHeader
      ? `, "rules": "all", "topologies": ${JSON.stringify(TOPOLOGY_TOKENS)}`
      : '';
    return `{"rule": "B3/S23", "topology": "torus", "sides": [3, 32]${choices}} or the like`;
  }
  const needsHeader = rules !== undefined || topologies !== undefined;
  return needsHeader && !hasHeader
    ? 'one rule on tori, or "header": true beside it, with which a prompt can name others'
    : null;
}
