import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGrid, formatCells } from '../grid.js';
import { InputError } from '../input-error.js';
import type { Pattern } from '../pattern.js';
import { formatRle, parseRle } from './rle.js';

const GLIDER = 'x = 3, y = 3, rule = B3/S23\nbob$2bo$3o!\n';

/** Size and cells of a text's grid, for comparison with a literal. */
function read(text: string): string {
  const { grid } = parseRle(text, 'a.rle');
  return `${grid.width}x${grid.height} ${formatCells(grid)}`;
}

const pattern = (overrides: Partial<Pattern>): Pattern => ({
  name: null,
  comments: [],
  rule: null,
  grid: createGrid(1, 1),
  warnings: [],
  ...overrides,
});

describe('parseRle', () => {
  it('reads the header, runs, rows and remarks of a file', () => {
    const text =
      '#N Glider\n#O Richard K. Guy\n#C Found in 1969.\n#C www.example.org\n' + GLIDER + 'remarks';
    expect(parseRle(text, 'glider.rle')).toEqual({
      name: 'Glider',
      comments: ['Richard K. Guy', 'Found in 1969.', 'www.example.org'],
      rule: 'B3/S23',
      grid: createGrid(3, 3, Uint8Array.of(0, 1, 0, 0, 0, 1, 1, 1, 1)),
      warnings: [],
    });
  });

  it.each([
    ['dots and capitals of files with more states', 'x=3,y=3\n.A.$..A$3A!'],
    ['Windows line ends and a byte order mark', '\uFEFF' + GLIDER.replaceAll('\n', '\r\n')],
    ['old Macintosh line ends', GLIDER.replaceAll('\n', '\r')],
    ['an upper-case header without blanks', 'X=3,Y=3,RULE=b3/s23\nbo$2bo$3o!'],
    ['blanks and line ends between and inside runs', 'x = 3, y = 3\n\n bo $ 2\nb o$\n3 o\n!'],
    ['a run of row ends after the last row', 'x = 3, y = 3\nbo$2bo$3o5$!'],
    ['text after the end, even unknown letters', GLIDER + 'q99z\n#C late\nx = 9, y = 9'],
    ['Golly’s position and generation', '#CXRLE Pos=-3,7 Gen=120\n' + GLIDER],
    ['no header', 'bo$2bo$3o!'],
    ['no header, and text behind', '#N Glider\nbo$\n2bo$3o! found\nx = 9, y = 9'],
    ['text before the header', 'I found this:\n\nx = 3, y = 3, rule = B3/S23\nbo$2bo$3o!'],
    ['a count before the end', 'x = 3, y = 3\nbo$2bo$3o3!'],
    ['letters of old programs', 'x = 3, y = 3\nbx$2by$2xy!'],
    ['a remark inside the data', 'x = 3, y = 3\nbo$\n#C half way\n2bo$3o!'],
  ])('reads a glider with %s', (_, text) => {
    expect(read(text)).toBe('3x3 010001111');
  });

  it('reads Golly’s position and generation where they begin the file, and where not passes over them', () => {
    const first = parseRle('#CXRLE Pos=-3,7 Gen=120\n' + GLIDER, 'a.rle');
    expect([first.position, first.generation]).toEqual([{ x: -3, y: 7 }, 120]);
    const later = parseRle('#N Glider\n#CXRLE Pos=-3,7 Gen=120\n' + GLIDER, 'a.rle');
    expect([later.position, later.generation, later.statedSize]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('keeps the stated size where the cells need another', () => {
    const tight = parseRle('x = 1, y = 2\nbo$2bo$3o!', 'a.rle');
    expect(tight.statedSize).toEqual({ width: 1, height: 2 });
    expect(parseRle('bo$2bo$3o!', 'a.rle').statedSize).toBeUndefined();
  });

  it('warns of text before the header', () => {
    const { warnings } = parseRle('I found this:\n' + GLIDER, 'a.rle');
    expect(warnings).toEqual([expect.stringMatching(/^a\.rle:1: 'I found this:'.*passed over/)]);
  });

  it('does not take Golly’s position for a comment', () => {
    expect(parseRle('#CXRLE Pos=-3,7\n#C a word\n' + GLIDER, 'a.rle').comments).toEqual(['a word']);
  });

  it('passes over coordinates and keeps unknown remarks', () => {
    const text = '#P -1 -1\n#R 3 4\n#c lower\n#D described\n# a bare one\n' + GLIDER;
    expect(parseRle(text, 'a.rle').comments).toEqual(['lower', 'described', 'a bare one']);
  });

  it('takes the rule from #r only when the header has none', () => {
    expect(parseRle('#r 23/36\nx = 1, y = 1\no!', 'a.rle').rule).toBe('23/36');
    expect(parseRle('#r 23/36\nx = 1, y = 1, rule = B3/S23\no!', 'a.rle').rule).toBe('B3/S23');
    expect(parseRle('x = 1, y = 1\no!', 'a.rle').rule).toBeNull();
  });

  it('keeps a rule as written, with the comma of its board', () => {
    const text = 'x = 1, y = 1, rule = 23/3:T32,20\no!';
    expect(parseRle(text, 'a.rle').rule).toBe('23/3:T32,20');
  });

  it('fills rows and columns up to the header’s size', () => {
    expect(read('x = 4, y = 3\no$bo!')).toBe('4x3 100001000000');
    expect(read('x = 2, y = 2\n!')).toBe('2x2 0000');
    expect(read('x = 3, y = 5\no3$2bo!')).toBe('3x5 100000000001000');
    expect(parseRle('x = 4, y = 3\no!', 'a.rle').warnings).toEqual([]);
  });

  it('goes by the cells where the header is too small, and warns', () => {
    const wrong = parseRle('#N Row\nx = 2, y = 0\n3o$o!', 'row.rle');
    expect(`${wrong.grid.width}x${wrong.grid.height} ${formatCells(wrong.grid)}`).toBe(
      '3x2 111100',
    );
    expect(wrong.warnings).toHaveLength(1);
    expect(wrong.warnings[0]).toMatch(/^row\.rle:2: .*x = 2, y = 0.* 3x2/);
  });

  it('goes by the cells where the header is absurd, and warns', () => {
    const absurd = parseRle('x = 4000000000, y = 3\nbo$o!', 'a.rle');
    expect([absurd.grid.width, absurd.grid.height]).toEqual([2, 2]);
    expect(absurd.warnings[0]).toMatch(/x = 4000000000.*2x2/);
    expect(parseRle('x = 65536, y = 65536\no!', 'a.rle').grid.cells).toHaveLength(1);
  });

  it('does not count dead cells and empty rows outside the header', () => {
    const trailing = parseRle('x = 1, y = 1\no70b40$!', 'a.rle');
    expect(trailing.grid).toEqual(createGrid(1, 1, Uint8Array.of(1)));
    expect(trailing.warnings).toEqual([]);
  });

  it.each([
    ['an unknown letter', 'x = 3, y = 3\nbo$\n2bz$3o!', /^a\.rle:3: .*'z'/],
    ['a third state', 'x = 3, y = 3\nbB!', /^a\.rle:2: .*'B'.*two states/],
    ['a count at the end of the file', 'x = 3, y = 3\nbo$12', /^a\.rle:2: the run 12 breaks off/],
    ['a missing end', 'x = 3, y = 3\nbo$2bo$3o', /^a\.rle:2: the '!' at the end is missing/],
    ['a header alone', 'x = 3, y = 3', /^a\.rle:1: the '!'/],
    ['a count of zero', 'x = 3, y = 3\n0o!', /^a\.rle:2: a run of 0 before 'o'/],
    ['a run too long', 'x = 3, y = 3\n65537b!', /^a\.rle:2: a run of 65537 is too long.*65536/],
    [
      'a run of 40 digits',
      `x = 3, y = 3\n${'9'.repeat(40)}o!`,
      /a run of 9\.99\d*e\+39 is too long/,
    ],
    ['too many row ends', 'x = 3, y = 3\no65537$o!', /a run of 65537/],
    ['a row too long in pieces', 'x = 3, y = 3\n40000o40000o!', /column 80000; .*65536/],
    ['too many rows in pieces', 'x = 3, y = 3\n40000$40000$o!', /row 80000, column 0/],
    ['too many cells', 'x = 3, y = 3\n65536o60000$o!', /65536x60001 grid is too large/],
    ['a dead board too large', 'x = 65536, y = 65536\n!', /65536x65536 grid is too large/],
    ['a dead board too wide', 'x = 70000, y = 3\n!', /^a\.rle:1: a 70000x3 grid is too large/],
    ['no header', 'bob$2bO$3o!', /^a\.rle:1: 'bob\$2bO\$3o!' is not an RLE header.*x = 3, y = 3/],
    [
      'a state above 24',
      'x = 3, y = 3\nqB!',
      /^a\.rle:2: 'qB' is a cell of state 50; .*two states/,
    ],
    ['remarks only', '#N Empty\n', /no RLE header/],
    ['nothing', '', /^a\.rle:1: there is no RLE header/],
    ['a header with a letter', '#C\nx = three, y = 3\no!', /^a\.rle:2: 'x = three, y = 3' is not/],
    ['a negative header', 'x = -3, y = 3\no!', /is not an RLE header/],
    ['no cells', 'x = 0, y = 0\n!', /^a\.rle:1: the pattern has no cells/],
    ['a web page', '<!DOCTYPE html>\n<html>', /^a\.rle:1: '<!DOCTYPE html>' is not/],
  ])('refuses %s, naming file, line and value', (_, text, message) => {
    expect(() => parseRle(text, 'a.rle')).toThrow(InputError);
    expect(() => parseRle(text, 'a.rle')).toThrow(message);
  });

  it('keeps to a smaller limit, in header and cells', () => {
    expect(parseRle('x = 8, y = 8\n8o!', 'a.rle', 8).grid).toMatchObject({ width: 8, height: 8 });
    expect(() => parseRle('x = 9, y = 3\n!', 'a.rle', 8)).toThrow(/^a\.rle:1: a 9x3 .* at most 8/);
    expect(() => parseRle('x = 3, y = 3\n9o!', 'a.rle', 8)).toThrow(/a run of 9 is too long; .* 8/);
    expect(() => parseRle('x = 3, y = 3\n5o4$5$o!', 'a.rle', 8)).toThrow(/row 9, column 0; .* 8/);
    // a header beyond the limit is wrong, as one beyond the largest grid is: the cells count
    expect(parseRle('x = 9, y = 9\n3o!', 'a.rle', 8).grid).toMatchObject({ width: 3, height: 1 });
  });
});

describe('formatRle', () => {
  it('writes remarks, header and the shortest runs', () => {
    const grid = createGrid(4, 5, Uint8Array.from('00000110000000000010', Number));
    const comments = ['one', 'two\nlines'];
    expect(formatRle(pattern({ name: 'A b', comments, rule: 'B3/S23:T4,5', grid }))).toBe(
      '#N A b\n#C one\n#C two\n#C lines\nx = 4, y = 5, rule = B3/S23:T4,5\n$b2o3$2bo!\n',
    );
    expect(formatRle(pattern({}))).toBe('x = 1, y = 1\n!\n');
  });

  it('keeps its lines within 70 columns and uses them', () => {
    const cells = Uint8Array.from({ length: 100 * 100 }, (_, k) => ((k * k) % 7 < 3 ? 1 : 0));
    const lines = formatRle(pattern({ grid: createGrid(100, 100, cells) })).split('\n');
    expect(lines.length).toBeGreaterThan(20);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(70);
    expect(Math.min(...lines.slice(1, -2).map((line) => line.length))).toBeGreaterThan(65);
  });

  it('is undone by parseRle, whatever the cells, margins and remarks', () => {
    fc.assert(
      fc.property(arbitraryPattern(), (original) => {
        expect(parseRle(formatRle(original), 'a.rle')).toEqual(original);
      }),
    );
  });
});

function arbitraryPattern(): fc.Arbitrary<Pattern> {
  const side = fc.integer({ min: 1, max: 40 });
  const line = fc.string({ maxLength: 30 }).map((text) => text.trim());
  const grid = fc
    .tuple(side, side, fc.constantFrom(0, 0.05, 0.5, 1), fc.nat(2 ** 16))
    .map(([width, height, density, seed]) => {
      let state = seed;
      const cells = Uint8Array.from({ length: width * height }, () => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        return state / 2 ** 32 < density ? 1 : 0;
      });
      return createGrid(width, height, cells);
    });
  return fc
    .record({
      name: fc.option(line),
      comments: fc.array(line, { maxLength: 3 }),
      rule: fc.option(fc.constantFrom('B3/S23', '23/3', 'B36/S23:T40,40', 'WireWorld')),
      grid,
      warnings: fc.constant([]),
    })
    .chain((plain) =>
      fc
        .record(
          {
            position: fc.record({ x: fc.integer(), y: fc.integer() }),
            generation: fc.nat(),
          },
          { requiredKeys: [] },
        )
        .map((golly) => ({ ...plain, ...golly })),
    );
}
