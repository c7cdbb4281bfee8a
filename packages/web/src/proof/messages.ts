/** What the worker that proves tells the page. */

import type { RuleForm, TopologyToken } from '@lifegpt/core';
import type { ClassForms } from './cell-class.js';

/** A class of cells with its least margins, in nats. */
export interface ProvedClass {
  readonly topology: TopologyToken;
  readonly distances: ClassForms;
  readonly margins: Readonly<Record<RuleForm, number>>;
}

/** A proof that came to its end. */
export interface Proof {
  /** What is proved, a sentence each; empty where nothing is. */
  readonly claim: readonly string[];
  /** The least margins of each topology: under rules of B/S notation, and under tables. */
  readonly topologies: readonly {
    readonly topology: TopologyToken;
    readonly classes: number;
    readonly counts: number;
    readonly table: number;
  }[];
  readonly classes: readonly ProvedClass[];
  readonly seconds: number;
}

/** What is told. */
export type ProofMessage =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | ({ readonly kind: 'proof' } & Proof)
  | { readonly kind: 'failure'; readonly reason: string };
