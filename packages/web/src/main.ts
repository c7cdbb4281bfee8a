/** The page: one game, one worker, four views of them. */

import { COMPARISONS, parseAddress, type Address, type Comparison } from './address.js';
import { createDeviceView } from './device/view.js';
import { byId, complain, onClick, write } from './elements.js';
import { createLink } from './link.js';
import { createLoading } from './loading.js';
import { createLookView } from './look/view.js';
import type { DeviceChoice, ModelCard } from './messages.js';
import { enableDrawing } from './play/draw.js';
import { createBoardButtons, createFiles } from './play/files.js';
import { createGame } from './play/game.js';
import { createPatterns } from './play/patterns.js';
import { createSettings } from './play/settings.js';
import { ENGINE, ENGINE_SETUP, FIRST_MODEL, setupFor } from './play/setup.js';
import { showGame } from './play/show.js';
import { createTransport } from './play/transport.js';
import { openingBoard } from './play/opening.js';
import { createSession } from './session.js';
import { createTabs } from './tabs.js';
import { createTrainView, TRAINED } from './train/view.js';

/** Below this width two boards do not fit side by side. */
const NARROW = '(max-width: 40rem)';

const say = (text: string): void => write('status', text);
const loading = createLoading();
const session = createSession({
  onLoading: loading.follow,
  onDeath: (reason) => fail(`${reason}; press “Try again”`),
});
const cards = new Map<string, ModelCard>();
let shipped: readonly string[] = [];
/** Why the model does not run on the device that was asked for, or null. */
let note: string | null = null;
/** The first board is there: what fails later leaves it as it is. */
let isOpened = false;

const game = createGame(session, (reason) => say(reason), ENGINE_SETUP);
const gameView = showGame(game);
const cursor = enableDrawing(byId<HTMLCanvasElement>('board-model'), game, gameView.draw);
gameView.follow(cursor);
createTransport(game);
createPatterns(game);
createBoardButtons(game);
createFiles(game, say);
const settings = createSettings({ game, openModel });
const lookView = createLookView(session, game, say);
const trainView = createTrainView({
  session,
  say,
  onBegin: () => game.pause(),
  async onPlay({ files }) {
    session.keep(TRAINED, files);
    cards.delete(TRAINED);
    offerPlayers();
    tabs.show('play');
    await settings.choose(TRAINED);
  },
});
const deviceView = createDeviceView({ say, onChoose: start });
const tabs = createTabs((view) => {
  if (view === 'play') gameView.draw();
  if (view === 'look') {
    game.pause();
    lookView.show();
  }
  if (view === 'train') trainView.show();
  link.update();
});
const comparison = (): Comparison =>
  COMPARISONS.find((each) => radio(each).checked) ?? COMPARISONS[0];
const link = createLink(game, () => ({ view: tabs.shown(), comparison: comparison() }), say);

function radio(value: Comparison): HTMLInputElement {
  return document.querySelector<HTMLInputElement>(`input[name=comparison][value=${value}]`)!;
}

function compare(value: Comparison): void {
  radio(value).checked = true;
  gameView.compare(value);
}

async function openModel(name: string): Promise<ModelCard> {
  const opened = await session.open(name);
  loading.finish();
  cards.set(name, opened.card);
  write('chip-device', opened.device);
  note = opened.note ?? note;
  return opened.card;
}

function offerPlayers(): void {
  const names = [...shipped, ...session.trained()];
  settings.offer(
    names.map((name) => ({
      name,
      title: name === TRAINED ? 'LifeGPT trained here' : `LifeGPT ${name}`,
    })),
  );
}

/** Starts a worker on a device, and what was played before goes on there. */
async function start(choice: DeviceChoice): Promise<void> {
  game.pause();
  trainView.forget();
  byId('retry').hidden = true;
  const state = await session.start(choice);
  shipped = state.models;
  note = state.note;
  const { player } = game.setup();
  const name = player === ENGINE ? FIRST_MODEL : player;
  await openModel(name);
  loading.finish();
  offerPlayers();
  deviceView.started(choice, byId('chip-device').textContent ?? state.device, note);
  for (const id of ['run', 'step', 'write', 'train']) byId<HTMLButtonElement>(id).disabled = false;
  sayReady();
}

function sayReady(): void {
  say(`${note ?? `LifeGPT runs on ${byId('chip-device').textContent}`}. Press Run.`);
}

/** What a failed start leaves: a reason, and a way to try again. */
function fail(reason: string): void {
  game.pause();
  loading.finish();
  say(reason);
  byId('retry').hidden = false;
}

function readAddress(): Address {
  try {
    return parseAddress(location.hash);
  } catch (error) {
    complain('setup-problem', (error as Error).message);
    return { view: 'play', comparison: null, game: null };
  }
}

/** The game of a link, or the first one. */
async function openGame({ game: linked }: Address): Promise<void> {
  const first = cards.get(FIRST_MODEL)!;
  const opening = openingBoard(setupFor(first));
  game.configure(setupFor(first), first, opening);
  settings.show();
  if (linked === null) return;
  const { setup, start: board, generation, sampling } = linked;
  try {
    const isEngine = setup.player === ENGINE;
    const known = isEngine || shipped.includes(setup.player);
    if (!known)
      throw new Error(`the link's player '${setup.player}' is not here; ${FIRST_MODEL} plays`);
    game.configure(setup, isEngine ? null : await openModel(setup.player), board);
    if (sampling.temperature > 0) game.setSampling(sampling);
    if (generation > 0) await game.run(generation);
  } catch (error) {
    complain('setup-problem', (error as Error).message);
  }
  settings.show();
}

game.listen((change) => {
  const { generation, wrongSoFar, seconds } = game.timeline().current();
  const isEngine = game.setup().player === ENGINE;
  if (change === 'board') {
    compare(comparison());
    settings.show();
  }
  if (change !== 'moment') return;
  const verdict = wrongSoFar === 0 ? 'exact' : `${wrongSoFar} wrong cells`;
  say(`Generation ${generation}${isEngine ? '' : `: ${verdict}`}.`);
  if (seconds > 0)
    write('chip-speed', `${(1000 * seconds).toFixed(isEngine ? 2 : 0)} ms a generation`);
});
for (const value of COMPARISONS) {
  radio(value).addEventListener('change', () => {
    compare(value);
    link.update();
  });
}
onClick('go-look', () => tabs.show('look'));
onClick('share', link.copy);
onClick('retry', () => begin('auto'));

async function begin(choice: DeviceChoice): Promise<void> {
  const address = readAddress();
  try {
    await start(choice);
  } catch (error) {
    return fail((error as Error).message);
  }
  if (isOpened) return;
  isOpened = true;
  await openGame(address);
  tabs.show(tabs.shown()); // a view may have been shown before there was a game
  link.enable();
}

const address = readAddress();
compare(address.comparison ?? (matchMedia(NARROW).matches ? 'overlay' : 'side'));
tabs.show(address.view);
void begin(parseDevice());

/** A device may be asked for by the address, to compare. */
function parseDevice(): DeviceChoice {
  const wanted = new URLSearchParams(location.search).get('device');
  const choices: readonly DeviceChoice[] = ['auto', 'webgpu', 'wasm', 'wasm-1'];
  return choices.find((choice) => choice === wanted) ?? 'auto';
}
