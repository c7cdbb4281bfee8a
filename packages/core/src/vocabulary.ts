/** The vocabularies: the paper's characters and bytes, and the pieces of texts whose tokens have coordinates. */

import { HEADER_END, HEADER_START, TOPOLOGY_TOKENS } from './header.js';
import { ANSWER_END, ANSWER_START, PROMPT_START } from './prompt.js';
import {
  NEXT_PAIR,
  OPEN_BIT,
  PAIR_START,
  RULE_END,
  RULE_START,
  TABLE_START,
} from './rule-prompt.js';

/** A token each: the states and bits, what is open, the markers of both tasks' texts, and the topologies. */
export const PIECE_VOCABULARY: readonly string[] = [
  '0',
  '1',
  OPEN_BIT,
  HEADER_START,
  PAIR_START,
  HEADER_END,
  ANSWER_START,
  ANSWER_END,
  NEXT_PAIR,
  RULE_START,
  TABLE_START,
  RULE_END,
  ...TOPOLOGY_TOKENS,
];

/** The vocabulary of the paper's format, a character a token (only the characters it uses). */
export const CHARACTER_VOCABULARY: readonly string[] = [
  ...new Set(`01${PROMPT_START}${ANSWER_START}${ANSWER_END}`),
];

/** All bytes as characters (Latin-1): the paper's own vocabulary. */
export const BYTE_VOCABULARY: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  String.fromCharCode(byte),
);
