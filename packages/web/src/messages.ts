/** What the page and its worker say to each other. */

import type { Grid } from '@lifegpt/core';

/** From the page to the worker. */
export type Request =
  | { readonly kind: 'load' }
  /** Predict generations from this grid on, until `stop` or so many are done. */
  | {
      readonly kind: 'predict';
      readonly run: number;
      readonly grid: Grid;
      readonly generations: number;
    }
  | { readonly kind: 'stop' };

/** From the worker to the page. */
export type Reply =
  | {
      readonly kind: 'loading';
      readonly part: string;
      readonly bytes: number;
      readonly total: number;
    }
  | {
      readonly kind: 'ready';
      readonly model: string;
      readonly device: string;
      readonly sides: readonly [number, number];
    }
  | {
      readonly kind: 'predicted';
      readonly run: number;
      readonly generation: number;
      readonly grid: Grid;
      readonly truth: Grid;
      readonly text: string;
      readonly forwardPasses: number;
      readonly seconds: number;
    }
  | { readonly kind: 'finished'; readonly run: number }
  | { readonly kind: 'failed'; readonly message: string };
