import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkFolder } from './check-folder.mjs';

const BGOLLY = process.env.BGOLLY_PATH;

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const write = (name, content) => writeFileSync(join(folder, name), content);

describe('checkFolder', () => {
  it.skipIf(BGOLLY === undefined)('counts what both read, and what who refuses', async () => {
    const glider = 'x = 3, y = 3, rule = B3/S23\nbo$2bo$3o!\n';
    write('glider.rle', glider);
    write('packed.rle.gz', gzipSync(glider));
    write('placed.rle', `#CXRLE Pos=3,-5 Gen=7\n${glider.replace('B3/S23', 'B36/S23:P30,20')}`);
    write('hensel.rle', glider.replace('B3/S23', 'B2n3/S23-q:K14*,9'));
    write('tree.mc', '[M2] (golly 3.3)\n#R B3/S23\n$$..*$...*$.***$$$$\n4 0 1 0 0\n');
    write('tube.rle', glider.replace('B3/S23', 'B3/S23:T10,0'));
    write('brain.rle', 'x = 2, y = 1, rule = /2/3\nAB!\n');
    write('notes.txt', 'no pattern');
    const told = [];
    const counts = await checkFolder(folder, (verdict) => told.push(verdict), BGOLLY);
    expect(told.filter(({ verdict }) => verdict === 'wrong')).toEqual([]);
    expect(counts).toMatchObject({ right: 5, refused: 1, wrong: 0 });
    expect(told.find(({ file }) => file === 'tube.rle').reason).toContain('unbounded');
  });

  it('tells a file that the judge reads otherwise', async () => {
    const judge = join(folder, 'judge');
    write(
      'judge',
      '#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\nprintf "[M2]\\n***\\n" > "$2"\n',
    );
    chmodSync(judge, 0o755);
    write('block.rle', 'x = 2, y = 2, rule = B3/S23\n2o$2o!\n');
    const told = [];
    const counts = await checkFolder(folder, (verdict) => told.push(verdict), judge);
    expect(counts).toMatchObject({ right: 0, wrong: 1 });
    expect(told[0].reason).toBe('4 live cells, bgolly has 3');
  });
});
