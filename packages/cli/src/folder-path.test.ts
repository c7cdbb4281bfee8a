import { InputError } from '@lifegpt/core';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderBelow, pathIn, targetIn } from './folder-path.js';

const OUT = [
  '..',
  '../x',
  'a/../../x',
  '/etc/passwd',
  'a//b',
  '',
  '.',
  'a/./b',
  'a\0b',
  'a\nb',
  '..\\x',
  'x'.repeat(256),
];

describe('pathIn', () => {
  it.each(OUT)('refuses %j', (name) => {
    expect(() => pathIn('folder', name)).toThrow(InputError);
  });

  it('takes names, also those that only look odd', () => {
    expect(pathIn('a', 'b/c.json')).toBe('a/b/c.json');
    expect(pathIn('a', '..b')).toBe('a/..b');
    expect(pathIn('/', 'Łódź 1:2')).toBe('/Łódź 1:2');
  });
});

describe('targetIn and folderBelow', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'paths-'));
    mkdirSync(join(folder, 'own/inside'), { recursive: true });
    symlinkSync(tmpdir(), join(folder, 'own/link'));
    symlinkSync(join(folder, 'own'), join(folder, 'alias'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('write through no link below the folder, whatever the folder is', () => {
    expect(() => targetIn(join(folder, 'own'), 'link/x')).toThrow(/is a symbolic link/);
    expect(() => targetIn(join(folder, 'own'), 'link')).toThrow(/is a symbolic link/);
    expect(targetIn(join(folder, 'alias'), 'inside/x')).toBe(join(folder, 'alias/inside/x'));
    for (const name of OUT) expect(() => targetIn(folder, name)).toThrow(InputError);
  });

  it('take a named folder only below the own one', () => {
    expect(folderBelow(folder, join(folder, 'own'))).toBe(join(folder, 'own'));
    expect(folderBelow(folder, folder)).toBe(folder);
    expect(folderBelow(folder, 'new/one')).toBe(join(folder, 'new/one'));
    for (const named of [tmpdir(), '/', '..', '../x', join(folder, 'own/link/x')]) {
      expect(() => folderBelow(folder, named)).toThrow(InputError);
    }
  });
});
