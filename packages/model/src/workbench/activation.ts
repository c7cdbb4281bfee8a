/** Values inside a network, with what their axes mean. */

/** The values at one place while one text was read. */
export interface Activation {
  /** Named as in GPT-2, with TransformerLens' words for the rest: `h.0.attn.pattern`, `h.0.resid_post`. */
  readonly place: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
  /** Which axis has a row for each token; null where the values are the same for all. */
  readonly rowAxis: number | null;
  /** The tokens of these rows, by their index in the text that was read. */
  readonly rows: readonly number[];
}

/** Elements behind each index of an axis. */
export const strideOf = (shape: readonly number[], axis: number): number =>
  shape.slice(axis + 1).reduce((product, size) => product * size, 1);

/** Some of the rows, in a given order. @throws RangeError when one is not there */
export function takeRows(activation: Activation, tokens: readonly number[]): Activation {
  const { shape, data, rowAxis, rows } = activation;
  if (rowAxis === null) return activation;
  const places = tokens.map((token) => {
    const row = rows.indexOf(token);
    if (row >= 0) return row;
    throw new RangeError(`${activation.place} has no row for token ${token}`);
  });
  const stride = strideOf(shape, rowAxis);
  const before = shape.slice(0, rowAxis).reduce((product, size) => product * size, 1);
  const taken = new Float32Array(before * places.length * stride);
  for (let outer = 0; outer < before; outer++) {
    places.forEach((row, i) => {
      const from = (outer * rows.length + row) * stride;
      taken.set(data.subarray(from, from + stride), (outer * places.length + i) * stride);
    });
  }
  const size = shape.map((length, axis) => (axis === rowAxis ? places.length : length));
  return { ...activation, shape: size, data: taken, rows: tokens };
}

/** Puts the rows of several parts, each for other tokens, behind each other. */
export function joinRows(parts: readonly Activation[]): Activation {
  const [first] = parts;
  const { shape, rowAxis } = first!;
  if (rowAxis === null || parts.length === 1) return first!;
  const stride = strideOf(shape, rowAxis);
  const before = shape.slice(0, rowAxis).reduce((product, size) => product * size, 1);
  const rows = parts.flatMap((part) => part.rows);
  const data = new Float32Array(before * rows.length * stride);
  let at = 0;
  for (let outer = 0; outer < before; outer++) {
    for (const part of parts) {
      const length = part.rows.length * stride;
      data.set(part.data.subarray(outer * length, (outer + 1) * length), at);
      at += length;
    }
  }
  const size = shape.map((length, axis) => (axis === rowAxis ? rows.length : length));
  return { ...first!, shape: size, data, rows };
}
