/**
 * What a model was trained for, in one place: everything that bounds a choice by what a model can do asks here.
 * A model without a header knows one rule on tori; one with a header may know all rules and several topologies.
 */

import {
  type BoardSize,
  formatBounds,
  formatRule,
  type Grid,
  InputError,
  MAX_SIDE,
  parseRule,
  type PromptHeader,
  type RandomStream,
  type Rule,
  RULE_BITS,
  type Shape,
  shapes,
  ruleOfBits,
  isTableRule,
  rulesEqual,
  tokenOfTopology,
  type Topology,
  TOPOLOGY_TOKENS,
  topologyOfToken,
  type TopologyToken,
  TORUS,
} from '@lifegpt/core';

/** Part of a model's configuration. */
export interface TrainedFor {
  /** Canonical rule, e.g. `B3/S23`: the model's only one, or where it knows others, the one that is meant when none is named. */
  readonly rule: string;
  /** The rules that the model knows beside that one, every two-state one of the 3x3 neighbourhood or every life-like one; it needs a header to be told which. */
  readonly rules?: 'all' | 'life-like';
  /** The topology that is meant when none is named, where the model knows it; else the first of `topologies` is. */
  readonly topology: 'torus';
  /** All topologies that the model knows; tori alone when left out. It needs a header to be told which. */
  readonly topologies?: readonly TopologyToken[];
  /** Shortest and longest side of the boards in its training. */
  readonly sides: readonly [number, number];
}

/** What is asked of a model before its weights: its name, and what it says of itself. */
export interface Described {
  readonly name: string;
  readonly config: { readonly position_scheme: string; readonly trained_for: TrainedFor };
}

/** @throws InputError when the model reads no rules off pairs of states. */
export function checkInfersRules({ name, config }: Described): void {
  if (config.position_scheme === 'location') return;
  throw new InputError(
    `model ${name} writes next states and reads no rules off them; choose one with attention by location, such as life`,
  );
}

/** The rule and topology that are meant where none is named. */
export function defaultHeader(trained: TrainedFor): PromptHeader {
  const known = listTopologies(trained);
  const topology = known.includes('T') ? TORUS : topologyOfToken(known[0]!);
  return { rule: parseRule(trained.rule).rule, topology };
}

/** Draws one of the rules and one of the topologies that a model knows. */
export function drawHeader(trained: TrainedFor, random: RandomStream): PromptHeader {
  const topologies = listTopologies(trained);
  const topology = topologyOfToken(
    topologies.length === 1 ? topologies[0]! : topologies[random.nextInt(topologies.length)]!,
  );
  const { rule } = defaultHeader(trained);
  return { topology, rule: trained.rules === undefined ? rule : drawRule(random) };
}

/** One of some rules, or of all life-like ones where there are none, evenly. */
export function drawRule(random: RandomStream, among: readonly Rule[] = []): Rule {
  if (among.length > 0) return among[random.nextInt(among.length)]!;
  return ruleOfBits(Array.from({ length: RULE_BITS }, () => random.nextInt(2)));
}

/** The topologies that a model knows. */
export function listTopologies({ topologies = ['T'] }: TrainedFor): readonly TopologyToken[] {
  return topologies;
}

/** Whether the model knows a rule. */
export function knowsRule({ rule: known, rules }: TrainedFor, rule: Rule): boolean {
  if (rules === 'all') return true;
  // a life-like rule that is given as a table stands in the prompt as a table
  return (rules === 'life-like' && !isTableRule(rule)) || rulesEqual(parseRule(known).rule, rule);
}

/** Names the rules in words. */
export function describeRules({ rule, rules }: TrainedFor): string {
  if (rules === 'all') return 'any two-state rule of the 3x3 neighbourhood';
  return rules === 'life-like' ? 'any life-like rule' : rule;
}

