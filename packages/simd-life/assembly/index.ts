// The engine's kernels. Memory is the caller's: every pointer comes from outside, and nothing here
// allocates. What lies there:
//
//   cells   one byte a cell, row-major
//   grid    one bit a cell; (height + 2) rows of `stride` bytes, the first and the last a halo. Cell
//           c of a row is bit c % 32 of its word 4 + c / 32; the bit before cell 0 and the bit after
//           the last cell are the halo. So `stride` covers 16 bytes, the cells, the halo, and what a
//           vector reads beyond.
//   halo    one word for each bit of the halo: the bit of the grid that it repeats
//   rule    two words, birth and survival by counts; or -1, 0 and a table of 512 bytes
//   notes   what a kernel writes down of the rows that it is at: 80 bytes for each of up to 64
//   batch   groups of four 32x32 boards; a group is 32 vectors, vector r holds row r of each board
//   soup    groups of four boards of any size; vector j of a group holds 32 cells of each

export { packCells, unpackCells, stepGrid, stepConwayRows, stepAnyRows, stepTableRows } from './large-grid';
export { stepBatch, stepConwayGroup, stepAnyGroup, stepTableGroup } from './small-tori';
export { drawSoups, joinGroups, splitGroups, spreadSoup } from './soup';
