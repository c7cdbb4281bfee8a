/** Serves a page on a free port of loopback. */
export function servePage(root?: string): Promise<{ url: string; close: () => void }>;
