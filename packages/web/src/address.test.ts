import { createGrid } from '@lifegpt/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  COMPARISONS,
  formatAddress,
  MAX_LINKED_GENERATIONS,
  parseAddress,
  VIEWS,
  type Address,
} from './address.js';
import { HEALTHY, placeHead, toggleHead } from './look/surgery.js';
import { FIRST_KNOBS } from './train/knobs.js';
import { topologyOf, TOPOLOGY_CHOICES } from './play/setup.js';

const addresses: fc.Arbitrary<Address> = fc
  .record({
    width: fc.integer({ min: 1, max: 40 }),
    height: fc.integer({ min: 1, max: 40 }),
    letter: fc.constantFrom(...TOPOLOGY_CHOICES.map(([letter]) => letter)),
    seed: fc.integer({ min: 0, max: 2 ** 31 }),
    view: fc.constantFrom(...VIEWS),
    comparison: fc.constantFrom(...COMPARISONS, null),
    rule: fc.oneof(
      fc.record({ birth: fc.nat(511), survival: fc.nat(511) }),
      // a table goes into a link as Golly's MAP
      fc.uint8Array({ min: 0, max: 1, minLength: 512, maxLength: 512 }).map((table) => ({ table })),
    ),
    generation: fc.nat(MAX_LINKED_GENERATIONS),
    temperature: fc.constantFrom(0.1, 0.7, 10),
    bits: fc.infiniteStream(fc.nat(1)),
  })
  .map(({ width, height: rows, letter, view, comparison, rule, generation, ...rest }) => {
    const height = letter === 'S' ? width : rows;
    const cells = Uint8Array.from(
      { length: width * height },
      () => rest.bits.next().value as number,
    );
    const { temperature, seed } = rest;
    const topology = topologyOf(letter);
    const setup = { player: 'life', rule, topology, width, height };
    const start = createGrid(width, height, cells);
    return {
      view,
      step: view === 'story' ? 3 : 0,
      comparison,
      surgery: placeHead(toggleHead(HEALTHY, { layer: 1, head: generation % 24 }), 2, {
        down: 1,
        right: -0.5,
      }),
      game: { setup, start, generation, sampling: { temperature, seed } },
      puzzle: null,
      recipe: view === 'train' ? { ...FIRST_KNOBS, seed: 3 } : null,
    };
  });

describe('an address', () => {
  it('says what it was written for', () => {
    fc.assert(
      fc.property(addresses, (address) => {
        expect(parseAddress(`#${formatAddress(address)}`)).toEqual({ address, problems: [] });
      }),
    );
  });

  it('stays legible', () => {
    const start = createGrid(4, 4, Uint8Array.from('0000011000000000', Number));
    const setup = {
      player: 'life',
      rule: { birth: 8, survival: 12 },
      topology: topologyOf('T'),
      width: 4,
      height: 4,
    };
    const sampling = { temperature: 0, seed: 0 };
    const game = { setup, start, generation: 3, sampling };
    const surgery = placeHead(toggleHead(HEALTHY, { layer: 1, head: 5 }), 2, {
      down: 1,
      right: -1,
    });
    expect(
      formatAddress({
        view: 'look',
        step: 0,
        comparison: 'overlay',
        surgery,
        game,
        puzzle: null,
        recipe: null,
      }),
    ).toBe(
      'view=look&show=overlay&edits=off:1.5,move:2:1:-1&player=life&rule=B3/S23:T4,4&board=$b2o!&generation=3',
    );
  });

  it('may say nothing', () => {
    const address = {
      view: 'play',
      step: 0,
      comparison: null,
      surgery: HEALTHY,
      game: null,
      puzzle: null,
      recipe: null,
    };
    expect(parseAddress('')).toEqual({ address, problems: [] });
  });

  it.each([
    ['show=all', /link's show is 'all'; expected side, overlay, difference/],
    ['view=story&step=7', /link's step is '7'; expected a whole number from 0 to 6/],
    ['rule=B3/S23', /expected a rule with a board, such as B3\/S23:T32,32/],
    ['rule=B9/S23:T3', /link's rule cannot be read/],
    ['rule=B3/S23:T5000,5', /expected sides up to 2048/],
    ['rule=B3/S23:T3&board=9o!', /link's board cannot be read.*9 × 1 and does not fit/],
    ['rule=B3/S23:T3&board=o', /truncated/],
    ['rule=B3/S23:T3&generation=-1', /a whole number from 0 to 1000/],
    ['rule=B3/S23:T3&generation=0.5', /a whole number/],
    [
      'rule=B3/S23:T3&temperature=hot',
      /link's temperature is 'hot'; expected a number from 0 to 10/,
    ],
    ['rule=B3/S23:T3&seed=', /link's seed is ''/],
    ['rule=B3/S23:T3&edits=off:x', /link's edits have 'off:x'/],
  ])('is checked: %s', (text, message) => {
    expect(parseAddress(text).problems).toEqual([expect.stringMatching(message)]);
  });

  it('keeps the board where another field is wrong', () => {
    const text = 'view=secret&rule=B3/S23:T4,4&board=$b2o!&generation=1e9&temperature=2';
    const { address, problems } = parseAddress(text);
    expect(problems).toHaveLength(2);
    expect(address.view).toBe('play');
    expect(address.game!.start.cells.join('')).toBe('0000011000000000');
    expect(address.game!.generation).toBe(0);
    expect(address.game!.sampling.temperature).toBe(2);
  });
});
