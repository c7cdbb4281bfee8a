import { createGrid, openStream, parseRule, stepReference, type Grid } from '@lifegpt/core';
import { decodeFrames } from 'modern-gif';
import { describe, expect, it } from 'vitest';
import { encodeGif } from '../gif.js';
import { paint, PLAIN, type Look } from '../../test/paint.js';
import { findBoards } from './gif-board.js';
import type { Picture } from './gif-colors.js';

const random = openStream(9, 'soup');
const states: Grid[] = [
  createGrid(
    12,
    9,
    new Uint8Array(108).map(() => (random.nextInt(3) < 1 ? 1 : 0)),
  ),
];
while (states.length < 5) states.push(stepReference(states.at(-1)!, parseRule('B36/S23').rule));

const show = (look: Partial<Look>, shown = states): Picture[] =>
  shown.map((state) => paint(state, { ...PLAIN, ...look }));

/** What is found in an animation of `encodeGif`. */
async function readOwn(shown: readonly Grid[]): Promise<{ alive: string[]; notes: string[][] }> {
  const gif = await encodeGif(shown, null);
  const found = findBoards(decodeFrames(Uint8Array.from(gif)), 'a.gif', undefined);
  expect(found[0]!.states).toEqual(shown);
  return {
    alive: found.map(({ alive }) => alive),
    notes: found.map(({ notes }) => [...notes]),
  };
}

/** Another colour in one cell of 5 pixels. */
function paintCell({ width, data }: Picture, color: readonly number[]): void {
  for (let k = 0; k < 25; k++) {
    data.set(color, 4 * ((15 + Math.floor(k / 5)) * width + 20 + (k % 5)));
  }
}

