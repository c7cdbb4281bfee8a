/** The board on its surface, alive: turned by mouse, finger and keyboard, and slowly by itself. */

import { describeJoints, nameTopology } from '@lifegpt/core';
import { currentPalette, onTheme } from '../board/palette.js';
import { byId, write } from '../elements.js';
import type { Game } from '../play/game.js';
import { createMesh, putBoard, type Mesh } from './mesh.js';
import { paintMesh } from './paint.js';

/** Radians a second by itself, a CSS pixel under a pointer, and a key. */
const BY_ITSELF = 0.35;
const BY_POINTER = 0.012;
const BY_KEY = 0.15;
/** Milliseconds between pictures while it turns. */
const REST = 30;
/** The steepest look from above or below. */
const STEEPEST = 1.5;

/** Shows the surface where its part of the page is open; closed it costs nothing. */
export function createShapeView(game: Game): void {
  const details = byId<HTMLDetailsElement>('shape');
  const canvas = byId<HTMLCanvasElement>('shape-canvas');
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  let mesh: Mesh | null = null;
  let [yaw, pitch] = [0.5, 0.6];
  /** The next frame that was asked for, 0 when none was. */
  let asked = 0;
  let drawn = 0;
  let isInSight = false;
  let isHeld = false;
  let isStale = true;

  const turnsByItself = (): boolean =>
    !calm.matches && !isHeld && game.setup().topology.kind !== 'plane';

  function ask(): void {
    if (asked === 0 && details.open && isInSight) asked = requestAnimationFrame(draw);
  }

  function draw(now: number): void {
    asked = 0;
    if (!details.open || !isInSight) return;
    const turns = turnsByItself();
    if (now - drawn >= REST) {
      if (turns) yaw += BY_ITSELF * Math.min(0.1, (now - drawn) / 1000);
      drawn = now;
      paint();
    } else isStale = true;
    if (turns || isStale) ask();
  }

  function paint(): void {
    isStale = false;
    const setup = game.setup();
    const { grid } = game.timeline().current();
    if (mesh === null || !isMeshOf(mesh, setup)) {
      const { topology, width, height } = setup;
      // a plane does not turn by itself
      const isOther = mesh === null || mesh.bounds.topology.kind !== topology.kind;
      if (isOther) [yaw, pitch] = topology.kind === 'plane' ? [0.35, 0.15] : [0.5, 0.6];
      mesh = createMesh({ topology, width, height });
    }
    putBoard(mesh, grid);
    const side = Math.round(canvas.clientWidth * Math.min(2, devicePixelRatio));
    if (canvas.width !== side || canvas.height !== side) canvas.width = canvas.height = side;
    paintMesh(canvas.getContext('2d')!, side, mesh, { yaw, pitch }, currentPalette());
  }

  function turn(right: number, up: number): void {
    yaw += right;
    pitch = Math.max(-STEEPEST, Math.min(STEEPEST, pitch + up));
    isStale = true;
    ask();
  }

  function update(): void {
    const { topology } = game.setup();
    write('shape-name', nameTopology(topology));
    if (!details.open) return;
    write('shape-joints', describeJoints(topology));
    isStale = true;
    ask();
  }

  canvas.addEventListener('pointerdown', (event) => {
    isHeld = true;
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', ({ movementX, movementY }) => {
    if (isHeld) turn(movementX * BY_POINTER, movementY * BY_POINTER);
  });
  for (const type of ['pointerup', 'pointercancel'] as const) {
    canvas.addEventListener(type, () => {
      isHeld = false;
      ask();
    });
  }
  canvas.addEventListener('keydown', (event) => {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[
      event.key
    ];
    if (by === undefined) return;
    event.preventDefault();
    turn(by[0]! * BY_KEY, by[1]! * BY_KEY);
  });
  details.addEventListener('toggle', update);
  calm.addEventListener('change', update);
  new IntersectionObserver(([entry]) => {
    isInSight = entry!.isIntersecting;
    update();
  }).observe(canvas);
  game.listen((change) => {
    if (change === 'board' || details.open) update();
  });
  onTheme(update);
  update();
}

/** Whether a net is that of the board's size and borders. */
function isMeshOf({ bounds }: Mesh, { topology, width, height }: Mesh['bounds']): boolean {
  const isSize = bounds.width === width && bounds.height === height;
  return isSize && JSON.stringify(bounds.topology) === JSON.stringify(topology);
}
