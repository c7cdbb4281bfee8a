/**
 * The 3x3 neighbourhood as a number of nine bits, in the order of Golly's MAP rules: the cells in reading
 * order, the first one the highest bit.
 *
 *     256 128  64
 *      32  16   8
 *       4   2   1
 */

/** Number of neighbourhoods, so the entries of a rule's table. */
export const NEIGHBOURHOODS = 512;
/** The bit of the cell itself. */
export const CENTRE = 16;

/** Which cells around a cell are its neighbours, as bits of the 3x3 neighbourhood. */
export const NEIGHBOURS = {
  /** The eight cells around. */
  moore: 0b111_101_111,
  /** Six of them, without the top right and the bottom left one, as Golly lays hexagons on squares. */
  hexagonal: 0b110_101_011,
  /** The four beside. */
  vonNeumann: 0b010_101_010,
} as const;

/** The live cells of a neighbourhood among those of a mask. */
export function countBits(neighbourhood: number, mask: number = NEIGHBOURHOODS - 1): number {
  let count = 0;
  for (let rest = neighbourhood & mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
