/** The colours of boards and charts: those of the style sheet, for the present theme. */

/** Colours as CSS writes them. */
export interface Palette {
  readonly board: string;
  readonly grid: string;
  readonly cell: string;
  /** Live cells where others matter more. */
  readonly faint: string;
  readonly wrong: string;
  readonly heat: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
}

const NAMES = ['board', 'grid', 'cell', 'faint', 'wrong', 'heat', 'ink', 'soft', 'line'] as const;

let known: Palette | null = null;
const listeners: (() => void)[] = [];

/** The palette of the present theme. */
export function currentPalette(): Palette {
  if (known === null) {
    const style = getComputedStyle(document.documentElement);
    known = Object.fromEntries(
      NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
    ) as unknown as Palette;
  }
  return known;
}

/** Calls back when the theme changed. */
export function onTheme(listener: () => void): void {
  if (listeners.length === 0) {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      known = null;
      listeners.forEach((each) => each());
    });
  }
  listeners.push(listener);
}
