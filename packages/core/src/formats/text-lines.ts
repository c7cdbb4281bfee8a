/** The lines of a text file, whatever ends them; a byte order mark is no part of the first. */
export function splitLines(text: string): string[] {
  return text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
}
