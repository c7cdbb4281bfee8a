/** The page: one game, one worker, its views. */

import { TORUS } from '@lifegpt/core';
import type { Grid } from '@lifegpt/core';
import {
  COMPARISONS,
  parseAddress,
  type Address,
  type Comparison,
  type ReadAddress,
} from './address.js';
import { createViewport } from './board/viewport.js';
import { createBreakView } from './break/view.js';
import { createDeviceView } from './device/view.js';
import { byId, complain, onClick, say, write } from './elements.js';
import { createLink } from './link.js';
import { createLoading } from './loading.js';
import { HEALTHY } from './look/surgery.js';
import { createLookView } from './look/view.js';
import type { DeviceChoice, ModelCard, ModelFiles } from './messages.js';
import { createGuessView } from './guess/view.js';
import { keepOffline } from './offline.js';
import { enableDrawing } from './play/draw.js';
import { createBoardButtons, createFiles } from './play/files.js';
import { growFor, resizeBoard } from './play/fit.js';
import { createGame } from './play/game.js';
import { openingBoard } from './play/opening.js';
import { createPatterns } from './play/patterns.js';
import { createRuleBoxes } from './play/rule-boxes.js';
import { createSelection } from './play/selection.js';
import { createSettings } from './play/settings.js';
import { checkSetup, ENGINE, FIRST_MODEL, FIRST_SETUP } from './play/setup.js';
import { showGame } from './play/show.js';
import { createTools } from './play/tools.js';
import { createTransport } from './play/transport.js';
import { createSession } from './session.js';
import { createShapeView } from './shape/view.js';
import { createStory } from './story/view.js';
import { createTabs } from './tabs.js';
import { createTrainView, TRAINED } from './train/view.js';

/** Below this width two boards do not fit side by side. */
const NARROW = '(max-width: 40rem)';

const loading = createLoading();
const session = createSession({
  onLoading: loading.follow,
  onDeath: (reason) => fail(`${reason}; press “Try again”`),
});
let shipped: readonly string[] = [];
/** Why the model does not run on the device that was asked for, or null. */
let note: string | null = null;
/** The model that plays as soon as it has come; null when it has, or when someone chose another player. */
let awaited: string | null = FIRST_MODEL;
/** The first board is there: what fails later leaves it as it is. */
let isOpened = false;

const game = createGame(session, (reason) => complain('play-problem', reason), FIRST_SETUP);
const viewport = createViewport();
const selection = createSelection(game);
const gameView = showGame({ game, viewport, selection, isAwaiting: () => awaited !== null });
const tools = createTools({ game, selection, viewport, add: addPattern });
const cursor = enableDrawing({
  canvas: byId<HTMLCanvasElement>('board-model'),
  game,
  selection,
  viewport,
  tool: tools.tool,
  onCursor: gameView.draw,
});
gameView.follow(cursor);
createTransport(game);
createPatterns(addPattern);
createBoardButtons(game);
createFiles(game);
const settings = createSettings({ game, openModel, onChoice: () => void (awaited = null) });
const lookView = createLookView({
  session,
  game,
  isAwaited: () => awaited !== null,
  onOperate: () => link.update(),
});
const trainView = createTrainView({
  session,
  onBegin: () => game.pause(),
  onChange: () => link.update(),
  onCopy: () => void link.copy('recipe'),
  async onPlay(files) {
    keepTrained(files);
    tabs.show('play');
    await settings.choose(TRAINED);
  },
});
const storyView = createStory({
  session,
  open: () => openModel(FIRST_MODEL),
  onStep: () => link.update(),
});
const breakView = createBreakView({
  session,
  game,
  choose: settings.choose,
  async take(files) {
    keepTrained(files);
    document.querySelector<HTMLInputElement>('input[name=broken][value=trained-here]')!.disabled =
      false;
    await settings.choose(TRAINED);
  },
  play({ setup, grid }) {
    tabs.show('play');
    game.configure(setup, game.card(), grid);
    say('The find is on the board: press Step. Its link is in the address.');
  },
});
const guessView = createGuessView({
  session,
  open: () => openModel(FIRST_MODEL),
  isReady: () => shipped.length > 0,
  onChange: () => link.update(),
  async play(rule, grid) {
    await settings.choose(FIRST_MODEL);
    const { width, height } = grid;
    tabs.show('play');
    game.configure({ ...game.setup(), rule, topology: TORUS, width, height }, game.card(), grid);
  },
});
createShapeView(game);
createRuleBoxes(game, settings.chooseRule);
const deviceView = createDeviceView({
  mayChoose: () => trainView.mayLose('Another device begins anew'),
  onChoose: start,
});
const tabs = createTabs((view) => {
  if (view === 'play') gameView.draw();
  if (view === 'look') {
    game.pause();
    lookView.show();
  }
  if (view === 'train') trainView.show();
  if (view === 'break') {
    game.pause();
    breakView.show();
  } else breakView.stop();
  if (view === 'guess') {
    game.pause();
    guessView.show();
  }
  if (view === 'story') storyView.show();
  else storyView.stop();
  link.update();
});
const comparison = (): Comparison =>
  COMPARISONS.find((each) => radio(each).checked) ?? COMPARISONS[0];
