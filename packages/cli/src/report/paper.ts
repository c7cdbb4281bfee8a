/**
 * What the paper reports: Berkovich and Buehler, LifeGPT, arXiv 2409.12182 and npj Artificial Intelligence
 * 2025; the ten test boards' values per epoch from the repository lamm-mit/LifeGPT; the time a state from the
 * stamps of its files.
 */
export const PAPER = {
  source: 'Berkovich and Buehler, LifeGPT, arXiv 2409.12182',
  parameters: 12_735_744,
  positions: '1-D rotary',
  tokens: 'one a character, vocabulary 256',
  sizes: '32x32 tori',
  training: '50 epochs over 10,000 boards, 14.1 h (high-entropy run)',
  secondsAState: 'about 20 s (RTX A4000)',
  /** Cells of the ten test boards. */
  testCells: 10_240,
  temperatures: [0, 0.25, 0.5, 0.75, 1],
  /** Mean cell accuracy over the ten test boards, by temperature. */
  accuracyByEpoch: {
    2: [0.969, 0.967, 0.961, 0.955, 0.955],
    8: [0.9956, 0.995, 0.9936, 0.9919, 0.9881],
    16: [1, 1, 0.9998, 0.9999, 0.9993],
    50: [1, 1, 1, 1, 0.9998],
  },
  /** 110 boards with p from 0 to 1, temperature 0. */
  overDensity: [
    { training: 'broad entropy, FCM', cellAccuracy: 0.999991, exactBoards: 109, boards: 110 },
    { training: 'high entropy', cellAccuracy: 0.945, exactBoards: 47, boards: 110 },
  ],
  arar: {
    steps: 249,
    exactBoards: 7,
    boards: 10,
    /** First wrong generation of the boards that diverge. */
    divergences: { 'r-pentomino': 4, glider: 45, 'order parameter 0.25': 56 } as Readonly<
      Record<string, number>
    >,
  },
} as const;
