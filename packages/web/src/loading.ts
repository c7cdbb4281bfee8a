/** The bar that shows how far downloads are, in bytes. */

import { byId, write } from './elements.js';
import type { LoadingEvent } from './messages.js';

/** Follows downloads. */
export interface Loading {
  follow(event: LoadingEvent): void;
  finish(): void;
}

/** Makes the bar work. */
export function createLoading(): Loading {
  const bar = byId<HTMLProgressElement>('loading');
  const files = new Map<string, LoadingEvent>();
  return {
    follow(event) {
      files.set(event.file, event);
      const known = [...files.values()];
      const bytes = known.reduce((sum, each) => sum + each.bytes, 0);
      const total = known.reduce((sum, each) => sum + Math.max(each.total, each.bytes), 0);
      bar.hidden = false;
      bar.value = total === 0 ? 0 : bytes / total;
      const name = event.file.split('/').at(-1)!;
      write('loading-text', `Loading ${name}: ${megabytes(bytes)} of ${megabytes(total)}`);
    },
    finish() {
      bar.hidden = true;
      write('loading-text', '');
      files.clear();
    },
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
