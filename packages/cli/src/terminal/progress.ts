/** Progress of long work on stderr: one line that renews itself, or a line now and then in a log. */

import { formatCount } from './count.js';
import type { Output } from './style.js';

/** A running piece of work. */
export interface Progress {
  /** Says how much is done; as often as one likes. `note` is added to the line. */
  update(done: number, note?: string): void;
  /** Clears the line: nothing stays on a terminal. */
  finish(): void;
}

const TERMINAL_INTERVAL = 100; // milliseconds between two drawings
const LOG_INTERVAL = 15_000; // milliseconds between two lines of a log

/**
 * Starts to show progress; work that is over soon shows nothing in a log.
 * @param total How much there is to do, null when nobody knows.
 * @param unit What is counted, in the plural.
 * @param now The clock, in milliseconds.
 */
export function createProgress(
  stream: Output,
  label: string,
  total: number | null,
  unit = 'steps',
  now: () => number = () => performance.now(),
): Progress {
  const terminal = stream.isTTY === true;
  const interval = terminal ? TERMINAL_INTERVAL : LOG_INTERVAL;
  const start = now();
  let first: number | undefined; // what was done before, where work goes on after a break
  let shown = terminal ? -Infinity : start;
  return {
    update(done, note) {
      const time = now();
      first ??= done;
      if (time - shown < interval) return;
      shown = time;
      const rate = time > start ? (done - first) / ((time - start) / 1000) : 0;
      const line = formatProgress({ label, done, total, unit, rate, note });
      if (terminal) {
        stream.write(`\r\x1b[2K${cutLine(line, (stream.columns ?? 80) - 1)}`);
        DRAWN.add(stream);
      } else {
        stream.write(`${line}\n`);
      }
    },
    finish: () => clearProgress(stream),
  };
}

/** Streams on which a line of progress stands. */
const DRAWN = new WeakSet<Output>();

/** Takes away what is shown of progress, so that other lines have their place; it comes back with the next update. */
export function clearProgress(stream: Output): void {
  if (DRAWN.delete(stream)) stream.write('\r\x1b[2K');
}

/** As many of a line's parts as there is room for; a first part that has none is cut. */
function cutLine(line: string, columns: number): string {
  if (line.length <= columns) return line;
  const end = line.lastIndexOf(', ', columns);
  return line.slice(0, end > 0 ? end : columns);
}

/** Where a piece of work stands. */
export interface ProgressState {
  readonly label: string;
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
  /** Units a second, 0 when not known yet. */
  readonly rate: number;
  readonly note?: string | undefined;
}

/**
 * One line: how much, how fast, how long still.
 * @example 'train 300/2500 steps (12%), 25 steps/s, 1:28 left, loss 0.21'
 */
export function formatProgress({ label, done, total, unit, rate, note }: ProgressState): string {
  const percent = total === null || total === 0 ? '' : ` (${Math.floor((100 * done) / total)}%)`;
  const count = total === null ? formatCount(done) : `${formatCount(done)}/${formatCount(total)}`;
  const parts = [`${label} ${count} ${unit}${percent}`];
  if (rate > 0) parts.push(`${formatRate(rate)} ${unit}/s`);
  if (rate > 0 && total !== null && done < total) {
    parts.push(`${formatDuration((total - done) / rate)} left`);
  }
  if (note) parts.push(note);
  return parts.join(', ');
}

/** Seconds as `0:07`, `12:34` or `1:02:03`. */
export function formatDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0
    ? `${hours}:${pad(minutes)}:${pad(whole % 60)}`
    : `${minutes}:${pad(whole % 60)}`;
}

function formatRate(rate: number): string {
  return rate >= 10 ? formatCount(Math.round(rate)) : rate.toPrecision(2);
}
