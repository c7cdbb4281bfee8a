import { describe, expect, it } from 'vitest';
import { layOutTable } from './table.js';

const ROWS = [
  ['', 'one', 'two', 'three'],
  ['apples', '1', '22', '333'],
  ['pears', '4,000', '5', '6'],
];

describe('layOutTable', () => {
  it('sets columns beside each other where they have room', () => {
    expect(layOutTable(ROWS, 25)).toBe(
      '          one  two  three\napples      1   22    333\npears   4,000    5      6',
    );
  });

  it('names the rows again for columns that have none', () => {
    expect(layOutTable(ROWS, 24)).toBe(
      '          one  two\napples      1   22\npears   4,000    5\n\n        three\napples    333\npears       6',
    );
  });

  it('sets values below the names where not even one column has room', () => {
    expect(layOutTable(ROWS, 12)).toBe(
      '    one  two\n  three\napples\n      1   22\n    333\npears\n  4,000    5\n      6',
    );
  });
});
