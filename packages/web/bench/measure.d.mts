import type { Browser } from 'playwright-core';

/** A browser, and the address of the page. */
interface Host {
  readonly browser: Browser;
  readonly url: string;
}

/** A first visit: milliseconds, kilobytes, and the sum of layout shifts. */
export function measureStart(host: Host): Promise<{
  moved: number;
  predicted: number;
  shift: number;
  all: number;
  script: number;
}>;

/** What axe finds, and how much moves by itself, in every view, in both themes. */
export function measureViews(host: Host): Promise<{ findings: string[]; shift: number }>;
