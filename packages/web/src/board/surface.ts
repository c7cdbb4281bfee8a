/** A canvas that holds a board, or the part of it that is looked at: as sharp as the screen is. */

/** Which part of a board is looked at. */
export interface View {
  /** How much larger than the whole board in its frame; 1 shows all of it. */
  readonly zoom: number;
  /** The place in the middle, in cells from the left and from the top. */
  readonly column: number;
  readonly row: number;
}

/** Where on a canvas a board's cells lie. */
export interface Surface {
  /** Moved so that the top left corner of cell k of row r is at (k * size, r * size). */
  readonly context: CanvasRenderingContext2D;
  /** Size of a cell in canvas pixels: whole, unless cells are smaller than pixels. */
  readonly size: number;
  readonly width: number;
  readonly height: number;
  /** Where the board's corner lies on the canvas, in its pixels; not above 0. */
  readonly left: number;
  readonly top: number;
  /** The columns and rows that are seen, the last ones not included. */
  readonly columns: readonly [from: number, to: number];
  readonly rows: readonly [from: number, to: number];
}

const MAX_PIXEL_RATIO = 2;

const surfaces = new WeakMap<HTMLCanvasElement, Surface>();

/**
 * Fits a canvas to a board, or to the part that is looked at, in the frame around it, and clears it.
 * @returns null in a view that is not shown
 */
export function prepareSurface(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  view: View | null = null,
): Surface | null {
  const frame = canvas.parentElement!;
  if (frame.clientWidth === 0) return null;
  const { paddingLeft, paddingTop } = getComputedStyle(frame);
  const ratio = Math.min(MAX_PIXEL_RATIO, devicePixelRatio);
  const roomAcross = (frame.clientWidth - 2 * parseFloat(paddingLeft)) * ratio;
  const roomDown = (frame.clientHeight - 2 * parseFloat(paddingTop)) * ratio;
  const exact = Math.min(roomAcross / width, roomDown / height) * (view?.zoom ?? 1);
  // whole pixels a cell keep all cells alike and digits sharp
  const size = exact < 1 ? exact : Math.floor(exact);
  const across = fitWindow(width, size, roomAcross, view?.column);
  const down = fitWindow(height, size, roomDown, view?.row);
  if (canvas.width !== across.pixels) canvas.width = across.pixels;
  if (canvas.height !== down.pixels) canvas.height = down.pixels;
  canvas.style.width = `${across.pixels / ratio}px`;
  canvas.style.height = `${down.pixels / ratio}px`;
  const context = canvas.getContext('2d')!;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.setTransform(1, 0, 0, 1, across.from, down.from);
  const surface: Surface = {
    context,
    size,
    width,
    height,
    left: across.from,
    top: down.from,
    columns: across.seen,
    rows: down.seen,
  };
  surfaces.set(canvas, surface);
  return surface;
}

/** One axis of a view: how many pixels are shown, and where the board's first cell lies there. */
function fitWindow(
  cells: number,
  size: number,
  room: number,
  middle = cells / 2,
): { pixels: number; from: number; seen: readonly [number, number] } {
  const whole = Math.max(1, Math.round(cells * size));
  const pixels = Math.max(1, Math.min(whole, Math.floor(room)));
  const from = Math.round(Math.min(0, Math.max(pixels - whole, pixels / 2 - middle * size)));
  const first = Math.max(0, Math.floor(-from / size));
  return { pixels, from, seen: [first, Math.min(cells, Math.ceil((pixels - from) / size))] };
}

/** The surface that a canvas was given last. */
export function surfaceOf(canvas: HTMLCanvasElement): Surface | null {
  return surfaces.get(canvas) ?? null;
}

/** A place on the page. */
export interface PagePoint {
  readonly clientX: number;
  readonly clientY: number;
}

/** The place on a board below a point of the page, in cells and their fractions; it may lie outside. */
export function placeAt(
  canvas: HTMLCanvasElement,
  { clientX, clientY }: PagePoint,
): [number, number] {
  const { size, left, top } = surfaces.get(canvas)!;
  const box = canvas.getBoundingClientRect();
  const scale = canvas.width / canvas.clientWidth;
  const column = ((clientX - box.left - canvas.clientLeft) * scale - left) / size;
  return [column, ((clientY - box.top - canvas.clientTop) * scale - top) / size];
}

/** The cell below a point of the page, null outside the board. */
export function cellAt(canvas: HTMLCanvasElement, point: PagePoint): number | null {
  const surface = surfaces.get(canvas);
  if (surface === undefined) return null;
  const [column, row] = placeAt(canvas, point).map(Math.floor) as [number, number];
  const isInside = column >= 0 && column < surface.width && row >= 0 && row < surface.height;
  return isInside ? row * surface.width + column : null;
}
