import { describe, expect, it } from 'vitest';
import { InputError } from './input-error.js';
import { formatBounds, parseBounds } from './topology.js';

describe('parseBounds', () => {
  it('reads columns first, then rows', () => {
    expect(parseBounds('T30,20')).toEqual({ topology: { kind: 'torus' }, width: 30, height: 20 });
    expect(formatBounds(parseBounds('t30,20'))).toBe('T30,20');
    expect(formatBounds(parseBounds('T7'))).toBe('T7,7');
  });

  it.each([
    ['P30,20', /':P30,20' is a plane \(P\), not supported yet/],
    ['K30*,20', /Klein bottle \(K\), not supported yet/],
    ['C30,20', /cross-surface \(C\), not supported yet/],
    ['S30', /sphere \(S\), not supported yet/],
    ['p30,0', /plane/],
    ['T30+5,20', /shifts a border by \+5.*not supported yet/],
    ['T30,20-2', /shifts a border by -2/],
    ['T30*,20', /twists a border/],
    ['T0,20', /side of 0.*not supported yet/],
    ['T30,0', /side of 0/],
    ['T0', /side of 0/],
    ['T65537,1', /too large/],
    ['T65536,65536', /too large/],
    ['X30,20', /unknown topology 'X'/],
    ['T', /not a bounded grid.*:T32,20/],
    ['T-3,4', /not a bounded grid/],
    ['T3.5,4', /not a bounded grid/],
    ['T3,4,5', /not a bounded grid/],
    ['', /not a bounded grid/],
  ])('refuses %j with a reason', (text, message) => {
    expect(() => parseBounds(text)).toThrow(InputError);
    expect(() => parseBounds(text)).toThrow(message);
  });
});
