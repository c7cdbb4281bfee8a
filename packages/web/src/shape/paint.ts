/** Draws a surface's net: turned, in perspective, what is far first. */

import type { Palette } from '../board/palette.js';
import type { Mesh } from './mesh.js';

/** How a surface is turned, in radians: round its axis, and towards the eye. */
export interface Pose {
  readonly yaw: number;
  readonly pitch: number;
}

type Colours = Pick<Palette, 'faint' | 'soft' | 'cell'>;

/** The eye's distance; a surface reaches to about 1.6. */
const EYE = 6;
/** Half of what is seen, at the surface's middle. */
const HALF = 1.55;
const SHADES = 16;
const SHARES = 5;
/** Far quadrilaterals first: sorted into so many layers. */
const LAYERS = 1024;
/** In canvas pixels. */
const SEAM = 0.4;
/** What a dead cell hides of what is behind it. */
const DEAD_OPACITY = 0.62;

/** Draws a surface into the square of a canvas. */
export function paintMesh(
  context: CanvasRenderingContext2D,
  side: number,
  mesh: Mesh,
  pose: Pose,
  palette: Colours,
): void {
  const { across, shares } = mesh;
  const seen = project(mesh, pose, side);
  const styles = mixStyles(palette);
  context.clearRect(0, 0, side, side);
  for (const quad of sortByDepth(mesh, seen)) {
    const r = Math.floor(quad / across);
    const a = (r * (across + 1) + (quad % across)) * 3;
    const b = a + 3;
    const d = a + (across + 1) * 3;
    const c = d + 3;
    const style =
      styles[
        Math.round(shares[quad]! * (SHARES - 1)) * SHADES +
          shadeOf(seen, [a, b, c, d], side / 2 / HALF)
      ]!;
    context.fillStyle = style;
    const x = (seen[a]! + seen[b]! + seen[c]! + seen[d]!) / 4;
    const y = (seen[a + 1]! + seen[b + 1]! + seen[c + 1]! + seen[d + 1]!) / 4;
    context.beginPath();
    for (const corner of [a, b, c, d]) {
      const [px, py] = [seen[corner]!, seen[corner + 1]!];
      // a little larger than it is, which closes the seams
      context.lineTo(px + SEAM * Math.sign(px - x), py + SEAM * Math.sign(py - y));
    }
    context.fill();
  }
}

/** The corners on the canvas, and in the third place their distance from the eye. */
function project({ corners }: Mesh, { yaw, pitch }: Pose, side: number): Float32Array {
  const seen = new Float32Array(corners.length);
  const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  const half = side / 2;
  for (let k = 0; k < corners.length; k += 3) {
    const [x, y, z] = [corners[k]!, corners[k + 1]!, corners[k + 2]!];
    const right = cy * x - sy * y;
    const back = sy * x + cy * y;
    const far = EYE + cp * back - sp * z;
    const up = sp * back + cp * z;
    const scale = (half * EYE) / (HALF * far);
    seen[k] = half + right * scale;
    seen[k + 1] = half - up * scale;
    seen[k + 2] = far;
  }
  return seen;
}

/** The quadrilaterals' numbers, far ones first. */
function sortByDepth({ across, down }: Mesh, seen: Float32Array): Uint32Array {
  const count = across * down;
  const layers = new Uint16Array(count);
  const starts = new Uint32Array(LAYERS + 1);
  for (let quad = 0; quad < count; quad++) {
    const a = (Math.floor(quad / across) * (across + 1) + (quad % across)) * 3 + 2;
    const d = a + (across + 1) * 3;
    const far = (seen[a]! + seen[a + 3]! + seen[d]! + seen[d + 3]!) / 4;
    const near = (EYE + 3 - far) / 6; // 0 far away .. 1 close
    layers[quad] = Math.max(0, Math.min(LAYERS - 1, Math.floor(near * LAYERS)));
    starts[layers[quad]! + 1]!++;
  }
  for (let layer = 0; layer < LAYERS; layer++) starts[layer + 1]! += starts[layer]!;
  const sorted = new Uint32Array(count);
  for (let quad = 0; quad < count; quad++) sorted[starts[layers[quad]!]!++] = quad;
  return sorted;
}

/**
 * How much light falls on a quadrilateral, from either side: 0 .. SHADES - 1.
 * @param unit canvas pixels of a unit of space
 */
function shadeOf(
  seen: Float32Array,
  [a, b, c, d]: readonly [number, number, number, number],
  unit: number,
): number {
  // its diagonals span it
  const [ux, vx] = [seen[c]! - seen[a]!, seen[d]! - seen[b]!];
  const [uy, vy] = [seen[c + 1]! - seen[a + 1]!, seen[d + 1]! - seen[b + 1]!];
  const [uz, vz] = [(seen[c + 2]! - seen[a + 2]!) * unit, (seen[d + 2]! - seen[b + 2]!) * unit];
  const [x, y, z] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
  const length = Math.hypot(x, y, z);
  if (length === 0) return SHADES - 1;
  // light from above on the left, behind the eye
  const light = Math.abs(0.35 * x + 0.45 * y + 0.82 * z) / length;
  return Math.min(SHADES - 1, Math.floor(light * SHADES));
}

let mixed: { readonly key: string; readonly styles: readonly string[] } | null = null;

/** Colours by share and shade. */
function mixStyles({ faint, soft, cell }: Colours): readonly string[] {
  const key = faint + soft + cell;
  const dead = `color-mix(in srgb, ${soft} 20%, ${faint})`;
  if (mixed?.key === key) return mixed.styles;
  const styles: string[] = [];
  for (let s = 0; s < SHARES; s++) {
    const share = s / (SHARES - 1);
    const alpha = Math.round(100 * (DEAD_OPACITY + (1 - DEAD_OPACITY) * share));
    for (let shade = 0; shade < SHADES; shade++) {
      const light = Math.round(100 * (0.5 + (0.5 * shade) / (SHADES - 1)));
      const colour = `color-mix(in srgb, ${cell} ${100 * share}%, ${dead})`;
      const lit = `color-mix(in srgb, ${colour} ${light}%, black)`;
      styles.push(`color-mix(in srgb, ${lit} ${alpha}%, transparent)`);
    }
  }
  mixed = { key, styles: resolve(styles) };
  return mixed.styles;
}

/** What a canvas reads quickly: a browser takes its time with mixed colours. */
function resolve(styles: readonly string[]): string[] {
  const context = new OffscreenCanvas(1, 1).getContext('2d')!;
  return styles.map((style) => {
    context.fillStyle = style;
    return context.fillStyle as string;
  });
}
