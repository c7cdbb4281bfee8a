import { countAlive, formatCells, formatRule, InputError } from '@lifegpt/core';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPatternArgument } from './pattern-argument.js';

const GLIDER = 'x = 3, y = 3\nbob$2bo$3o!\n';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pattern-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function writePattern(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** The board as rows of `.` and `O`, for small ones. */
function drawRows({ grid }: { grid: { width: number; cells: Uint8Array } }): string[] {
  const text = [...grid.cells].map((cell) => (cell === 1 ? 'O' : '.')).join('');
  return text.match(new RegExp(`.{${grid.width}}`, 'g')) ?? [];
}

describe('readPatternArgument', () => {
  it('puts a built-in pattern in the middle of a 32x32 torus under B3/S23', async () => {
    const start = await readPatternArgument('block', {});
    expect(start.bounds).toEqual({ topology: { kind: 'torus' }, width: 32, height: 32 });
    expect(formatRule(start.rule)).toBe('B3/S23');
    const alive = [...start.grid.cells].flatMap((cell, k) => (cell === 1 ? [k] : []));
    expect(alive).toEqual([15 * 32 + 15, 15 * 32 + 16, 16 * 32 + 15, 16 * 32 + 16]);
  });

  it('takes the size and the rule from --rule', async () => {
    const start = await readPatternArgument('block', { rule: 'B36/S23:T5,4' });
    expect(formatRule(start.rule)).toBe('B36/S23');
    expect(drawRows(start)).toEqual(['.....', '.OO..', '.OO..', '.....']);
  });

  it.each([
    ['glider.rle', GLIDER],
    ['glider.cells', '!Name: Glider\n.O.\n..O\nOOO\n'],
    ['glider.lif', '#Life 1.05\n#P 0 0\n.*.\n..*\n***\n'],
    ['glider.life', '#Life 1.06\n1 0\n2 1\n0 2\n1 2\n2 2\n'],
  ])('reads the file %s', async (name, text) => {
    const start = await readPatternArgument(await writePattern(name, text), { rule: 'B3/S23:T3' });
    expect(drawRows(start)).toEqual(['.O.', '..O', 'OOO']);
  });

  it.each([
    ['RLE', GLIDER],
    ['plaintext', '.O.\n..O\nOOO\n'],
    ['Life 1.06', '#Life 1.06\n1 0\n2 1\n0 2\n1 2\n2 2\n'],
    ['a data file', 'State 1,State 2\n010001111,000000000\n'],
  ])('tells %s on stdin by its content', async (_name, text) => {
    const start = await readPatternArgument('-', { rule: 'B3/S23:T3' }, Readable.from([text]));
    expect(drawRows(start)).toEqual(['.O.', '..O', 'OOO']);
  });

  it('reads gzip under any name, macrocell and UTF-16', async () => {
    const packed = gzipSync(GLIDER);
    const wide = Buffer.from('\uFEFF' + GLIDER, 'utf16le');
    const macrocell = '[M2] (golly 3.3)\n#R B3/S23\n$$..*$...*$.***$$$$\n4 0 1 0 0\n';
    for (const [name, content] of [
      ['glider.rle.gz', packed],
      ['packed.rle', packed],
      ['glider.gz', packed],
      ['glider.dat', packed],
      ['no-extension', packed],
      ['a.b.c', gzipSync(macrocell)],
      ['glider.mc', macrocell],
      ['glider.mc.gz', gzipSync(macrocell)],
      ['wide.rle', wide],
    ] as const) {
      const path = join(folder, name);
      await writeFile(path, content);
      const start = await readPatternArgument(path, { rule: 'B3/S23:T3' });
      expect([name, ...drawRows(start)]).toEqual([name, '.O.', '..O', 'OOO']);
    }
    const stdin = Readable.from([packed]);
    const start = await readPatternArgument('-', { rule: 'B3/S23:T3' }, stdin);
    expect(drawRows(start)).toEqual(['.O.', '..O', 'OOO']);
  });

  it.each([
    [Buffer.from('504b0304', 'hex'), /a\.rle is a zip archive; unpack it/],
    [Buffer.from('89504e47', 'hex'), /a\.rle is a PNG picture/],
    [Buffer.from(GLIDER, 'utf16le'), /a\.rle is no text: byte 2 is 0, as in UTF-16.*UTF-8/],
    [Buffer.from('1f8b0800', 'hex'), /a\.rle is packed by gzip and cannot be unpacked/],
  ])('says what a file is that is no text', async (content, message) => {
    const path = join(folder, 'a.rle');
    await writeFile(path, content);
    await expect(readPatternArgument(path, {})).rejects.toThrow(message);
  });

  it('takes a code of the Catagolue', async () => {
    const start = await readPatternArgument('xq4_153', { rule: 'B3/S23:T3' });
    expect([start.name, ...drawRows(start)]).toEqual(['xq4_153', 'OOO', '..O', '.O.']);
    await expect(readPatternArgument('xq4_15!', {})).rejects.toThrow(/letter 7 is '!'/);
  });

  it('puts a pattern where its file says, on the file’s own board', async () => {
    const golly = '#CXRLE Pos=-3,1 Gen=12\nx = 2, y = 1, rule = B3/S23:P7,5\n2o!';
    const path = await writePattern('placed.rle', golly);
    const start = await readPatternArgument(path, {});
    expect(drawRows(start)).toEqual(['.......', '.......', '.......', 'OO.....', '.......']);
    expect(start.generation).toBe(12);
    // on a board that was asked for too where it lies on it, else in the middle
    const other = await readPatternArgument(path, { rule: 'B3/S23:P8,4' });
    expect(drawRows(other)).toEqual(['........', '........', '........', '.OO.....']);
    const small = await readPatternArgument(path, { rule: 'B3/S23:P3,1' });
    expect(drawRows(small)).toEqual(['OO.']);
  });

  it('leaves out what lies outside of the file’s own board, and says so', async () => {
    const path = await writePattern('large.rle', 'x = 4, y = 1, rule = B3/S23:T3,2\n4o!');
    const start = await readPatternArgument(path, {});
    expect(drawRows(start)).toEqual(['OOO', '...']);
    expect(start.warnings).toEqual([expect.stringMatching(/1 live cell outside.*:T3,2 left out/)]);
    await expect(readPatternArgument(path, { rule: 'B3/S23:T3,2' })).rejects.toThrow(
      /4x1 and does not fit on a 3x2 grid.*T4,2/,
    );
  });

  it("uses the file's own rule and torus, which --rule overrides part by part", async () => {
    const path = await writePattern('own.rle', 'x = 2, y = 1, rule = B36/S125:T6,5\n2o!');
    const own = await readPatternArgument(path, {});
    expect([formatRule(own.rule), own.grid.width, own.grid.height]).toEqual(['B36/S125', 6, 5]);
    const other = await readPatternArgument(path, { rule: 'B2/S' });
    expect([formatRule(other.rule), other.grid.width, other.grid.height]).toEqual(['B2/S', 6, 5]);
    const larger = await readPatternArgument(path, { rule: 'B2/S:T9,8' });
    expect([larger.grid.width, larger.grid.height]).toEqual([9, 8]);
  });

  it('minds an unreadable rule of the file only when --rule gives no other', async () => {
    const path = await writePattern('strange.rle', 'x = 2, y = 1, rule = WireWorld\n2o!');
    await expect(readPatternArgument(path, {})).rejects.toThrow(
      /strange\.rle: rule 'WireWorld'.*--rule/,
    );
    expect(countAlive((await readPatternArgument(path, { rule: 'B3/S23' })).grid)).toBe(2);
  });

  it('hands on what was odd in the file', async () => {
    const path = await writePattern('small.rle', 'x = 1, y = 1\n3o!');
    const { warnings } = await readPatternArgument(path, {});
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('small.rle');
  });

  it('gives a pattern that is too large for 32x32 sixteen dead cells on each side', async () => {
    const path = await writePattern('long.rle', 'x = 33, y = 1\n33o!');
    const { grid } = await readPatternArgument(path, {});
    expect([grid.width, grid.height]).toEqual([65, 33]);
    expect(formatCells(grid).slice(16 * 65, 17 * 65)).toBe(
      '0'.repeat(16) + '1'.repeat(33) + '0'.repeat(16),
    );
  });

  it('takes a whole board of a data file, with the size that its row gives', async () => {
    const path = await writePattern(
      'boards.csv',
      'State 1,State 2,Rule\n0110,0000,\n111000,000111,"B36/S23:T3,2"\n',
    );
    expect(drawRows(await readPatternArgument(path, {}))).toEqual(['.O', 'O.']);
    const second = await readPatternArgument(path, { row: '2' });
    expect(drawRows(second)).toEqual(['OOO', '...']);
    expect(formatRule(second.rule)).toBe('B36/S23');
    expect(second.name).toBe('boards row 2');
  });

  it.each([
    ['no-such-thing', {}, /no pattern 'no-such-thing'.*glider/],
    ['gone.rle', {}, /cannot read gone\.rle: there is no such file/],
    ['gone/glider.txt', {}, /neither a built-in pattern nor a file.*\.rle/],
    ['block', { rule: 'B3/S23:T1,9' }, /2x2 and does not fit on a 1x9/],
    ['block', { rule: 'B9' }, /rule 'B9'/],
    ['block', { row: '1' }, /--row 1 .*'block' is not one/],
    ['block', { row: 'x' }, /--row needs a whole number from 1, not 'x'/],
  ])('refuses %s with %o', async (argument, options, message) => {
    const refusal = readPatternArgument(argument, options);
    await expect(refusal).rejects.toThrow(message);
    await expect(refusal).rejects.toBeInstanceOf(InputError);
  });

  it('refuses a row that is not there, and a size that is not the row’s', async () => {
    const path = await writePattern('one.csv', 'State 1\n0110\n');
    await expect(readPatternArgument(path, { row: '2' })).rejects.toThrow(
      /one\.csv has 1 board, so --row 2 does not exist/,
    );
    await expect(readPatternArgument(path, { rule: 'B3/S23:T4' })).rejects.toThrow(
      /one\.csv:2: .*2x2.*4x4/,
    );
  });
});
