import { expect, it } from 'vitest';
import { attackFiles } from './attack.mjs';

it('changed files of every format are read or refused, in one line (node attack/attack.mjs changes 20,000)', async () => {
  const { formats, faults } = await attackFiles(160, 3);
  expect(faults).toEqual([]);
  expect(Object.keys(formats).length).toBeGreaterThan(20);
  const ends = Object.values(formats).flatMap((counts) => Object.keys(counts));
  expect(new Set(ends)).toEqual(new Set(['read', 'refused']));
}, 120_000);
