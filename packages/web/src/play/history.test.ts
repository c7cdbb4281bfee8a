import { describe, expect, it } from 'vitest';
import { createHistory } from './history.js';

describe('a history', () => {
  it('goes back over changes and forth again, until another change is made', () => {
    const history = createHistory<string>(() => 1);
    history.keep('a'); // b replaced it
    history.keep('b');
    expect(history.undo('c')).toBe('b');
    expect(history.undo('b')).toBe('a');
    expect(history.undo('a')).toBeUndefined();
    expect(history.redo('a')).toBe('b');
    expect(history.canRedo()).toBe(true);
    history.keep('b');
    expect(history.canRedo()).toBe(false);
    expect(history.undo('d')).toBe('b');
  });

  it('undoes the changes of one gesture together', () => {
    const history = createHistory<string>(() => 1);
    const [stroke, other] = [{}, {}];
    history.keep('a', stroke);
    history.keep('b', stroke);
    history.keep('c', other);
    expect(history.undo('d')).toBe('c');
    expect(history.undo('c')).toBe('a');
    history.redo('a');
    history.keep('c', other); // what was undone is another gesture
    expect(history.undo('e')).toBe('c');
  });

  it('forgets the oldest when memory is short, never the last', () => {
    const history = createHistory<string>((state) => state.length, 5);
    history.keep('aa');
    history.keep('bbb');
    history.keep('ccc');
    expect(history.undo('d')).toBe('ccc');
    expect(history.undo('ccc')).toBeUndefined();
    history.keep('eeeeeeee');
    expect(history.undo('f')).toBe('eeeeeeee');
  });
});
