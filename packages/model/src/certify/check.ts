/**
 * The check of a certificate: another proof of the same statement, in plain intervals. It shares with the
 * certifier the reading of weights, the list of cases and the assumptions on rounding, and nothing else.
 *
 * Everything that the network computes from attention's output on is a row applied to it: a row for each
 * hidden unit, for each contest of two tokens, and for each number of the residual stream. Attention gives
 * every row an interval: free keys together have at most the share φ of attention, wherever in the range
 * of all tokens' values they pull. From there on it is interval arithmetic, number by number.
 */

import { layoutPrompt, type BoundedGrid } from '@lifegpt/core';
import type { ModelFolder } from '../model-folder.js';
import { defaultHeader } from '../trained-for.js';
import { headOf, listAnswerTasks, type AnswerTask } from './cases.js';
import { boundMargin } from './check-margin.js';
import { CheckHeader } from './check-header.js';
import { CheckRows } from './check-rows.js';
import { readOneLayer, type OneLayer } from './one-layer.js';
import { EXP_ERROR, UNIT } from './rounding.js';
import { CheckToken } from './check-token.js';
import { growth, sumVectors } from './rounded-vector.js';

/** Checks one size, an answer token at a time. */
export interface Checker {
  readonly answerTokens: number;
  /** A lower bound of the margins of one answer token over all cases: what is proved if it is above 0. */
  check(answer: number): number;
}

/** Prepares the check of a size. @throws InputError when the model is none that can be certified. */
export function openChecker(folder: ModelFolder, bounds: BoundedGrid): Checker {
  const model = readOneLayer(folder);
  const { rule } = defaultHeader(folder.config.trained_for);
  const layout = layoutPrompt(folder.tokenizer, bounds.width, bounds.height);
  const tasks = listAnswerTasks(layout, bounds, rule);
  const rows = new CheckRows(model, [...new Set([...layout.cellTokens, ...layout.endTokens])]);
  const head = headOf(layout, bounds, rule);
  const markers = (ids: Int32Array): number[][] => Array.from(ids, (id) => [id]);
  const cells = Array.from({ length: bounds.width * bounds.height }, () => [...layout.cellTokens]);
  const text = [
    ...markers(head),
    ...cells,
    ...markers(layout.middleTokens),
    ...cells,
    ...markers(layout.endTokens.slice(0, -1)),
  ];
  const positions = model.positionRows(layout);
  const header = new CheckHeader(model, head, positions);
  const tokens = text.map((contents, place) =>
    place < model.hiddenTokens
      ? []
      : contents.map((id) => new CheckToken(model, rows, header, id, positions[place]!)),
  );
  const answers = new AnswerCheck(model, rows, tokens, layout.firstCell);
  return { answerTokens: tasks.length, check: (answer) => answers.check(tasks[answer]!) };
}

/** A key of a case as one head sees it. */
interface SeenKey {
  readonly weight: number;
  /** Relative error of the weight. */
  readonly off: number;
  readonly pulls: Float64Array;
}

/** All free keys as one head sees them. */
interface FreePull {
  /** The point that pulls are measured from, `[rows]`. */
  readonly from: Float64Array;
  /** The strongest pulls either way, weighted. */
  readonly up: Float64Array;
  readonly down: Float64Array;
  /** The weight of all of them at most, and the largest relative error of one. */
  readonly weight: number;
  readonly off: number;
}

const weightOf = ({ weight }: SeenKey): number => weight;

/** Keys that are lighter than this share of the known ones are not looked at one by one. */
const NEGLIGIBLE = 1e-10;

class AnswerCheck {
  /** Range of all tokens' pulls, `[heads][rows]`. */
  private readonly lowest: Float64Array[];
  private readonly highest: Float64Array[];
  /** Largest value of any token, and its error, `[heads * size]`. */
  private readonly valueSize: number[];
  private readonly valueOff: number[];

  constructor(
    private readonly model: OneLayer,
    private readonly rows: CheckRows,
    private readonly tokens: readonly CheckToken[][],
    private readonly firstCell: number,
  ) {
    const all = tokens.flat();
    const extreme = (pick: (a: number, b: number) => number): Float64Array[] =>
      Array.from({ length: model.heads }, (_, h) =>
        all.reduce(
          (most, { pulls }) => most.map((value, r) => pick(value, pulls[h]![r]!)),
          all[0]!.pulls[h]!,
        ),
      );
    this.lowest = extreme(Math.min);
    this.highest = extreme(Math.max);
    const largest = (values: (token: CheckToken) => number[]): number[] =>
      all
        .map((token) => values(token).map(Math.abs))
        .reduce((most, sizes) => most.map((value, o) => Math.max(value, sizes[o]!)));
    this.valueSize = largest(({ value }) => value.x);
    this.valueOff = largest(({ value }) => value.off);
  }

