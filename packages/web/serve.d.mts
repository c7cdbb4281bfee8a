/** Serves the built page on loopback; port 0 takes a free one. */
export function servePage(port?: number): Promise<{ url: string; close: () => void }>;