const link = createLink({
  game,
  look: () => ({
    view: tabs.shown(),
    step: tabs.shown() === 'story' ? storyView.step() : 0,
    comparison: comparison(),
    puzzle: tabs.shown() === 'guess' ? guessView.puzzle() : null,
    surgery: tabs.shown() === 'look' ? lookView.surgery() : HEALTHY,
    recipe: tabs.shown() === 'train' ? trainView.knobs() : null,
  }),
  // a model that was trained here is nowhere else
  player() {
    const { player } = game.setup();
    return player === TRAINED ? FIRST_MODEL : (awaited ?? player);
  },
});

/** Puts a pattern beside what is there, on a larger board where it has to be. */
function addPattern(pattern: Grid, title: string): void {
  const before = game.setup();
  const setup = { ...before, ...growFor(pattern, before, game.card()) };
  if (setup.width !== before.width || setup.height !== before.height) {
    checkSetup(setup, game.card());
    const board = resizeBoard(game.timeline().current().grid, setup.width, setup.height);
    game.configure(setup, game.card(), board);
    selection.add(pattern);
    say(`${title} is on the board, which is ${setup.width} × ${setup.height} now.`);
  } else {
    selection.add(pattern);
    say(`${title} is on the board: drag it where you want it.`);
  }
}

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
  write('chip-device', opened.device);
  note = opened.note;
  return opened.card;
}

