/** Device: what the transformer runs on, and how long a generation takes there. */

import { CONWAY, createGrid, openStream, TORUS } from '@lifegpt/core';
import { byId, complain, onClick, say, write } from '../elements.js';
import type { DeviceChoice } from '../messages.js';
import { FIRST_MODEL } from '../play/setup.js';
import { createSession } from '../session.js';
import { findAdapter } from '../worker/adapter.js';

/** What the Device view needs from the page. */
export interface DeviceViewOptions {
  /** Whether what the present worker holds may be lost. */
  readonly mayChoose: () => Promise<boolean>;
  /** Starts the page's worker on another device. */
  readonly onChoose: (choice: DeviceChoice) => Promise<void>;
}

/** The Device view. */
export interface DeviceView {
  /** The worker runs, on this device. */
  started(choice: DeviceChoice, device: string, note: string | null): void;
}

const CHOICES: readonly (readonly [DeviceChoice, string])[] = [
  ['auto', 'Automatic'],
  ['webgpu', 'WebGPU'],
  ['wasm', 'WASM, as many threads as there are'],
  ['wasm-1', 'WASM, one thread'],
];

/** What is measured: one board, so many generations after one that is not counted. */
const MEASURED = { model: FIRST_MODEL, side: 128, generations: 5 };

/** Makes the Device view work. */
export function createDeviceView({ mayChoose, onChoose }: DeviceViewOptions): DeviceView {
  const select = byId<HTMLSelectElement>('device');
  const measure = byId<HTMLButtonElement>('measure');
  let now: DeviceChoice = 'auto';
  const rows = new Map<DeviceChoice, HTMLTableRowElement>();
  for (const [choice, title] of CHOICES) {
    select.add(new Option(title, choice));
    if (choice === 'auto') continue;
    const row = document.createElement('tr');
    const name = document.createElement('th');
    name.scope = 'row';
    name.textContent = title;
    row.append(name);
    for (const text of ['not measured', `${MEASURED.side} × ${MEASURED.side}`, '–']) {
      const cell = document.createElement('td');
      cell.textContent = text;
      row.append(cell);
    }
    rows.set(choice, row);
    byId('measurements').append(row);
  }
  void describeBrowser();

  async function measureAll(): Promise<void> {
    measure.disabled = true;
    const found: number[] = [];
    for (const [choice, row] of rows) {
      const [state, , time] = [...row.querySelectorAll('td')];
      state!.textContent = 'measuring…';
      try {
        const { device, milliseconds, note } = await measureDevice(choice);
        state!.textContent = note ?? device;
        time!.textContent = note === null ? milliseconds.toFixed(1) : '–';
        if (note === null) found.push(milliseconds);
        row.dataset['milliseconds'] = note === null ? String(milliseconds) : '';
      } catch (error) {
        state!.textContent = `failed: ${(error as Error).message}`;
      }
    }
    drawBars([...rows.values()], Math.max(...found));
    say(`Measured ${found.length} ${found.length === 1 ? 'device' : 'devices'}.`);
    measure.disabled = false;
  }

  select.addEventListener('change', async () => {
    complain('device-problem', '');
    if (!(await mayChoose())) return void (select.value = now);
    try {
      await onChoose(select.value as DeviceChoice);
    } catch (error) {
      complain('device-problem', (error as Error).message);
    }
  });
  onClick('measure', measureAll);
  return {
    started(choice, device, note) {
      select.value = now = choice;
      write('device-note', note ?? `Now: ${device}.`);
      measure.disabled = false;
    },
  };
}

/** Times a device in a worker of its own, which ends afterwards. */
async function measureDevice(
  choice: DeviceChoice,
): Promise<{ device: string; milliseconds: number; note: string | null }> {
  const { model, side, generations } = MEASURED;
  const session = createSession({ onLoading: () => undefined, onDeath: () => undefined });
  try {
    await session.start(choice);
    const { device, note } = await session.open(model);
    if (note !== null) return { device, milliseconds: 0, note: 'not here' };
    const random = openStream(1, 'measure');
    const cells = Uint8Array.from({ length: side * side }, () => random.nextInt(2));
    let grid = createGrid(side, side, cells);
    const seconds: number[] = [];
    for (let generation = 1; generation <= 1 + generations; generation++) {
      const sampling = { temperature: 0, seed: 0 };
      const header = { rule: CONWAY, topology: TORUS };
      const request = { model, header, grid, truth: grid, generation, generations: 1, sampling };
      const step = await session.call('predict', request);
      grid = step.grid;
      if (generation > 1) seconds.push(step.seconds); // the first one compiles
    }
    seconds.sort((a, b) => a - b);
    return { device, milliseconds: 1000 * seconds[Math.floor(seconds.length / 2)]!, note };
  } finally {
    session.stop();
  }
}

function drawBars(rows: readonly HTMLTableRowElement[], longest: number): void {
  for (const row of rows) {
    const milliseconds = Number(row.dataset['milliseconds'] ?? '');
    if (!(milliseconds > 0)) continue;
    const bar = document.createElement('span');
    bar.className = 'bar-length';
    bar.style.width = `${(100 * milliseconds) / longest}%`;
    row.lastElementChild!.append(bar);
  }
}

const ADAPTERS = {
  real: 'a graphics processor is there',
  software: 'in software only: slower than WASM',
  none: 'not here: the browser offers no graphics processor to pages',
};

async function describeBrowser(): Promise<void> {
  const isIsolated = globalThis.crossOriginIsolated;
  const facts = {
    'Processor threads': String(navigator.hardwareConcurrency),
    'Isolated page': isIsolated
      ? 'yes: WASM may use threads'
      : 'no: WASM runs on one thread (the server sends no isolation headers)',
    WebGPU: ADAPTERS[await findAdapter()],
  };
  byId('browser').replaceChildren(
    ...Object.entries(facts).flatMap(([name, value]) => {
      const [term, text] = [document.createElement('dt'), document.createElement('dd')];
      [term.textContent, text.textContent] = [name, value];
      return [term, text];
    }),
  );
}
