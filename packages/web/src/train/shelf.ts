/** Steps of a training that are kept: the first, the last, and between them as many as there is room for, evenly. */

/** What is kept of some steps. */
export interface Shelf<Value> {
  /** Keeps a later step; where there are too many, the one whose neighbours are nearest to each other makes room. */
  put(step: number, value: Value): void;
  get(step: number): Value | undefined;
  /** In rising order. */
  steps(): readonly number[];
}

/** @param most values that are kept at a time, at least 4 */
export function createShelf<Value>(most: number): Shelf<Value> {
  let kept: (readonly [step: number, value: Value])[] = [];
  return {
    put(step, value) {
      kept = [...kept.filter(([other]) => other !== step), [step, value]];
      if (kept.length <= most) return;
      const spans = kept.slice(2).map(([after], i) => after - kept[i]![0]);
      const nearest = 1 + spans.indexOf(Math.min(...spans));
      kept = kept.filter((_, i) => i !== nearest);
    },
    get: (step) => kept.find(([other]) => other === step)?.[1],
    steps: () => kept.map(([step]) => step),
  };
}
