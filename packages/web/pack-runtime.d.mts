/** Puts the packed runtime into the built page. */
export function packRuntime(say?: (line: string) => void): void;