/** Whether the model knows a topology on a board of some size: there a shift of the borders may come to nothing. */
export function knowsTopology(
  trained: TrainedFor,
  topology: Topology,
  size: { readonly width: number; readonly height: number },
): boolean {
  const token = tokenOfTopology(topology);
  if (token !== null) return listTopologies(trained).includes(token);
  const { width, height } = size; // a size may come with a topology of its own
  const isPlain =
    formatBounds({ topology, width, height }) === formatBounds({ topology: TORUS, width, height });
  return isPlain && listTopologies(trained).includes('T');
}

/**
 * Whether a model can be asked about a board.
 * @throws InputError when the weights were not trained for the rule, the topology or the size.
 */
export function checkTrainedFor(
  model: Described,
  grid: Grid,
  rule: Rule,
  topology: Topology,
): void {
  const { trained_for: trained } = model.config;
  if (!knowsRule(trained, rule)) {
    throw new InputError(
      `model ${model.name} was trained for ${trained.rules === undefined ? 'rule ' : ''}${describeRules(trained)}, not ${formatRule(rule)}; choose ${nameOther(model)}, or another rule`,
    );
  }
  checkBoard(model, grid, topology);
}

/** Whom to ask instead, for messages: the model that ships knows every rule, size and plain topology. */
const nameOther = ({ name }: Described): string =>
  name === 'life' ? 'another model' : 'another model, such as life';

/**
 * The sides of boards that a model can be asked about: those of its training, or where distances are numbers, any that a
 * board can have. (float32 tells whole numbers apart up to 2^24, and a board's side ends before.)
 */
export function sidesInReach({
  position_scheme: scheme,
  trained_for: { sides },
}: Described['config']): readonly [number, number] {
  return scheme === 'location' ? [1, MAX_SIDE] : sides;
}

/** @throws InputError when the weights were not trained for boards like this. */
export function checkBoard(model: Described, grid: BoardSize, topology: Topology): void {
  const { trained_for: trained } = model.config;
  const { width, height } = grid;
  if (!knowsTopology(trained, topology, grid)) {
    throw new InputError(
      `model ${model.name} was trained for ${describeTopologies(trained)}, not for :${formatBounds({ topology, width, height })}; ` +
        `choose ${nameOther(model)}, or :T${width},${height}`,
    );
  }
  const [shortest, longest] = sidesInReach(model.config);
  const wrong = [width, height].find((side) => side < shortest || side > longest);
  if (wrong !== undefined) {
    throw new InputError(
      `model ${model.name} was trained for ${describeSides(trained)}, but the board is ` +
        `${width}x${height} (width x height); choose ${nameOther(model)}, or a board such as ${trained.rule}:T${longest},${longest}`,
    );
  }
}

/** Names the sides of the training in words: `sides of 8`, `sides from 1 to 16`. */
export function describeSides({ sides: [shortest, longest] }: TrainedFor): string {
  return shortest === longest ? `sides of ${shortest}` : `sides from ${shortest} to ${longest}`;
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

const FIELDS: readonly (keyof TrainedFor)[] = ['rule', 'rules', 'topology', 'topologies', 'sides'];

/** What the configuration of a model says that it was trained for. */
export function trainedForShape(hasHeader: boolean): Shape<TrainedFor> {
  return (value, place) => {
    if (typeof value === 'object' && value !== null) shapes.checkFields(value, FIELDS, place);
    const expected = explainTrainedFor(value, hasHeader);
    return expected === null ? (value as TrainedFor) : shapes.failShape(value, place, expected);
  };
}

/** What `trained_for` should look like, or null where it does. */
function explainTrainedFor(value: unknown, hasHeader: boolean): string | null {
  const trained = value as TrainedFor | undefined;
  const [shortest, longest] = Array.isArray(trained?.sides) ? trained.sides : [];
  const sidesFit =
    Number.isInteger(shortest) &&
    Number.isInteger(longest) &&
    shortest! >= 1 &&
    longest! >= shortest! &&
    longest! <= MAX_SIDE;
  const [rules, topologies] = [trained?.rules, trained?.topologies];
  const choicesFit =
    (rules === undefined || rules === 'all' || rules === 'life-like') &&
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
    ? 'one rule on tori, or "position_scheme": "location" beside it, whose prompts can name others'
    : null;
}
