import { describe, expect, it } from 'vitest';
import { chooseStyle } from './style.js';

describe('chooseStyle', () => {
  const terminal = { isTTY: true, columns: 120 };

  it('uses colour and the columns of a terminal', () => {
    expect(chooseStyle(terminal, { TERM: 'xterm' })).toEqual({ columns: 120, color: true });
  });

  it('leaves colour out for NO_COLOR and for a dumb terminal', () => {
    expect(chooseStyle(terminal, { NO_COLOR: '1' }).color).toBe(false);
    expect(chooseStyle(terminal, { NO_COLOR: '' }).color).toBe(true); // as no-color.org says
    expect(chooseStyle(terminal, { TERM: 'dumb' }).color).toBe(false);
  });

  it('neither colours nor cuts what goes into a file', () => {
    expect(chooseStyle({}, { TERM: 'xterm' })).toEqual({ columns: Infinity, color: false });
  });
});
