/**
 * The header of a prompt: the rule and the topology that a board is to be stepped with, in Golly's notation,
 *
 *     @PredictNextState{B36/S23:K12,7*}<0101…> [
 *
 * and its tokens: the marker before it, the topology, the rule's bits, the marker behind it. A rule comes in one of two
 * forms: the 18 bits of B/S notation (born with 0..8 neighbours, then surviving with 0..8), or the 512 bits of any rule of
 * the 3x3 neighbourhood (Golly's MAP). A bit is the token `0` or `1`; which one it is, and the board's sides, are no
 * tokens: a model sees them in coordinates (`coordinates.ts`). A prompt without a header means B3/S23 on a torus.
 */

import { InputError } from './input-error.js';
import { CONWAY, type LifeRule, type Rule, type TableRule } from './rule.js';
import { listRuleBits, RULE_BITS, ruleOfBits } from './rule-bits.js';
import { isTableRule } from './rules/rule-table.js';
import type { Tokenizer } from './tokenizer.js';
import { formatBounds, TORUS, type Topology } from './topology.js';

/** What a header says beside the size. */
export interface PromptHeader {
  readonly rule: Rule;
  readonly topology: Topology;
}

/** What a prompt without a header means. */
export const DEFAULT_HEADER: PromptHeader = { rule: CONWAY, topology: TORUS };

/** Opens a prompt that has a header. */
export const HEADER_START = '@PredictNextState{';
/** Closes the header, and is the bracket before the state. */
export const HEADER_END = '}<';
/** The tokens of a header that are no bits: both markers, and the topology. */
export const HEADER_MARKERS = 3;

/** How a rule is written: the counts of B/S notation, or a table of all neighbourhoods. */
export type RuleForm = 'counts' | 'table';
/** Bits of a rule in each form. */
export const FORM_BITS: Readonly<Record<RuleForm, number>> = { counts: RULE_BITS, table: 512 };

/** The form of a rule. */
export function formOfRule(rule: Rule): RuleForm {
  return isTableRule(rule) ? 'table' : 'counts';
}

/** The bits of a rule in its form, `[18]` or `[512]`. */
export function listFormBits(rule: Rule): ArrayLike<number> {
  return isTableRule(rule) ? rule.table : listRuleBits(rule);
}

/** The rule of such bits; open ones, null, count as 0. */
export function ruleOfFormBits(form: 'counts', bits: readonly (number | null)[]): LifeRule;
export function ruleOfFormBits(form: 'table', bits: readonly (number | null)[]): TableRule;
export function ruleOfFormBits(form: RuleForm, bits: readonly (number | null)[]): Rule;
export function ruleOfFormBits(form: RuleForm, bits: readonly (number | null)[]): Rule {
  return form === 'counts' ? ruleOfBits(bits) : { table: Uint8Array.from(bits, (bit) => bit ?? 0) };
}

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

/** The topology that a token names. */
export function topologyOfToken(token: TopologyToken): Topology {
  return TOPOLOGIES[token];
}

/** The token of a topology; null where there is none: for shifted borders, and for topologies that models do not know. */
export function tokenOfTopology(topology: Topology): TopologyToken | null {
  return TOKENS.get(formatBounds({ topology, ...ANY_SIZE })) ?? null;
}

const ANY_SIZE = { width: 4, height: 4 };
const TOKENS: ReadonlyMap<string, TopologyToken> = new Map(
  TOPOLOGY_TOKENS.map((token) => [
    formatBounds({ topology: TOPOLOGIES[token], ...ANY_SIZE }),
    token,
  ]),
);

/** Whether a model with these tokens reads headers. */
export function readsHeaders({ vocabulary }: Tokenizer): boolean {
  return vocabulary.includes(HEADER_START);
}

/**
 * The id of a topology's token.
 * @throws InputError when the topology has no token
 */
export function encodeTopology(tokenizer: Tokenizer, topology: Topology): number {
  const token = tokenOfTopology(topology);
  if (token === null) {
    throw new InputError(
      `a header cannot name borders that are shifted against each other; choose one of ${TOPOLOGY_TOKENS.join(', ')}`,
    );
  }
  return tokenizer.idOf(token);
}

/**
 * The tokens of a header, `[21]` or `[515]`.
 * @throws InputError when the topology has no token
 */
export function encodeHeader(tokenizer: Tokenizer, { rule, topology }: PromptHeader): Int32Array {
  const bitTokens = [tokenizer.idOf('0'), tokenizer.idOf('1')];
  return Int32Array.from([
    tokenizer.idOf(HEADER_START),
    encodeTopology(tokenizer, topology),
    ...Array.from(listFormBits(rule), (bit) => bitTokens[bit]!),
    tokenizer.idOf(HEADER_END),
  ]);
}
