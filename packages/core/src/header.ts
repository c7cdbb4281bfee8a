/**
 * The header of a prompt: the rule and the topology that a board is to be stepped with, in Golly's notation,
 *
 *     @PredictNextState{B36/S23:K12,7*}<0101…> [
 *
 * and its 21 tokens: the marker before it, 18 bits of the rule (born with 0..8 neighbours, then surviving
 * with 0..8), the topology, the marker behind it. A bit is `B3` where it is set and `b3` where not: as each bit has tokens
 * of its own, attention can carry all 18 at once. The sizes are no tokens: a model sees them in the distances to the borders.
 */

import { InputError } from './input-error.js';
import type { LifeRule } from './rule.js';
import { listRuleBits, RULE_BITS } from './rule-bits.js';
import type { Tokenizer } from './tokenizer.js';
import { TORUS, type Topology } from './topology.js';

/** What a header says beside the size. */
export interface PromptHeader {
  readonly rule: LifeRule;
  readonly topology: Topology;
}

/** Opens a prompt that has a header. */
export const HEADER_START = '@PredictNextState{';
/** Closes the header, and is the bracket before the state. */
export const HEADER_END = '}<';
/** Tokens of a header, both markers included. */
export const HEADER_TOKENS = RULE_BITS + 3;
/** Index of the first bit of the rule among them. */
export const FIRST_RULE_BIT = 1;

/**
 * The topologies that a header can name, in Golly's letters. A Klein bottle has two: `K*` joins top and bottom
 * reversed, as in `:K12*,7`, and `K` left and right, as in `:K12,7*`.
 */
export const TOPOLOGY_TOKENS = ['T', 'P', 'K*', 'K', 'C', 'S'] as const;
/** One of `TOPOLOGY_TOKENS`. */
export type TopologyToken = (typeof TOPOLOGY_TOKENS)[number];

const TOPOLOGIES: Readonly<Record<TopologyToken, Topology>> = {
  T: TORUS,
  P: { kind: 'plane' },
  'K*': { kind: 'klein-bottle', twisted: 'horizontal' },
  K: { kind: 'klein-bottle', twisted: 'vertical' },
  C: { kind: 'cross-surface' },
  S: { kind: 'sphere' },
};

/** The tokens of the bits of a rule, unset and set, in the order of `listRuleBits`. */
export const RULE_TOKENS: readonly (readonly [unset: string, set: string])[] = Array.from(
  { length: RULE_BITS },
  (_, bit) => {
    const count = bit % (RULE_BITS / 2);
    return bit < RULE_BITS / 2 ? [`b${count}`, `B${count}`] : [`s${count}`, `S${count}`];
  },
);

/** The topology that a token names. */
export function topologyOfToken(token: TopologyToken): Topology {
  return TOPOLOGIES[token];
}

/** The token of a topology; null where the borders are shifted, for which there is none. */
export function tokenOfTopology(topology: Topology): TopologyToken | null {
  switch (topology.kind) {
    case 'torus':
      return (topology.horizontalShift ?? 0) === 0 && (topology.verticalShift ?? 0) === 0
        ? 'T'
        : null;
    case 'plane':
      return 'P';
    case 'klein-bottle':
      if (topology.isShifted === true) return null;
      return topology.twisted === 'horizontal' ? 'K*' : 'K';
    case 'cross-surface':
      return 'C';
    case 'sphere':
      return 'S';
  }
}

/** Whether a model with these tokens reads headers. */
export function readsHeaders({ vocabulary }: Tokenizer): boolean {
  return vocabulary.includes(HEADER_START);
}

/**
 * The tokens of a header, `[21]`.
 * @throws InputError when the topology has no token
 */
export function encodeHeader(tokenizer: Tokenizer, { rule, topology }: PromptHeader): Int32Array {
  const token = tokenOfTopology(topology);
  if (token === null) {
    throw new InputError(
      `a header cannot name borders that are shifted against each other; choose one of ${TOPOLOGY_TOKENS.join(', ')}`,
    );
  }
  const bits = listRuleBits(rule).map((bit, i) => tokenizer.idOf(RULE_TOKENS[i]![bit]));
  const [start, end] = [HEADER_START, HEADER_END].map((piece) => tokenizer.idOf(piece));
  return Int32Array.of(start!, ...bits, tokenizer.idOf(token), end!);
}
