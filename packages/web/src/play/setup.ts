/** What is played, by whom, on which board; and what each player can do. */

import {
  CONWAY,
  formatBounds,
  formatRule,
  InputError,
  isSquare,
  nameTopology,
  tokenOfTopology,
  TOPOLOGY_TOKENS,
  topologyOfToken,
  TORUS,
  type PromptHeader,
  type Rule,
  type Topology,
  type TopologyToken,
} from '@lifegpt/core';
import {
  defaultHeader,
  describeRules,
  describeTopologies,
  knowsRule,
  knowsTopology,
} from '@lifegpt/model';
import type { ModelCard } from '../messages.js';

/** Name of the player that is no model. */
export const ENGINE = 'engine';

/** The model that plays where nobody chose another. */
export const FIRST_MODEL = 'life';

/** Sides of boards that the engine plays here. */
export const ENGINE_SIDES = [1, 2048] as const;

/** A game's settings. */
export interface Setup {
  /** Name of a model, or `ENGINE`. */
  readonly player: string;
  readonly rule: Rule;
  readonly topology: Topology;
  readonly width: number;
  readonly height: number;
}

/** Sides of boards that models play here, where they can: a generation of the largest takes seconds. */
export const MOST_MODEL_SIDE = 512;
/** Cells of the largest board that the Look view lays out densely, with all its keys at once. */
export const MOST_DENSE_CELLS = 48 * 48;
/** Cells of the largest board that the Look view shows: every head has a picture of all of them. */
export const MOST_LOOK_CELLS = 128 * 128;
/** Side of the board that a model begins with, where it can do it. */
const FIRST_SIDE = 32;

/** The first board of a model: the only size that it was trained on, or a square that it can do. */
export function setupFor({ name, trainedFor, sides: [, longest] }: ModelCard): Setup {
  const [shortest, trained] = trainedFor.sides;
  const side = shortest === trained ? trained : Math.min(FIRST_SIDE, longest);
  return { player: name, ...defaultHeader(trainedFor), width: side, height: side };
}

/** How a model is told the rule and the topology. */
export function headerOf({ rule, topology }: Setup): PromptHeader {
  return { rule, topology };
}

/** What the page opens with: the engine's, until a model has come. */
export const FIRST_SETUP: Setup = {
  player: ENGINE,
  rule: CONWAY,
  topology: TORUS,
  width: FIRST_SIDE,
  height: FIRST_SIDE,
};

/**
 * Checks that a player can do what is asked.
 * @param card the model's, or null for the engine
 * @throws InputError that says what it can do.
 */
export function checkSetup(
  { rule, topology, width, height }: Omit<Setup, 'player'>,
  card: ModelCard | null,
): void {
  const [shortest, longest] = card?.sides ?? ENGINE_SIDES;
  const name = card?.name ?? 'The engine';
  const wrong = [width, height].find(
    (side) => !Number.isInteger(side) || side < shortest || side > longest,
  );
  if (wrong !== undefined) {
    const given = Number.isNaN(wrong) ? 'an empty field' : wrong;
    throw new InputError(
      `${name} takes sides from ${shortest} to ${longest}, not ${given}; choose a side within that range`,
    );
  }
  if (isSquare(topology) && width !== height) {
    const kind = nameTopology(topology).toLowerCase();
    throw new InputError(`a ${kind} is square, not ${width} × ${height}; make both sides equal`);
  }
  if (card === null) return;
  const { trainedFor } = card;
  if (!knowsRule(trainedFor, rule)) {
    throw new InputError(
      `${name} was trained for ${describeRules(trainedFor)}, not for ${formatRule(rule)}; choose the engine to play other rules`,
    );
  }
  if (!knowsTopology(trainedFor, topology, { width, height })) {
    const bounds = formatBounds({ topology, width, height });
    throw new InputError(
      `${name} was trained for ${describeTopologies(trainedFor)}, not for :${bounds}; choose the engine to play other topologies`,
    );
  }
}

/** Whether a topology is one of `TOPOLOGY_CHOICES`, and not one with shifted borders. */
export function isPlain(topology: Topology): boolean {
  return tokenOfTopology(topology) !== null;
}

/** The topologies that the selector offers, in Golly's letters. */
export const TOPOLOGY_CHOICES: readonly (readonly [token: TopologyToken, title: string])[] =
  TOPOLOGY_TOKENS.map((token) => [token, nameTopology(topologyOfToken(token))]);

/** The plain topology of a choice. */
export function topologyOf(token: string): Topology {
  return topologyOfToken(token as TopologyToken);
}

/** The choice that a topology is, or without the shift of its borders would be. */
export function letterOf(topology: Topology): string {
  const { kind, twisted } = { twisted: undefined, ...topology };
  const plain = { kind, ...(twisted === undefined ? {} : { twisted }) } as Topology;
  return tokenOfTopology(plain)!;
}
