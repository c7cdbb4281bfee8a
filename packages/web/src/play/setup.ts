/** What is played, by whom, on which board; and what each player can do. */

import {
  CONWAY,
  formatBounds,
  formatRule,
  InputError,
  parseRule,
  requireLifeRule,
  TORUS,
  type PromptHeader,
  type Rule,
  type Topology,
} from '@lifegpt/core';
import { defaultHeader, describeTopologies, knowsRule, knowsTopology } from '@lifegpt/model';
import type { ModelCard } from '../messages.js';

/** Name of the player that is no model. */
export const ENGINE = 'engine';

/** The model that plays where nobody chose another. */
export const FIRST_MODEL = 'torus32';

/** Sides of boards that the engine plays here: larger ones have cells below a pixel. */
export const ENGINE_SIDES = [1, 512] as const;

/** A game's settings. */
export interface Setup {
  /** Name of a model, or `ENGINE`. */
  readonly player: string;
  readonly rule: Rule;
  readonly topology: Topology;
  readonly width: number;
  readonly height: number;
}

/** A board that every model can do: the largest square that it was trained for. */
export function setupFor({ name, trainedFor }: ModelCard): Setup {
  const [, side] = trainedFor.sides;
  return { player: name, ...defaultHeader(trainedFor), width: side, height: side };
}

/** How a model is told the rule and the topology. @throws InputError when the rule is not life-like */
export function headerOf({ player, rule, topology }: Setup): PromptHeader {
  return { rule: requireLifeRule(rule, player), topology };
}

/** What the engine starts with. */
export const ENGINE_SETUP: Setup = {
  player: ENGINE,
  rule: CONWAY,
  topology: TORUS,
  width: 256,
  height: 256,
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
  const [shortest, longest] = card?.trainedFor.sides ?? ENGINE_SIDES;
  const name = card?.name ?? 'The engine';
  const reason = card === null ? 'takes' : 'was trained for';
  const wrong = [width, height].find(
    (side) => !Number.isInteger(side) || side < shortest || side > longest,
  );
  if (wrong !== undefined) {
    throw new InputError(
      `${name} ${reason} sides from ${shortest} to ${longest}, not ${wrong}; choose a side within that range`,
    );
  }
  if (topology.kind === 'sphere' && width !== height) {
    throw new InputError(`a sphere is square, not ${width} × ${height}; make both sides equal`);
  }
  if (card === null) return;
  const { trainedFor } = card;
  if (!knowsRule(trainedFor, rule)) {
    throw new InputError(
      `${name} was trained for ${trainedFor.rule}, not for ${formatRule(rule)}; choose the engine to play other rules`,
    );
  }
  if (!knowsTopology(trainedFor, topology, { width, height })) {
    const bounds = formatBounds({ topology, width, height });
    throw new InputError(
      `${name} was trained for ${describeTopologies(trainedFor)}, not for :${bounds}; choose the engine to play other topologies`,
    );
  }
}

/** The topologies that the selector offers, in Golly's letters. */
export const TOPOLOGY_CHOICES: readonly (readonly [letter: string, title: string])[] = [
  ['T', 'Torus'],
  ['P', 'Plane'],
  ['K', 'Klein bottle'],
  ['C', 'Cross-surface'],
  ['S', 'Sphere'],
];

/** The plain topology of a letter. */
export function topologyOf(letter: string): Topology {
  const { bounds } = parseRule(letter === 'K' ? 'B3/S23:K8*,8' : `B3/S23:${letter}8`);
  return bounds!.topology;
}

/** The letter of a topology. */
export function letterOf(topology: Topology): string {
  return formatBounds({ topology, width: 8, height: 8 }).charAt(0);
}
