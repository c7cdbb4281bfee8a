import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writePages } from './pages.mjs';

describe('docs/', () => {
  it('has the commands, recipes and fields that there are; npm run docs writes them anew', async () => {
    const pages = Object.entries(await writePages());
    expect(pages.map(([path]) => existsSync(path))).toEqual([true, true]);
    for (const [path, text] of pages) expect(readFileSync(path, 'utf8')).toBe(text);
  });
});
