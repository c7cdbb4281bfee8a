/** Rules that are read off fresh pairs of states, by a model and by counting, held against the rules themselves. */

import {
  deriveSeed,
  determineBits,
  drawSize,
  FORM_BITS,
  isSquare,
  openStream,
  ruleOfFormBits,
  topologyOfToken,
  type Rule,
  type RuleForm,
  type SizeRange,
  type Topology,
} from '@lifegpt/core';
import {
  decodeJacobi,
  drawPairs,
  listTopologies,
  readRules,
  type LanguageModel,
  type StatePair,
} from '@lifegpt/model';
import type { SimdLife } from '@lifegpt/simd-life';
import type { CommandContext } from '../context.js';
import { createProgress } from '../terminal/progress.js';

/** What is read, and how much of it. */
export interface RuleTrial {
  readonly rules: readonly Rule[];
  /** The form of the rules, in which they are asked for. */
  readonly form: RuleForm;
  /** Pairs of states in a rule's prompt. */
  readonly pairsPerRule: number;
  /** A sphere is a square of the drawn height. */
  readonly sizes: readonly SizeRange[];
  /** Range of the order parameter p. */
  readonly density: readonly [number, number];
  readonly seed: number;
}

/** How well rules were read. */
export interface ReaderScore {
  /** `counting`, or the model's name. */
  readonly reader: string;
  /** Rules with every bit right that the pairs determine. */
  readonly exactRules: number;
  /** Rules that, open bits taken as 0, step every one of some fresh boards rightly. */
  readonly functionalRules: number;
  /** Bits that the pairs determine and that were read wrongly, or said to be open. */
  readonly wrongBits: number;
  /** Bits that the pairs leave open and that were read as 0 or 1 all the same. */
  readonly claimedBits: number;
  readonly seconds: number;
}

/** All of it. */
export interface RuleScores {
  readonly rules: number;
  readonly pairs: number;
  readonly determinedBits: number;
  readonly openBits: number;
  readonly readers: readonly [counting: ReaderScore, model: ReaderScore];
}

type Bits = readonly (0 | 1 | null)[];

/** Rules whose pairs have one size and topology, and that the model is given at once. */
const RULES_A_KIND = 8;
/** Boards that a rule is stepped on, to see whether it does what the true one does. */
const BOARDS_A_RULE = 8;

/** Rules whose pairs have a size and a topology in common. */
interface Group {
  readonly rules: readonly Rule[];
  readonly index: number;
  readonly width: number;
  readonly height: number;
  readonly topology: Topology;
}

/** Reads every rule off its pairs. @throws InputError when the model reads no rules off such boards. */
export async function scoreRules(
  model: LanguageModel,
  trial: RuleTrial,
  engine: SimdLife,
  { signal, progress: stream }: CommandContext,
): Promise<RuleScores> {
  const { rules, pairsPerRule, form } = trial;
  const progress = createProgress(stream, 'read', rules.length, 'rules');
  const counting = beginScore('counting');
  const reading = beginScore(model.name);
  let determinedBits = 0;
  let done = 0;
  for (const group of listGroups(model, trial)) {
    const { topology } = group;
    const texts = drawGroup(trial, group, 'rule pairs', pairsPerRule, engine);
    const boards = drawGroup(trial, group, 'rule boards', BOARDS_A_RULE, engine);
    const began = performance.now();
    const counted = texts.map((pairs) => countBits(pairs, form, topology));
    const between = performance.now();
    const asked = { decode: decodeJacobi, topology, form, signal };
    const answers = await readRules(model, texts, asked);
    counting.seconds += (between - began) / 1000;
    reading.seconds += (performance.now() - between) / 1000;
    counted.forEach((bits, i) => {
      const steps = (read: Bits): boolean => stepsRightly(read, form, boards[i]!, topology, engine);
      determinedBits += bits.filter((bit) => bit !== null).length;
      addScore(counting, bits, bits, steps);
      addScore(reading, answers.rules[i]!.bits, bits, steps);
    });
    done += counted.length;
    progress.update(done);
  }
  progress.finish();
  return {
    rules: rules.length,
    pairs: rules.length * pairsPerRule,
    determinedBits,
    openBits: FORM_BITS[form] * rules.length - determinedBits,
    readers: [counting, reading],
  };
}

function* listGroups(
  { config: { trained_for: trained } }: LanguageModel,
  { rules, sizes, seed }: RuleTrial,
): Generator<Group> {
  const random = openStream(seed, 'sizes of rules');
  const tokens = listTopologies(trained);
  for (let first = 0, index = 0; first < rules.length; first += RULES_A_KIND, index++) {
    const topology = topologyOfToken(tokens[random.nextInt(tokens.length)]!);
    const { height, width: drawn } = drawSize(sizes, random);
    const width = isSquare(topology) ? height : drawn;
    yield { rules: rules.slice(first, first + RULES_A_KIND), index, width, height, topology };
  }
}

type Score = { -readonly [Field in keyof ReaderScore]: ReaderScore[Field] };

function beginScore(reader: string): Score {
  return { reader, exactRules: 0, functionalRules: 0, wrongBits: 0, claimedBits: 0, seconds: 0 };
}

/** Holds what was read of a rule against what its pairs determine, and against the rule itself. */
function addScore(score: Score, read: Bits, counted: Bits, steps: (read: Bits) => boolean): void {
  const differs = counted.filter((bit, b) => read[b] !== bit);
  const wrong = differs.filter((bit) => bit !== null).length;
  score.wrongBits += wrong;
  score.claimedBits += differs.length - wrong;
  if (wrong === 0) score.exactRules++;
  if (steps(read)) score.functionalRules++;
}

function countBits(pairs: readonly StatePair[], form: RuleForm, topology: Topology): Bits {
  const states = pairs.map(({ before, after }) => [before, after] as const);
  return determineBits(states, form, topology);
}

/** Pairs of states of each rule of a group. */
function drawGroup(
  { density, seed }: RuleTrial,
  { rules, index, width, height, topology }: Group,
  use: string,
  boards: number,
  engine: SimdLife,
): StatePair[][] {
  const own = deriveSeed(seed, use);
  const kind = { seed: own, index, boards, width, height, topology, density };
  return rules.map((rule, i) => drawPairs(engine, { ...kind, first: i * boards, rule }));
}

/** Whether a rule, open bits taken as 0, makes the true next states of boards. */
function stepsRightly(
  bits: Bits,
  form: RuleForm,
  boards: readonly StatePair[],
  topology: Topology,
  engine: SimdLife,
): boolean {
  const read = ruleOfFormBits(form, bits);
  return boards.every(({ before, after }) => {
    const { cells } = engine.step(before, read, 1, topology);
    return cells.every((cell, k) => cell === after.cells[k]);
  });
}
