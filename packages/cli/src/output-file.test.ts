import { InputError } from '@lifegpt/core';
import { execFileSync } from 'node:child_process';
import {
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkOutputFile, OutputError, writeOutputFile } from './output-file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'output-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('writeOutputFile', () => {
  it('writes text and bytes, and leaves nothing else in the folder', async () => {
    await writeOutputFile(join(folder, 'a.rle'), 'x = 1');
    await writeOutputFile(join(folder, 'b.gif'), Uint8Array.of(71, 73, 70));
    expect(await readFile(join(folder, 'a.rle'), 'utf8')).toBe('x = 1');
    expect([...(await readFile(join(folder, 'b.gif')))]).toEqual([71, 73, 70]);
    expect(await readdir(folder)).toEqual(['a.rle', 'b.gif']);
  });

  it('replaces the file that a link points to, not the link', async () => {
    const path = join(folder, 'a.rle');
    await writeFile(path, 'old');
    await symlink(path, join(folder, 'link.rle'));
    await writeOutputFile(join(folder, 'link.rle'), 'new');
    expect(await readFile(path, 'utf8')).toBe('new');
    expect((await lstat(join(folder, 'link.rle'))).isSymbolicLink()).toBe(true);
  });

  it('gives who has the old file open the old file on, and the others the new one', async () => {
    const path = join(folder, 'a.rle');
    await writeFile(path, 'old');
    const reader = await open(path);
    await writeOutputFile(path, 'new');
    expect(await reader.readFile('utf8')).toBe('old');
    await reader.close();
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  it('writes to a pipe directly, instead of replacing it', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reading = readFile(pipe, 'utf8');
    await writeOutputFile(pipe, 'passed on');
    expect((await stat(pipe)).isFIFO()).toBe(true);
    expect(await reading).toBe('passed on');
  });

  it('removes the temporary file when the last step fails', async () => {
    const failing = 42 as unknown as string; // opening works, writing fails
    await expect(writeOutputFile(join(folder, 'a.rle'), failing)).rejects.toThrow('must be');
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('checkOutputFile', () => {
  it('takes the longest name that a file can have', async () => {
    const path = join(folder, `${'a'.repeat(251)}.rle`);
    await checkOutputFile(path, ['.rle']);
    await writeOutputFile(path, 'x = 1');
    expect(await readFile(path, 'utf8')).toBe('x = 1');
  });

  it('takes a known extension in an existing folder, in any case', async () => {
    await expect(checkOutputFile(join(folder, 'a.RLE'), ['.rle'])).resolves.toBeUndefined();
  });

  it('refuses another extension and what is read as well; a missing folder, a folder of that name and a long one cannot be written', async () => {
    await writeFile(join(folder, 'c.rle'), 'old');
    await symlink(join(folder, 'c.rle'), join(folder, 'link.rle'));
    const refusals: [string, RegExp, new () => Error][] = [
      [join(folder, 'a.png'), /\.rle \.cells/, InputError],
      [join(folder, 'a\x1b.rle'), /control characters/, InputError],
      [join(folder, 'link.rle'), /it is read as well/, InputError],
      [join(folder, 'gone/a.rle'), /there is no folder/, OutputError],
      [join(folder, 'b.rle'), /it is a folder/, OutputError],
      [join(folder, `${'a'.repeat(252)}.rle`), /the name is too long/, OutputError],
    ];
    await mkdir(join(folder, 'b.rle'));
    for (const [path, message, kind] of refusals) {
      const refusal = checkOutputFile(path, ['.rle', '.cells'], [join(folder, 'c.rle')]);
      await expect(refusal).rejects.toThrow(message);
      await expect(refusal).rejects.toBeInstanceOf(kind);
    }
  });
});