  check({ place, cells, winner }: AnswerTask): number {
    const isCase = new Set(cells.map((cell) => cell + this.firstCell));
    let worst = Infinity;
    for (const self of this.tokens[place]!) {
      const fixed = [self];
      const free: CheckToken[][] = [];
      for (let key = this.model.hiddenTokens; key < place; key++) {
        if (isCase.has(key)) continue;
        if (this.tokens[key]!.length === 1) fixed.push(this.tokens[key]![0]!);
        else free.push(this.tokens[key]!);
      }
      const query = this.openQuery(self, fixed, cells, free);
      for (let contents = 0; contents < 1 << cells.length; contents++) {
        const margin = query(contents, winner(contents));
        if (!(margin >= worst)) worst = margin;
      }
    }
    return worst;
  }

  /** Prepares the cases of one query. */
  private openQuery(
    self: CheckToken,
    fixed: readonly CheckToken[],
    cells: readonly number[],
    free: readonly CheckToken[][],
  ): (contents: number, winner: number) => number {
    const { model, rows, tokens, firstCell } = this;
    const { width, heads, size, project } = model;
    const choices = cells.map((cell) => tokens[cell + firstCell]!);
    const keyCount = fixed.length + cells.length + free.length;
    const perHead = Array.from({ length: heads }, (_, h) => {
      const seen = [...fixed, ...choices.flat(), ...free.flat()].map((key) =>
        this.score(self, key, h),
      );
      const top = Math.max(...seen.map(({ score }) => score));
      const reveal = (
        key: CheckToken,
        { score, off }: { score: number; off: number },
      ): SeenKey => ({
        weight: Math.exp(score - top),
        off: shareOf(Math.expm1(1.02 * (off + UNIT * (top - score)) + EXP_ERROR + 4 * UNIT)),
        pulls: key.pulls[h]!,
      });
      const everyFixed = fixed.map((key, i) => reveal(key, seen[i]!));
      const everyChoice = choices.map((pair, cell) => {
        const at = fixed.length + 2 * cell;
        return pair.map((key, content) => reveal(key, seen[at + content]!)) as [SeenKey, SeenKey];
      });
      // known keys that weigh next to nothing are as good as free ones
      const heaviest = Math.max(...[...everyFixed, ...everyChoice.flat()].map(weightOf));
      const isLight = (keys: readonly SeenKey[]): boolean =>
        keys.every(({ weight }) => weight < NEGLIGIBLE * heaviest);
      const always = everyFixed.filter((key) => !isLight([key]));
      const byContent = everyChoice.map((pair) => (isLight(pair) ? null : pair));
      const light = [
        ...everyFixed.filter((key) => isLight([key])).map((key): [SeenKey, SeenKey] => [key, key]),
        ...everyChoice.filter(isLight),
      ];
      const pairs = free.map((pair, i) => {
        const at = fixed.length + 2 * (choices.length + i);
        return pair.map((key, content) => reveal(key, seen[at + content]!)) as [SeenKey, SeenKey];
      });
      return {
        always,
        byContent,
        free: this.gatherFree(
          [...always, ...byContent.flatMap((pair) => pair ?? [])],
          [...pairs, ...light],
          h,
        ),
      };
    });
    const common = growth(keyCount + 2);
    // what is the same in all cases: the token's own stream, and errors behind attention's weights
    const bias = sumVectors([self.stream.x, project.bias]).x;
    const start = rows.matrix.map((row) =>
      row.reduce((sum, value, d) => sum + value * bias[d]!, 0),
    );
    const headOff = this.valueSize.map(
      (value, o) => 1.02 * (growth(keyCount) * value + this.valueOff[o]!),
    );
    const streamOff = self.stream.off.map((off, d) => {
      let terms = Math.abs(project.bias[d]!);
      for (let o = 0; o < heads * size; o++) {
        terms += this.valueSize[o]! * Math.abs(project.weight[o * width + d]!);
      }
      return 1.02 * (off + growth(heads * size + 3) * terms + UNIT * Math.abs(self.stream.x[d]!));
    });
    const constantOff = rows.matrix.map((row, r) => {
      const behind = row.reduce((sum, value, d) => sum + Math.abs(value) * streamOff[d]!, 0);
      return (
        behind +
        rows.fromHeads[r]!.reduce((sum, value, o) => sum + Math.abs(value) * headOff[o]!, 0)
      );
    });
    // the mean of the stream, which rows do not see, for rounding alone
    const meanOf = (values: ArrayLike<number>): number =>
      Math.abs(Array.from(values).reduce((sum, value) => sum + value, 0) / width);
    const meanSize = this.valueSize.reduce(
      (sum, value, o) => sum + value * meanOf(project.weight.subarray(o * width, (o + 1) * width)),
      meanOf(self.stream.x) + meanOf(project.bias),
    );

    const low = new Float64Array(rows.count);
    const high = new Float64Array(rows.count);
    return (contents, winner) => {
      low.set(start);
      high.set(start);
      for (const { always, byContent, free: pull } of perHead) {
        const chosen = byContent.flatMap((pair, cell) => pair?.[(contents >> cell) & 1] ?? []);
        const keys = [...always, ...chosen];
        addHead(keys, pull, common, low, high);
      }
      for (let r = 0; r < rows.count; r++) {
        low[r]! -= constantOff[r]!;
        high[r]! += constantOff[r]!;
      }
      return boundMargin(model, rows, { low, high, meanSize }, winner);
    };
  }

