/** The library's patterns as data; `patterns.ts` reads them. */

/** A pattern of the library as it is written down. */
export interface LibraryEntry {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly rle: string;
}

/** Still lifes, oscillators, spaceships, methuselahs and a gun, in this order. */
export const LIBRARY: readonly LibraryEntry[] = [
  {
    name: 'block',
    title: 'Block',
    description: 'still life: the smallest and most common',
    rle: 'x = 2, y = 2\n2o$2o!',
  },
  {
    name: 'beehive',
    title: 'Beehive',
    description: 'still life of six cells',
    rle: 'x = 4, y = 3\nb2o$o2bo$b2o!',
  },
  {
    name: 'blinker',
    title: 'Blinker',
    description: 'oscillator of period 2, the smallest',
    rle: 'x = 3, y = 1\n3o!',
  },
  {
    name: 'toad',
    title: 'Toad',
    description: 'oscillator of period 2',
    rle: 'x = 4, y = 2\nb3o$3o!',
  },
  {
    name: 'beacon',
    title: 'Beacon',
    description: 'oscillator of period 2: two blocks that touch',
    rle: 'x = 4, y = 4\n2o$2o$2b2o$2b2o!',
  },
  {
    name: 'blinkers',
    title: 'Blinkers',
    description: "four blinkers of the paper's test board",
    rle: 'x = 16, y = 11\n3o3$7b3o4$7b3o$15bo$15bo$15bo!',
  },
  {
    name: 'pulsar',
    title: 'Pulsar',
    description: 'oscillator of period 3',
    rle: 'x = 13, y = 13\n2b3o3b3o2$o4bobo4bo$o4bobo4bo$o4bobo4bo$2b3o3b3o2$2b3o3b3o$o4bobo4bo$o4bobo4bo$o4bobo4bo2$2b3o3b3o!',
  },
  {
    name: 'pentadecathlon',
    title: 'Pentadecathlon',
    description: 'oscillator of period 15',
    rle: 'x = 10, y = 3\n2bo4bo$2ob4ob2o$2bo4bo!',
  },
  {
    name: 'cloverleaf',
    title: 'Cloverleaf',
    description: "oscillator of period 4, on the paper's test board",
    rle: 'x = 11, y = 9\n2b2o3b2o$bo2bobo2bo$bob2ob2obo$2o7b2o$2bobobobo$2o7b2o$bob2ob2obo$bo2bobo2bo$2b2o3b2o!',
  },
  {
    name: 'glider',
    title: 'Glider',
    description: 'spaceship: a cell down and right in 4 generations',
    rle: 'x = 3, y = 3\nbo$2bo$3o!',
  },
  {
    name: 'lwss',
    title: 'Lightweight spaceship',
    description: 'spaceship: 2 cells left in 4 generations',
    rle: 'x = 5, y = 4\nbo2bo$o$o3bo$4o!',
  },
  {
    name: 'mwss',
    title: 'Middleweight spaceship',
    description: 'spaceship: 2 cells left in 4 generations',
    rle: 'x = 6, y = 5\n3bo$bo3bo$o$o4bo$5o!',
  },
  {
    name: 'hwss',
    title: 'Heavyweight spaceship',
    description: 'spaceship: 2 cells left in 4 generations',
    rle: 'x = 7, y = 5\n3b2o$bo4bo$o$o5bo$6o!',
  },
  {
    name: 'hammerhead',
    title: 'Hammerhead',
    description: "spaceship: 2 cells left in 4 generations, on the paper's test board",
    rle: 'x = 18, y = 16\n5o$o4bo7b2o$o11b2ob3o$bo9b2ob4o$3b2o3b2ob2o2b2o$5bo4bo2bo$6bobobobo$7bo$7bo$6bobobobo$5bo4bo2bo$3b2o3b2ob2o2b2o$bo9b2ob4o$o11b2ob3o$o4bo7b2o$5o!',
  },
  {
    name: 'r-pentomino',
    title: 'R-pentomino',
    description: 'methuselah: five cells that settle only after 1,103 generations',
    rle: 'x = 3, y = 3\nb2o$2o$bo!',
  },
  {
    name: 'acorn',
    title: 'Acorn',
    description: 'methuselah: seven cells that settle only after 5,206 generations',
    rle: 'x = 7, y = 3\nbo$3bo$2o2b3o!',
  },
  {
    name: 'diehard',
    title: 'Diehard',
    description: 'methuselah: seven cells that vanish after 130 generations',
    rle: 'x = 8, y = 3\n6bo$2o$bo3b3o!',
  },
  {
    name: 'gosper-glider-gun',
    title: 'Gosper glider gun',
    description: 'gun: a glider every 30 generations',
    rle: 'x = 36, y = 9\n24bo$22bobo$12b2o6b2o12b2o$11bo3bo4b2o12b2o$2o8bo5bo3b2o$2o8bo3bob2o4bobo$10bo5bo7bo$11bo3bo$12b2o!',
  },
];
