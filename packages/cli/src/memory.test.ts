import { describe, expect, it } from 'vitest';
import { availableMemory, checkMemory } from './memory.js';

describe('checkMemory', () => {
  const board = { width: 10_000, height: 10_000 };

  it('says what a board would need that does not fit', () => {
    const use = { bytesACell: 8, kept: 0, bytesAKeptCell: 0 };
    expect(() => checkMemory(board, use, 0.9e9)).toThrow(
      'a 10000x10000 board would need 1.0 GB of memory, and 0.9 GB are free; choose a smaller board',
    );
    expect(() => checkMemory(board, use, 1.1e9)).not.toThrow();
  });

  it('counts the states that are held', () => {
    const use = { bytesACell: 0, kept: 11, bytesAKeptCell: 3 };
    expect(() => checkMemory(board, use, 1e9)).toThrow(
      'with 11 states held would need 3.5 GB of memory, and 1.0 GB are free; ask for fewer generations',
    );
  });

  it('finds that some memory is free here', () => {
    expect(availableMemory()).toBeGreaterThan(1e8);
  });
});
