import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changeToken,
  countEdits,
  describeSurgery,
  FARTHEST,
  formatSurgery,
  HEALTHY,
  isOff,
  parseSurgery,
  placeHead,
  toggleHead,
  type Surgery,
} from './surgery.js';

const surgeries: fc.Arbitrary<Surgery> = fc
  .record({
    off: fc.array(fc.record({ layer: fc.nat(3), head: fc.nat(30) }), { maxLength: 5 }),
    moved: fc.array(
      fc.record({
        head: fc.nat(30),
        down: fc.double({ min: -3, max: 3, noNaN: true }),
        right: fc.double({ min: -3, max: 3, noNaN: true }),
      }),
      { maxLength: 5 },
    ),
    tokens: fc.array(
      fc.record({ at: fc.nat(5000), piece: fc.constantFrom('0', '1', '?', '> [', ':,%', 'K*') }),
      { maxLength: 5 },
    ),
  })
  .map(({ off, moved, tokens }) => {
    let surgery = off.reduce(toggleHead, HEALTHY);
    for (const { head, ...place } of moved) surgery = placeHead(surgery, head, place);
    for (const { at, piece } of tokens) surgery = changeToken(surgery, at, piece);
    return surgery;
  })
  .filter((surgery) => countEdits(surgery) > 0);

describe('surgery', () => {
  it('is in a link what it was', () => {
    fc.assert(
      fc.property(surgeries, (surgery) => {
        expect(parseSurgery(formatSurgery(surgery))).toEqual(surgery);
      }),
    );
  });

  it('switches heads off and on, moves them as far as they reach, and heals to what it was', () => {
    const name = { layer: 1, head: 3 };
    const off = toggleHead(HEALTHY, name);
    expect([isOff(HEALTHY, name), isOff(off, name)]).toEqual([false, true]);
    expect(toggleHead(off, name)).toEqual(HEALTHY);
    const moved = placeHead(HEALTHY, 3, { down: -9, right: 0.126 });
    expect(moved.moved).toEqual([{ head: 3, down: -FARTHEST, right: 0.13 }]);
    expect(placeHead(moved, 3, { down: -0.001, right: 1 }).moved).toEqual([
      { head: 3, down: 0, right: 1 },
    ]);
    expect(placeHead(moved, 3, null)).toEqual(HEALTHY);
    const changed = changeToken(changeToken(HEALTHY, 7, '1'), 7, '0');
    expect(changed.tokens).toEqual([{ at: 7, piece: '0' }]);
    expect(changeToken(changed, 7, null)).toEqual(HEALTHY);
  });

  it('is said plainly', () => {
    const two = [2, 5].reduce((s, head) => toggleHead(s, { layer: 1, head }), HEALTHY);
    const moved = placeHead(two, 1, { down: 1, right: 1 });
    expect(describeSurgery(HEALTHY)).toBe('Nothing is changed.');
    expect(describeSurgery(moved)).toBe('2 heads off, 1 head moved: not the model that ships.');
    expect(describeSurgery(changeToken(HEALTHY, 3, '?'))).toBe(
      '1 token changed: not the text of this board.',
    );
    expect(describeSurgery(changeToken(moved, 3, '?'))).toBe(
      '2 heads off, 1 head moved, 1 token changed: not the model that ships, nor the text of this board.',
    );
  });

  it.each([
    'off:1',
    'off:1.2.3',
    'off:-1.2',
    'off:1.99999999',
    'move:3:2:0',
    'move:3:0',
    'move:a:0:0',
    'token:3:',
    'token:3:%',
    'token:0.5:1',
    'turn:1',
    '',
  ])('a link with %s is refused', (text) => {
    expect(() => parseSurgery(text)).toThrow(/the link's edits have/);
    expect(() => parseSurgery(`off:1.2,${text}`)).toThrow(/expected changes such as/);
  });

  it('a link holds no more than a hundred changes', () => {
    const text = Array.from({ length: 101 }, (_, i) => `off:1.${i}`).join(',');
    expect(() => parseSurgery(text)).toThrow(/the link's edits are 101/);
  });
});
