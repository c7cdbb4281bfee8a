import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildApi } from './build.mjs';

it('the libraries have a page for every exported symbol, none without a comment', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'api-'));
  try {
    const { symbols, problems } = await buildApi(folder);
    expect(problems).toEqual([]);
    const pages = ['classes', 'functions', 'interfaces', 'types', 'variables'].flatMap((kind) =>
      readdirSync(join(folder, kind)),
    );
    expect(pages.length).toBe(symbols);
    expect(symbols).toBeGreaterThan(150);
    const page = readFileSync(join(folder, 'functions/_lifegpt_core.parseRule.html'), 'utf8');
    expect(page).toContain('Reads a rule');
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);
