/** The controls that say who plays what on which board, bounded by what the player can do. */

import { formatRule, parseRule } from '@lifegpt/core';
import { describeTopologies, knowsRule, knowsTopology } from '@lifegpt/model';
import { byId, complain, write } from '../elements.js';
import type { ModelCard } from '../messages.js';
import { resizeBoard } from './fit.js';
import type { Game } from './game.js';
import {
  checkSetup,
  ENGINE,
  ENGINE_SETUP,
  ENGINE_SIDES,
  letterOf,
  setupFor,
  topologyOf,
  TOPOLOGY_CHOICES,
  type Setup,
} from './setup.js';

/** What the settings need from the page. */
export interface SettingsOptions {
  readonly game: Game;
  /** Opens a model; fails where that is not possible. */
  readonly openModel: (name: string) => Promise<ModelCard>;
}

/** The controls of the game's settings. */
export interface Settings {
  /** Which models there are to choose from. */
  offer(models: readonly { readonly name: string; readonly title: string }[]): void;
  /** Shows the settings that the game has. */
  show(): void;
  /** Chooses a player, on the largest board that it can do. */
  choose(player: string): Promise<void>;
}

/** A size that is no special case of any topology. */
const NEUTRAL_SIZE = { width: 8, height: 8 };

/** Makes the controls work. */
export function createSettings({ game, openModel }: SettingsOptions): Settings {
  const player = byId<HTMLSelectElement>('player');
  const rule = byId<HTMLInputElement>('rule');
  const topology = byId<HTMLSelectElement>('topology');
  const columns = byId<HTMLInputElement>('columns');
  const rows = byId<HTMLInputElement>('rows');
  for (const [letter, title] of TOPOLOGY_CHOICES) topology.add(new Option(title, letter));

  /** Runs a change; what does not work is said beside the controls, and they go back. */
  async function attempt(change: () => void | Promise<void>): Promise<void> {
    try {
      await change();
      complain('setup-problem', '');
    } catch (error) {
      complain('setup-problem', (error as Error).message);
    }
    show();
  }

  function configure(setup: Setup, card: ModelCard | null): void {
    checkSetup(setup, card);
    const { grid } = game.timeline().current();
    game.configure(setup, card, resizeBoard(grid, setup.width, setup.height));
  }

  function read(): Setup {
    return {
      player: game.setup().player,
      rule: parseRule(rule.value).rule,
      topology: topologyOf(topology.value),
      width: columns.valueAsNumber,
      height: rows.valueAsNumber,
    };
  }

  function show(): void {
    const { player: name, rule: ruleNow, topology: now, width, height } = game.setup();
    const card = game.card();
    const [shortest, longest] = card?.sides ?? ENGINE_SIDES;
    player.value = name;
    rule.value = formatRule(ruleNow);
    topology.value = letterOf(now);
    for (const option of topology.options) {
      const named = topologyOf(option.value);
      option.disabled = card !== null && !knowsTopology(card.trainedFor, named, NEUTRAL_SIZE);
    }
    for (const [input, value] of [
      [columns, width],
      [rows, height],
    ] as const) {
      [input.min, input.max, input.value] = [shortest, longest, value].map(String) as [
        string,
        string,
        string,
      ];
    }
    if (card !== null) write('parameters', card.parameters.toLocaleString('en'));
    const { temperature } = game.sampling();
    const sampling =
      temperature > 0 && card !== null
        ? ` It samples at temperature ${temperature}, set on Look inside.`
        : '';
    write('abilities', describe(card) + sampling);
  }

  async function choose(name: string): Promise<void> {
    if (name === ENGINE) return configure(ENGINE_SETUP, null);
    const card = await openModel(name);
    const before = game.setup();
    const [shortest, longest] = card.sides;
    const fits = (side: number): boolean => side >= shortest && side <= longest;
    const { rule: wasRule, topology: was, width, height } = before;
    const [least, most] = card.trainedFor.sides;
    // a model that learned one size plays on it, however far it may reach
    const size = least !== most && fits(width) && fits(height) ? { width, height } : {};
    const kept = { ...setupFor(card), ...size };
    configure(
      {
        ...kept,
        ...(knowsRule(card.trainedFor, wasRule) ? { rule: wasRule } : {}),
        ...(knowsTopology(card.trainedFor, was, kept) ? { topology: was } : {}),
      },
      card,
    );
  }

  player.addEventListener('change', () => void attempt(() => choose(player.value)));
  for (const control of [rule, topology, columns, rows]) {
    control.addEventListener('change', () => void attempt(() => configure(read(), game.card())));
  }
  return {
    offer(models) {
      player.replaceChildren(
        ...models.map(({ name, title }) => new Option(title, name)),
        new Option('The engine alone', ENGINE),
      );
      player.value = game.setup().player;
      player.disabled = false;
    },
    show,
    choose: (name) => attempt(() => choose(name)),
  };
}

function describe(card: ModelCard | null): string {
  if (card === null) {
    const [, longest] = ENGINE_SIDES;
    return `The SIMD engine, without a model: any two-state rule of the 3 × 3 neighbourhood, sides to ${longest}.`;
  }
  const { name, parameters, layers, heads, trainedFor, sides: reach } = card;
  const { rules, rule, sides } = trainedFor;
  const parts = `${layers} layer${layers === 1 ? '' : 's'}, ${heads} heads, ${parameters.toLocaleString('en')} numbers`;
  const range = sides[0] === sides[1] ? `sides of ${sides[0]}` : `sides from ${sides.join(' to ')}`;
  const known = rules === 'all' ? 'every two-state rule of the 3 × 3 neighbourhood' : rule;
  const further = reach[1] > sides[1] ? ` Here it takes sides to ${reach[1]}.` : '';
  return `${name}: ${parts}. It learned ${known} on ${describeTopologies(trainedFor)} with ${range}.${further}`;
}