describe('findBoards', () => {
  it.each<[string, Partial<Look>]>([
    ['cells of 5 pixels', {}],
    ['cells of one pixel', { cell: 1 }],
    ['light cells on black', { alive: [255, 255, 0], dead: [0, 0, 0], around: [0, 0, 0] }],
    ['a frame of a third colour', { margin: 7, around: [120, 140, 160] }],
    ['lines of a third colour', { line: 1, lineColor: [200, 200, 200] }],
    [
      'thick lines and a frame of other colours',
      { cell: 4, line: 2, margin: 3, lineColor: [90, 0, 0], around: [0, 0, 90] },
    ],
    ['lines in the colour of dead cells', { cell: 6, line: 1 }],
    ['lines in the colour of live cells', { cell: 3, line: 1, lineColor: [0, 0, 0] }],
    ['round cells', { cell: 8, isRound: true }],
    ['round cells with smooth rims', { cell: 9, isRound: true, isSmooth: true }],
    ['round cells in a frame', { cell: 8, isRound: true, margin: 5, around: [120, 140, 160] }],
    ['cells of six and a half pixels', { cell: 6.5 }],
    ['white on nothing', { alive: [255, 255, 255], dead: null, lineColor: null, around: null }],
  ])('reads %s', (_, look) => {
    const found = findBoards(show(look), 'a.gif', undefined);
    expect(found[0]!.states).toEqual(states);
    expect(found[0]!.cellPixels).toBe(look.cell ?? 5);
  });

  it('reads a board with a margin in the colour of dead cells, as far as its edges tell', () => {
    const found = findBoards(show({ margin: 7 }), 'a.gif', undefined);
    const whole = found.find(({ cellPixels }) => cellPixels === 5)!;
    // seven pixels are one more cell on each side, and two pixels that are none
    expect([whole.states[0]!.width, whole.states[0]!.height]).toEqual([14, 11]);
    whole.states.forEach((grid, k) => {
      const inner = Array.from({ length: 9 }, (_, row) => [
        ...grid.cells.subarray((row + 1) * 14 + 1, (row + 1) * 14 + 13),
      ]);
      expect(inner.flat()).toEqual([...states[k]!.cells]);
    });
  });

  it('takes the two near-whites of a poor palette as one', () => {
    const pictures = show({});
    pictures.forEach(({ data }) => {
      for (let k = 0; k < data.length; k += 4) {
        if (data[k] === 255 && (k / 4) % 3 === 0) data[k + 2] = 170;
      }
    });
    expect(findBoards(pictures, 'a.gif', undefined)[0]!.states).toEqual(states);
  });

  it('finds the run behind a title, before a closing picture, and among held and doubled states', () => {
    const title = show({})[0]!;
    title.data.forEach((_, k) => {
      if (k % 4 < 3) title.data[k] = k % 28 < 12 ? 0 : 255;
    });
    const pictures = show({});
    for (const [shown, note] of [
      [[title, ...pictures], 'first frame'],
      [[...pictures, title], 'last frame'],
      [[title, ...pictures, title], 'first and last frames'],
    ] as const) {
      const [found] = findBoards(shown, 'a.gif', undefined);
      expect(found!.states).toEqual(states);
      expect(found!.notes.join()).toContain(note);
    }
    const held = [pictures[0]!, pictures[0]!, ...pictures, pictures.at(-1)!];
    const doubled = pictures.flatMap((picture) => [picture, picture]);
    for (const shown of [held, doubled]) {
      const once = findBoards(shown, 'a.gif', undefined).filter(({ notes }) =>
        notes.includes('equal frames are one state'),
      );
      expect(once[0]!.states).toEqual(states);
    }
  });

  it('offers the board without a margin of dead cells', () => {
    const found = findBoards(show({ margin: 10 }), 'a.gif', undefined);
    expect(found.map((board) => board.states)).toContainEqual(states);
  });

  it('knows which colour lives in the animations that are written here', async () => {
    const { alive, notes } = await readOwn(states);
    expect([...new Set(alive)]).toEqual(['#1f2937']);
    expect(notes.flat()).toEqual([]);
    const inverse = states.map(({ width, height, cells }) =>
      createGrid(
        width,
        height,
        cells.map((cell) => 1 - cell),
      ),
    );
    expect([...new Set((await readOwn(inverse)).alive)]).toEqual(['#1f2937']);
  });

  it('takes nearly equal colours as one: palettes round', () => {
    const pictures = show({});
    pictures[1]!.data.forEach((value, k) => {
      if (k % 4 < 3 && value === 255) pictures[1]!.data[k] = 250 + (k % 3);
    });
    expect(findBoards(pictures, 'a.gif', undefined)[0]!.states).toEqual(states);
  });

  it('takes the colour that it is told', () => {
    const [dark] = findBoards(show({}), 'a.gif', 'dark');
    const [light] = findBoards(show({}), 'a.gif', 'light');
    const [white, ...others] = findBoards(show({}), 'a.gif', '#ffffff');
    expect(dark!.states).toEqual(states);
    expect(light!.alive).toBe('#ffffff');
    expect(light!.states[0]!.cells[0]).toBe(1 - states[0]!.cells[0]!);
    expect(white!.states).toEqual(light!.states);
    expect(others.every(({ alive }) => alive === '#ffffff')).toBe(true);
    expect(() => findBoards(show({}), 'a.gif', '#ff0000')).toThrow(
      '#ff0000 is no colour of the cells in a.gif, which are #000000 and #ffffff',
    );
  });

  it('reads two equal boards beside each other as one', () => {
    const twice = show({ margin: 4, around: [120, 140, 160] }).map(({ width, height, data }) => {
      const both = new Uint8ClampedArray(2 * data.length);
      for (let row = 0; row < height; row++) {
        const line = data.subarray(4 * row * width, 4 * (row + 1) * width);
        both.set(line, 8 * row * width);
        both.set(line, 8 * row * width + line.length);
      }
      return { width: 2 * width, height, data: both };
    });
    expect(findBoards(twice, 'a.gif', undefined)[0]!.states).toEqual(states);
  });

  it('refuses one frame, shades of grey, a third colour in the cells, and a picture that stands still', () => {
    expect(() => findBoards(show({}).slice(0, 1), 'a.gif', undefined)).toThrow('one frame alone');
    const grey = show({});
    paintCell(grey[2]!, [128, 128, 128, 255]);
    expect(() => findBoards(grey, 'a.gif', undefined)).toThrow(
      /a\.gif: its cells show 3 shades of grey \(.*#808080/,
    );
    const red = show({});
    paintCell(red[2]!, [220, 38, 38, 255]);
    expect(() => findBoards(red, 'a.gif', undefined)).toThrow('its cells show 3 colours');
    const dot = show({});
    dot.forEach((picture) => paintCell(picture, [220, 38, 38, 255]));
    expect(() => findBoards(dot, 'a.gif', undefined)).toThrow(/third colour in the midst/);
    const still = show({ margin: 3, around: [90, 0, 0] }, [states[0]!, states[0]!]);
    expect(() => findBoards(still, 'a.gif', undefined)).toThrow('nothing changes');
  });
});
