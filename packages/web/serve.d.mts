/** Serves a folder, the built page when none is given, on loopback; port 0 takes a free one. */
export function servePage(
  port?: number,
  root?: string,
): Promise<{ url: string; close: () => void }>;
