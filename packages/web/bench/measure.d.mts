import type { Browser } from 'playwright-core';

/** A first visit: milliseconds, kilobytes, and the sum of layout shifts. */
export function measureStart(browser: Browser): Promise<{
  moved: number;
  predicted: number;
  shift: number;
  all: number;
  script: number;
}>;

/** What axe finds, and how much moves by itself, in every view. */
export function measureViews(
  browser: Browser,
  colorScheme: 'light' | 'dark',
): Promise<{ findings: string[]; shift: number }>;
