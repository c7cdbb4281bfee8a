import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writePages } from './pages.mjs';

describe('docs/', () => {
  it('has the commands, recipes and fields that there are; npm run docs writes them anew', async () => {
    const pages = Object.entries(await writePages());
    expect(pages.map(([path]) => existsSync(path))).toEqual([true, true]);
    for (const [path, text] of pages) expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('says of every field of a recipe what it means', async () => {
    const [, text] = Object.entries(await writePages()).find(([path]) =>
      path.endsWith('recipes.md'),
    );
    const rows = text.split('\n').filter((line) => /^\| `\w+`/.test(line));
    expect(rows.length).toBeGreaterThan(60);
    expect(rows.filter((row) => /\| +\|$/.test(row))).toEqual([]);
  });
});
