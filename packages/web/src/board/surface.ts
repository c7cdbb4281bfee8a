/** A canvas that holds a board: as sharp as the screen is, and in the board's proportions. */

/** Where on a canvas a board's cells lie. */
export interface Surface {
  readonly context: CanvasRenderingContext2D;
  /** Size of a cell in canvas pixels. */
  readonly size: number;
  readonly width: number;
  readonly height: number;
}

const MAX_PIXEL_RATIO = 2;

/** Fits a canvas to a board of so many cells and clears it. */
export function prepareSurface(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): Surface | null {
  canvas.style.aspectRatio = `${width} / ${height}`;
  canvas.style.width = width >= height ? '100%' : `${(100 * width) / height}%`;
  const shown = canvas.clientWidth;
  if (shown === 0) return null; // in a view that is not shown
  const pixels = shown * Math.min(MAX_PIXEL_RATIO, devicePixelRatio);
  // whole pixels a cell, where cells are larger than a pixel, keep all cells alike
  const size = Math.max(1, Math.round(pixels / width));
  if (canvas.width !== width * size) canvas.width = width * size;
  if (canvas.height !== height * size) canvas.height = height * size;
  const context = canvas.getContext('2d')!;
  context.clearRect(0, 0, canvas.width, canvas.height);
  return { context, size, width, height };
}

/** The cell below a pointer, null outside the board. */
export function cellAt(
  canvas: HTMLCanvasElement,
  { clientX, clientY }: { readonly clientX: number; readonly clientY: number },
  width: number,
  height: number,
): number | null {
  const box = canvas.getBoundingClientRect();
  const column = Math.floor(
    ((clientX - box.left - canvas.clientLeft) / canvas.clientWidth) * width,
  );
  const row = Math.floor(((clientY - box.top - canvas.clientTop) / canvas.clientHeight) * height);
  const isInside = column >= 0 && column < width && row >= 0 && row < height;
  return isInside ? row * width + column : null;
}
