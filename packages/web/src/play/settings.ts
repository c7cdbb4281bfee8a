/** The controls that say who plays what on which board, bounded by what the player can do. */

import {
  countAlive,
  formatBounds,
  formatRule,
  isSquare,
  nameTopology,
  parseRule,
  type Rule,
  type Topology,
} from '@lifegpt/core';
import { describeRules, describeTopologies, knowsRule, knowsTopology } from '@lifegpt/model';
import { byId, complain, say, write } from '../elements.js';
import type { ModelCard } from '../messages.js';
import { resizeBoard } from './fit.js';
import type { Game } from './game.js';
import {
  checkSetup,
  ENGINE,
  ENGINE_SIDES,
  isPlain,
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
  /** Is told that someone chose a player. */
  readonly onChoice: () => void;
}

/** The controls of the game's settings. */
export interface Settings {
  /** Which models there are to choose from. */
  offer(models: readonly { readonly name: string; readonly title: string }[]): void;
  /** Shows the settings that the game has. */
  show(): void;
  /** Chooses a player, on the largest board that it can do. */
  choose(player: string): Promise<void>;
  /** Chooses a rule; those of one gesture are undone together. */
  chooseRule(rule: Rule, gesture: object): void;
}

/** The choice that stands for a topology with shifted borders. */
const SHIFTED = 'shifted';

/** A size that is no special case of any topology. */
const NEUTRAL_SIZE = { width: 8, height: 8 };

