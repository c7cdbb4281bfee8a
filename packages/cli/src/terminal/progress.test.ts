import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { clearProgress, createProgress, formatDuration, formatProgress } from './progress.js';

/** Runs updates at the given milliseconds and returns what was written. */
function record(
  isTTY: boolean,
  updates: [time: number, done: number, note?: string][],
  columns = 80,
): string {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY, columns });
  let time = 0;
  const progress = createProgress(stream, 'train', 1000, 'steps', () => time);
  for (const [at, done, note] of updates) {
    time = at;
    progress.update(done, note);
  }
  progress.finish();
  return String(stream.read() ?? '');
}

describe('createProgress', () => {
  it('renews one line on a terminal, at most ten times a second, and clears it', () => {
    const written = record(true, [
      [0, 0],
      [99, 50],
      [100, 100],
      [500, 500, 'loss 0.5'],
    ]);
    expect(written.split('\r\x1b[2K')).toEqual([
      '',
      'train 0/1,000 steps (0%)',
      'train 100/1,000 steps (10%), 1,000 steps/s, 0:01 left',
      'train 500/1,000 steps (50%), 1,000 steps/s, 0:01 left, loss 0.5',
      '',
    ]);
  });

  it('leaves out the parts that a narrow terminal has no room for', () => {
    const updates: [number, number][] = [
      [0, 0],
      [500, 500],
    ];
    expect(record(true, updates, 46).split('\r\x1b[2K')[2]).toBe(
      'train 500/1,000 steps (50%), 1,000 steps/s',
    );
  });

  it('gives way to a line that is written meanwhile', () => {
    const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true });
    createProgress(stream, 'read', null, 'rules').update(1168);
    clearProgress(stream);
    clearProgress(stream); // once is enough
    expect(String(stream.read())).toBe('\r\x1b[2Kread 1,168 rules\r\x1b[2K');
  });

  it('keeps its line shorter than the terminal', () => {
    expect(record(true, [[0, 5]], 10)).toBe('\r\x1b[2Ktrain 5/1\r\x1b[2K');
  });

  it('writes a line every 15 seconds into a log, and none about short work', () => {
    expect(record(false, [[14_999, 1]])).toBe('');
    const written = record(false, [
      [0, 0],
      [15_000, 150],
      [16_000, 160],
      [30_000, 300],
    ]);
    expect(written).toBe(
      'train 150/1,000 steps (15%), 10 steps/s, 1:25 left\n' +
        'train 300/1,000 steps (30%), 10 steps/s, 1:10 left\n',
    );
  });

  it('measures the rate from where it goes on after a break', () => {
    const written = record(false, [
      [0, 400],
      [20_000, 600],
    ]);
    expect(written).toContain('10 steps/s, 0:40 left');
  });
});

describe('formatProgress', () => {
  it('leaves out what cannot be known', () => {
    const state = { label: 'read', done: 7, total: null, unit: 'boards', rate: 2 };
    expect(formatProgress(state)).toBe('read 7 boards, 2.0 boards/s');
  });
});

describe('formatDuration', () => {
  it.each([
    [0.2, '0:01'],
    [59, '0:59'],
    [75, '1:15'],
    [3600, '1:00:00'],
    [36_061, '10:01:01'],
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
