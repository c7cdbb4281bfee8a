import { createGrid, openStream, parseRule, stepReference, type Grid } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { findBoards, type Picture } from './gif-board.js';

const random = openStream(9, 'soup');
const states: Grid[] = [
  createGrid(
    12,
    9,
    new Uint8Array(108).map(() => (random.nextInt(3) < 1 ? 1 : 0)),
  ),
];
while (states.length < 5) states.push(stepReference(states.at(-1)!, parseRule('B36/S23').rule));

type Color = readonly [number, number, number];
interface Look {
  readonly cell: number;
  readonly line: number;
  readonly margin: number;
  readonly alive: Color;
  readonly dead: Color;
  readonly lineColor: Color;
  readonly around: Color;
}
const PLAIN: Look = {
  cell: 5,
  line: 0,
  margin: 0,
  alive: [0, 0, 0],
  dead: [255, 255, 255],
  lineColor: [255, 255, 255],
  around: [255, 255, 255],
};

/** A state in pixels; every pixel by itself, so that nothing here knows how boards are found. */
function paint({ width, height, cells }: Grid, look: Look): Picture {
  const { cell, line, margin } = look;
  const pitch = cell + line;
  const [w, h] = [2 * margin + width * pitch + line, 2 * margin + height * pitch + line];
  const data = new Uint8ClampedArray(4 * w * h);
  for (let k = 0; k < w * h; k++) {
    const [x, y] = [(k % w) - margin, Math.floor(k / w) - margin];
    const isAround = x < 0 || y < 0 || x >= w - 2 * margin || y >= h - 2 * margin;
    const isLine = x % pitch < line || y % pitch < line;
    const at = Math.floor(y / pitch) * width + Math.floor(x / pitch);
    const color = isAround
      ? look.around
      : isLine
        ? look.lineColor
        : cells[at] === 1
          ? look.alive
          : look.dead;
    data.set([...color, 255], 4 * k);
  }
  return { width: w, height: h, data };
}
const show = (look: Partial<Look>, shown = states): Picture[] =>
  shown.map((state) => paint(state, { ...PLAIN, ...look }));

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
    grey[2]!.data.set([128, 128, 128, 255], 4 * 700);
    expect(() => findBoards(grey, 'a.gif', undefined)).toThrow(
      /a\.gif: its cells show 3 shades of grey \(.*#808080/,
    );
    const red = show({});
    red[2]!.data.set([220, 38, 38, 255], 4 * 700);
    expect(() => findBoards(red, 'a.gif', undefined)).toThrow('its cells show 3 colours');
    const dot = show({});
    dot.forEach(({ data }) => data.set([220, 38, 38, 255], 4 * 700));
    expect(() => findBoards(dot, 'a.gif', undefined)).toThrow(/third colour in the midst/);
    const still = show({ margin: 3, around: [90, 0, 0] }, [states[0]!, states[0]!]);
    expect(() => findBoards(still, 'a.gif', undefined)).toThrow('nothing changes');
  });
});