/** Keeps a model that was trained here among the players. */
function keepTrained(files: ModelFiles): void {
  session.keep(TRAINED, files);
  offerPlayers();
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

/** Starts a worker on a device: its engine at once, its model when that has come. */
async function start(choice: DeviceChoice): Promise<void> {
  game.pause();
  trainView.forget();
  byId('retry').hidden = true;
  const state = await session.start(choice);
  shipped = state.models;
  lookView.offer(state.strategies);
  offerPlayers();
  for (const id of ['run', 'step']) byId<HTMLButtonElement>(id).disabled = false;
  if (!isOpened) openGame(parseAddress(location.hash));
  const { player } = game.setup();
  await bringModel(player === ENGINE ? (awaited ?? FIRST_MODEL) : player);
  deviceView.started(choice, byId('chip-device').textContent ?? '', note);
  for (const id of ['write', 'train', 'search', 'half-trained', 'guess-ask'])
    byId<HTMLButtonElement>(id).disabled = false;
}

/** Opens a model; if it was awaited, it plays on where the engine has played until now. */
async function bringModel(name: string): Promise<void> {
  const card = await openModel(name);
  loading.finish();
  const isAwaited = awaited === name;
  if (isAwaited) {
    awaited = null;
    try {
      game.open({ ...game.setup(), player: name }, card);
    } catch (error) {
      complain('setup-problem', (error as Error).message);
    }
  }
  settings.show();
  if (tabs.shown() === 'look') lookView.show();
  if (tabs.shown() === 'break') breakView.show();
  if (tabs.shown() === 'guess') guessView.show();
  if (byId('status').classList.contains('problem') || game.isRunning()) return;
  say(`${note ?? `LifeGPT runs on ${byId('chip-device').textContent}`}. Press Run.`);
}

/** What a failed start leaves: a reason, and a way to try again. */
function fail(reason: string): void {
  game.pause();
  loading.finish();
  complain('play-problem', reason);
  byId('retry').hidden = false;
}

/** Shows the game of an address, played by the engine until its model is there. */
function openGame({ address: { game: linked, surgery }, problems }: ReadAddress): void {
  lookView.expect(surgery);
  const show = isOpened ? game.configure : game.open; // of a board that was there, an undo is kept
  isOpened = true;
  awaited = FIRST_MODEL;
  if (linked === null) show(FIRST_SETUP, null, openingBoard(FIRST_SETUP));
  else {
    const { setup, start: board } = linked;
    const isKnown = setup.player === ENGINE || shipped.includes(setup.player);
    if (!isKnown) {
      const reason =
        setup.player === TRAINED
          ? 'the link’s model was trained in another page'
          : `the link’s player '${setup.player}' is not here`;
      problems = [...problems, `${reason}; ${FIRST_MODEL} plays`];
    }
    awaited = setup.player === ENGINE ? null : isKnown ? setup.player : FIRST_MODEL;
    show({ ...setup, player: ENGINE }, null, board);
  }
  complain('setup-problem', problems.join('; '));
  settings.show();
}

/** Plays on to the generation of a link. */
async function playLinked({ game: linked }: Address): Promise<void> {
  if (linked === null) return;
  const { sampling, generation } = linked;
  if (sampling.temperature > 0) game.setSampling(sampling);
  if (generation > 0) await game.run(generation);
}

/** A link was pasted into the page: its board replaces the one before, which an undo brings back. */
async function follow(): Promise<void> {
  link.follow(false);
  const read = parseAddress(location.hash);
  const { address: pasted, problems } = read;
  if (pasted.comparison !== null) compare(pasted.comparison);
  if (pasted.step > 0) storyView.show(pasted.step);
  guessView.show(pasted.puzzle);
  if (pasted.recipe !== null) trainView.choose(pasted.recipe);
  tabs.show(pasted.view);
  try {
    if (pasted.game === null) complain('setup-problem', problems.join('; '));
    else {
      openGame(read);
      if (awaited !== null) await bringModel(awaited);
      if (problems.length === 0) say('The board of the link is here; Undo goes back.');
      await playLinked(pasted);
    }
  } catch (error) {
    complain('setup-problem', (error as Error).message);
  }
  link.follow(true);
}

/** The generation that was shown before a change. */
let before = 0;

game.listen((change) => {
  const { generation, wrongSoFar, seconds, period } = game.timeline().current();
  const isEngine = game.setup().player === ENGINE;
  if (change === 'board') {
    compare(comparison());
    settings.show();
    complain('play-problem', '');
    if (before > 0 && generation === 0 && isOpened) {
      say(`A new run begins here; Undo goes back to generation ${before}.`);
    } else if (awaited !== null) say(`The engine plays until LifeGPT ${awaited} has come.`);
    else say(generation === 0 ? 'Press Run.' : `Back at generation ${generation}.`);
  }
  before = generation;
  if (change === 'running' && game.isRunning()) say('Running…');
  if (change !== 'board' && !game.isRunning()) {
    const verdict = wrongSoFar === 0 ? 'exact' : `${wrongSoFar} wrong cells`;
    const back = period !== null && period > 1 ? ` It came back after ${period} generations.` : '';
    say(
      generation === 0
        ? 'The start of the run.'
        : `Generation ${generation}${isEngine ? '' : `: ${verdict}`}.${back}`,
    );
  }
  if (change === 'moment' && seconds > 0) {
    const speed = 1 / seconds;
    const each = `${(1000 * seconds).toFixed(seconds < 0.01 ? 2 : 0)} ms a generation`;
    write('chip-speed', `${each}, ${speed < 10 ? speed.toFixed(1) : Math.round(speed)} a second`);
  }
});
for (const value of COMPARISONS) {
  radio(value).addEventListener('change', () => {
    compare(value);
    link.update();
  });
}
onClick('go-look', () => tabs.show('look'));
onClick('story-skip', () => tabs.show('play'));
onClick('story-prove', async () => {
  if (game.card()?.trainedFor.rules !== 'all') await settings.choose(FIRST_MODEL);
  tabs.show('break');
  byId('prove').click();
});
onClick('share', () => link.copy('board'));
onClick('retry', () => begin('auto'));
addEventListener('hashchange', () => void follow());

async function begin(choice: DeviceChoice): Promise<void> {
  const { address } = parseAddress(location.hash);
  const isFirst = !isOpened;
  complain('play-problem', '');
  try {
    await start(choice);
  } catch (error) {
    return fail((error as Error).message);
  }
  if (isFirst) await playLinked(address);
  link.follow(true);
  keepOffline();
}

const { address } = parseAddress(location.hash);
compare(address.comparison ?? (matchMedia(NARROW).matches ? 'overlay' : 'side'));
if (address.step > 0) storyView.show(address.step);
guessView.show(address.puzzle);
if (address.recipe !== null) trainView.choose(address.recipe);
tabs.show(address.view);
void begin(parseDevice());

/** A device may be asked for by the address, to compare. */
function parseDevice(): DeviceChoice {
  const wanted = new URLSearchParams(location.search).get('device');
  const choices: readonly DeviceChoice[] = ['auto', 'webgpu', 'wasm', 'wasm-1'];
  return choices.find((choice) => choice === wanted) ?? 'auto';
}