  /** The score of a key and its error. */
  private score(self: CheckToken, key: CheckToken, h: number): { score: number; off: number } {
    const { size } = this.model;
    let score = 0;
    let off = 0;
    for (let o = h * size; o < (h + 1) * size; o++) {
      const [q, k] = [self.query.x[o]!, key.key.x[o]!];
      const [dq, dk] = [self.query.off[o]! + 2 * UNIT * Math.abs(q), key.key.off[o]!];
      score += q * k;
      off += dq * Math.abs(k) + dk * (Math.abs(q) + dq) + growth(size + 1) * Math.abs(q * k);
    }
    return { score: score / Math.sqrt(size), off: (1.02 * off) / Math.sqrt(size) };
  }

  /** What free keys can do to every row, measured from a point amid the known keys. */
  private gatherFree(
    known: readonly SeenKey[],
    pairs: readonly [SeenKey, SeenKey][],
    h: number,
  ): FreePull {
    const { count } = this.rows;
    const total = known.reduce((sum, { weight }) => sum + weight, 0);
    const from = new Float64Array(count);
    for (const { weight, pulls } of known) {
      for (let r = 0; r < count; r++) from[r]! += (weight / total) * pulls[r]!;
    }
    const up = new Float64Array(count);
    const down = new Float64Array(count);
    let whole = 0;
    let light = 0;
    let off = 0;
    for (const pair of pairs) {
      const heaviest = Math.max(pair[0].weight, pair[1].weight);
      whole += heaviest;
      off = Math.max(off, pair[0].off, pair[1].off);
      if (heaviest < NEGLIGIBLE * total) {
        light += heaviest;
        continue;
      }
      const [none, one] = pair;
      for (let r = 0; r < count; r++) {
        const a = none.weight * (none.pulls[r]! - from[r]!);
        const b = one.weight * (one.pulls[r]! - from[r]!);
        up[r]! += Math.max(a, b, 0);
        down[r]! += Math.min(a, b, 0);
      }
    }
    for (let r = 0; r < count; r++) {
      up[r]! += light * Math.max(0, this.highest[h]![r]! - from[r]!);
      down[r]! += light * Math.min(0, this.lowest[h]![r]! - from[r]!);
    }
    return { from, up, down, weight: whole, off };
  }
}

/** A relative error where the whole, which it is a share of, may be as far off. */
function shareOf(error: number): number {
  return error < 0.5 ? error / (1 - error) : Infinity;
}

/** Adds one head's interval to every row. */
function addHead(
  keys: readonly SeenKey[],
  free: FreePull,
  common: number,
  low: Float64Array,
  high: Float64Array,
): void {
  let total = 0;
  let knownOff = 0;
  for (const { weight, off } of keys) {
    total += weight;
    knownOff = Math.max(knownOff, off);
  }
  // rounding may make the free keys heavier, and the known ones pull from where these have moved them
  const most = (1 + 2 * (free.off + knownOff + common)) / total;
  for (let r = 0; r < low.length; r++) {
    let centre = 0;
    for (const { weight, pulls } of keys) centre += weight * pulls[r]!;
    centre /= total;
    let off = common * Math.abs(centre);
    for (const { weight, off: relative, pulls } of keys) {
      off += (weight / total) * relative * Math.abs(pulls[r]! - centre);
    }
    const away = (free.from[r]! - centre) * free.weight;
    low[r]! += centre - 1.02 * off + most * (free.down[r]! + Math.min(0, away));
    high[r]! += centre + 1.02 * off + most * (free.up[r]! + Math.max(0, away));
  }
}
