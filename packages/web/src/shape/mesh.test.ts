import { parseBounds, parseCells } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { createMesh, putBoard } from './mesh.js';

describe('a mesh', () => {
  it('divides the cells of a small board, all alike', () => {
    const mesh = createMesh(parseBounds('T3,2'));
    expect([mesh.across, mesh.down]).toEqual([42, 40]);
    putBoard(mesh, parseCells('010001', 3, 2));
    const row = (r: number): number[] => Array.from(mesh.shares.slice(42 * r, 42 * (r + 1)));
    expect(row(0)).toEqual([...Array(14).fill(0), ...Array(14).fill(1), ...Array(14).fill(0)]);
    expect(row(19)).toEqual(row(0));
    expect(row(20)).toEqual([...Array(28).fill(0), ...Array(14).fill(1)]);
  });

  it('takes cells of a large board together, none left out', () => {
    const mesh = createMesh(parseBounds('T100,60'));
    expect([mesh.across, mesh.down]).toEqual([48, 48]);
    const cells = new Uint8Array(6000).fill(1);
    putBoard(mesh, { width: 100, height: 60, cells });
    expect([...mesh.shares].every((share) => share === 1)).toBe(true);
    cells[5999] = 0;
    putBoard(mesh, { width: 100, height: 60, cells });
    expect(mesh.shares.at(-1)).toBeLessThan(1);
    expect(mesh.shares.slice(0, -1).every((share) => share === 1)).toBe(true);
  });
});
