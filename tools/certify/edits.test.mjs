import { expect, it } from 'vitest';
import { editAll } from './edits.mjs';

it('no edit of a certificate or its model is confirmed that makes the claim false (node certify/edits.mjs makes 200)', async () => {
  const { ends, faults } = await editAll(16, 13, ['S']);
  expect(faults).toEqual([]);
  expect(Object.keys(ends)).toHaveLength(4);
  const told = Object.values(ends).flatMap((counts) => Object.keys(counts));
  expect(new Set(told)).toEqual(
    new Set(['refused by the check', 'refused as bad input', 'confirmed, and still true']),
  );
}, 300_000);
