/** Files of the page's folder, with progress in bytes. */

import { InputError } from '@lifegpt/core';
import type { LoadingEvent } from '../messages.js';

/** Is told how far a download is. */
export type OnLoading = (event: LoadingEvent) => void;

/** Fetches files that lie beside the page. */
export interface Downloader {
  (path: string, onLoading: OnLoading): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Downloads from a folder.
 * @param base the folder's address, with a slash at its end
 */
export function createDownloader(base: URL): Downloader {
  // a compressed answer does not tell the size of what comes out of it, so the build wrote it down
  let sizes: Promise<Readonly<Record<string, number>>> | null = null;

  async function readSizes(): Promise<Readonly<Record<string, number>>> {
    const response = await request(base, 'files.json');
    return (await response.json()) as Record<string, number>;
  }

  return async (path, onLoading) => {
    sizes ??= readSizes();
    const total = (await sizes.catch(() => ({}) as Record<string, number>))[path] ?? 0;
    const response = await request(base, path);
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let bytes = 0;
    for (const reader = response.body!.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value as Uint8Array<ArrayBuffer>);
      bytes += value.length;
      onLoading({ file: path, bytes, total });
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  };
}

async function request(base: URL, path: string): Promise<Response> {
  const failed = (reason: string): InputError =>
    new InputError(`${path} could not be loaded (${reason}); check the connection and try again`);
  const response = await fetch(new URL(path, base)).catch(() => {
    throw failed('the server does not answer');
  });
  if (!response.ok || response.body === null) throw failed(`HTTP ${response.status}`);
  return response;
}