/** Makes the controls work. */
export function createSettings({ game, openModel, onChoice }: SettingsOptions): Settings {
  const player = byId<HTMLSelectElement>('player');
  const rule = byId<HTMLInputElement>('rule');
  const topology = byId<HTMLSelectElement>('topology');
  const columns = byId<HTMLInputElement>('columns');
  const rows = byId<HTMLInputElement>('rows');
  for (const [letter, title] of TOPOLOGY_CHOICES) topology.add(new Option(title, letter));

  /** The choice of a player under way; a later one wins, however long models take to come. */
  let choosing: object | null = null;

  /** Runs a change; what does not work is said beside the controls, and they go back. */
  async function attempt(change: () => void | Promise<void>): Promise<void> {
    try {
      complain('setup-problem', '');
      await change();
    } catch (error) {
      complain('setup-problem', (error as Error).message);
    }
    show();
  }

  /** Changes the settings, and says what of the board and of them is no longer what it was. */
  function configure(setup: Setup, card: ModelCard | null, reason = ''): void {
    checkSetup(setup, card);
    const { grid } = game.timeline().current();
    const board = resizeBoard(grid, setup.width, setup.height);
    const lost = countAlive(grid) - countAlive(board);
    game.configure(setup, card, board);
    const cut = lost === 0 ? '' : `${lost} live cells lay outside of the new board. `;
    if (reason + cut !== '') say(`${reason}${cut}Undo goes back.`);
  }

  /** @param changed the control that was changed: a sphere's other side follows it */
  function read(changed: HTMLElement): [setup: Setup, reason: string] {
    const before = game.setup();
    const joined = topology.value === SHIFTED ? before.topology : topologyOf(topology.value);
    let [width, height] = [columns.valueAsNumber, rows.valueAsNumber];
    let reason = '';
    if (isSquare(joined) && width !== height) {
      if (changed === rows) width = height;
      else if (changed === columns) height = width;
      else width = height = Math.max(width, height);
      reason = `A ${nameTopology(joined).toLowerCase()} is square, so the board is ${width} × ${height} now. `;
    }
    const { rule: written, bounds } = parseRule(rule.value);
    const { player: name } = before;
    if (bounds !== null) return [{ player: name, rule: written, ...bounds }, ''];
    return [{ player: name, rule: written, topology: joined, width, height }, reason];
  }

  function show(): void {
    const { player: name, rule: ruleNow, topology: now, width, height } = game.setup();
    const card = game.card();
    const [shortest, longest] = card?.sides ?? ENGINE_SIDES;
    player.value = name;
    rule.value = formatRule(ruleNow);
    offerShifted(now);
    topology.value = isPlain(now) ? letterOf(now) : SHIFTED;
    for (const option of topology.options) {
      if (option.value === SHIFTED) continue;
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
    const { temperature } = game.sampling();
    const sampling =
      temperature > 0 && card !== null
        ? ` It samples at temperature ${temperature}, set on Look inside.`
        : '';
    write('abilities', describe(card) + sampling);
  }

  /** A topology with shifted borders has a name of its own while it is played. */
  function offerShifted(now: Topology): void {
    [...topology.options].find(({ value }) => value === SHIFTED)?.remove();
    if (isPlain(now)) return;
    const { width, height } = game.setup();
    const bounds = { topology: now, width, height };
    topology.add(new Option(`${nameTopology(bounds.topology)} (${formatBounds(bounds)})`, SHIFTED));
  }

  async function choose(name: string): Promise<void> {
    const own = (choosing = {});
    onChoice();
    if (name === ENGINE) return configure({ ...game.setup(), player: ENGINE }, null);
    say(`Loading ${name}…`);
    const card = await openModel(name);
    if (choosing !== own) return;
    const before = game.setup();
    const [shortest, longest] = card.sides;
    const fits = (side: number): boolean => side >= shortest && side <= longest;
    const { rule: wasRule, topology: was, width, height } = before;
    const [least, most] = card.trainedFor.sides;
    // a model that learned one size plays on it, however far it may reach
    const isKept = least !== most && fits(width) && fits(height);
    const kept = { ...setupFor(card), ...(isKept ? { width, height } : {}) };
    const keepsRule = knowsRule(card.trainedFor, wasRule);
    const keepsTopology = knowsTopology(card.trainedFor, was, kept);
    const setup = {
      ...kept,
      ...(keepsRule ? { rule: wasRule } : {}),
      ...(keepsTopology ? { topology: was } : {}),
    };
    const bounds = ({ topology: t, width: w, height: h }: Setup): string =>
      formatBounds({ topology: t, width: w, height: h });
    const changes = [
      ...(keepsRule ? [] : [`the rule is ${formatRule(setup.rule)}`]),
      ...(bounds(setup) === bounds(before) ? [] : [`the board is ${bounds(setup)}`]),
    ];
    const reason = changes.length === 0 ? '' : `${name} plays: ${changes.join(', and ')} now. `;
    configure(setup, card, reason);
    if (reason === '') say(`${name} plays. Press Run.`);
  }

  player.addEventListener('change', () => void attempt(() => choose(player.value)));
  for (const control of [rule, topology, columns, rows]) {
    control.addEventListener('change', () => {
      void attempt(() => {
        const [setup, reason] = read(control);
        configure(setup, game.card(), reason);
      });
    });
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
    chooseRule: (made, gesture) =>
      void attempt(() => {
        const setup = { ...game.setup(), rule: made };
        checkSetup(setup, game.card());
        game.configure(setup, game.card(), undefined, gesture);
      }),
  };
}

function describe(card: ModelCard | null): string {
  if (card === null) {
    const [, longest] = ENGINE_SIDES;
    return `The SIMD engine, without a model: any two-state rule of the 3 × 3 neighbourhood, sides to ${longest}.`;
  }
  const { name, parameters, layers, heads, trainedFor, sides: reach } = card;
  const { sides } = trainedFor;
  const parts = `${layers} layer${layers === 1 ? '' : 's'}, ${heads} heads, ${parameters.toLocaleString('en')} numbers`;
  const range = sides[0] === sides[1] ? `sides of ${sides[0]}` : `sides from ${sides.join(' to ')}`;
  const further = reach[1] > sides[1] ? ` Here it takes sides to ${reach[1]}.` : '';
  const isEvery = TOPOLOGY_CHOICES.every(([token]) =>
    knowsTopology(trainedFor, topologyOf(token), NEUTRAL_SIZE),
  );
  const joined = isEvery ? 'all six topologies' : describeTopologies(trainedFor);
  return `${name}: ${parts}. It learned ${describeRules(trainedFor).replace('3x3', '3 × 3')} on ${joined} with ${range}.${further}`;
}
