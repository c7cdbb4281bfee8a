import { expect, it } from 'vitest';
import { fuzz } from './fuzz.mjs';

it('lifegpt serve withstands malformed requests (node serve/fuzz.mjs sends 10,000)', async () => {
  const { statuses, faults } = await fuzz(200, 7);
  expect(faults).toEqual([]);
  // the requests reached what they are meant for
  expect(Object.keys(statuses)).toEqual(
    expect.arrayContaining(['200', '400', '404', '413', '415']),
  );
}, 60_000);
