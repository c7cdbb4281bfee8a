import type { Browser } from 'playwright-core';

/** Kilobytes, compressed, that a page loads until its first prediction: all, and its scripts alone. */
export function measureTransfer(browser: Browser): Promise<{ all: number; script: number }>;
