/** Proves, class by class, that a model by location answers rightly on every board. */

import {
  ANSWER_END,
  ANSWER_START,
  HEADER_END,
  InputError,
  PIECE_VOCABULARY,
  type RuleForm,
  type TopologyToken,
} from '@lifegpt/core';
import type { ModelFolder } from '../folder/model-folder.js';
import { isLocationConfig, type LocationConfig } from '../network/location-config.js';
import { describeRules, listTopologies } from '../network/trained-for.js';
import { type Arithmetic, FLOAT32, LARGEST, REAL } from './arithmetic.js';
import { type BoardClass, listClasses } from './board-class.js';
import { openBounder, type ClassBound, type FormBound } from './bound-class.js';
import { isLess } from './bound-look-up.js';
import { boundEnd, type EndBound } from './end.js';
import { LEAST_SHARPNESS, openLooker, type Look } from './look.js';
import { AXES, FORMS, openOutcomes, type TokenIds } from './outcome.js';
import { boundRounding } from './rounding.js';
import { openWeights } from './weights.js';

/** A class whose answers are bounded. */
export interface BoundClass {
  readonly cells: BoardClass;
  readonly bound: ClassBound;
}

/** The class of a topology whose answers under rules of one form are the least certain. */
export interface Finding extends FormBound {
  readonly cells: BoardClass;
  /** Classes of which nothing is proved. */
  readonly failed: number;
}

/** What is found of a topology. */
export interface TopologyFindings {
  readonly topology: TopologyToken;
  readonly classes: number;
  readonly forms: Readonly<Record<RuleForm, Finding>>;
}

/** What is found of a model. */
export interface Findings {
  readonly topologies: readonly TopologyFindings[];
  readonly end: Readonly<Record<RuleForm, EndBound>>;
  /** The least margin of all that is proved, and what rounding takes from it. */
  readonly margin: number;
  readonly rounding: number;
}

/**
 * A model that can be bounded.
 * @throws InputError when there is no proof for models of its kind
 */
export function checkCertifiable({ name, config, tokenizer }: ModelFolder): LocationConfig {
  const fail = (reason: string): never => {
    throw new InputError(`there is no proof for model ${name}: ${reason}`);
  };
  if (!isLocationConfig(config)) {
    return fail(
      `its tokens stand in a line ("position_scheme": "${config.position_scheme}"), so each size is a case of its own; choose one with attention by location, such as life`,
    );
  }
  if (tokenizer.vocabulary.join('\n') !== PIECE_VOCABULARY.join('\n')) {
    return fail(`its tokens are not ${PIECE_VOCABULARY.join(' ')}, in this order`);
  }
  if (config.attention_sharpness < LEAST_SHARPNESS) {
    return fail(
      `its windows are wide ("attention_sharpness": ${config.attention_sharpness}, as in the first half of a training); they can be bounded from ${LEAST_SHARPNESS} on`,
    );
  }
  if (config.trained_for.rules !== 'all') {
    return fail(
      `it knows ${describeRules(config.trained_for)} alone, and the proof is over all rules; the recipe life trains a model of those`,
    );
  }
  return config;
}

/** Bounds classes of a model. */
export interface Prover {
  readonly config: LocationConfig;
  readonly tokens: TokenIds;
  bound(cells: BoardClass): ClassBound;
  boundEnd(): Readonly<Record<RuleForm, EndBound>>;
}

/** Prepares what all classes share. @throws InputError as `checkCertifiable` */
export function openProver(folder: ModelFolder, arithmetic: Arithmetic = FLOAT32): Prover {
  const config = checkCertifiable(folder);
  const { tokenizer, tensors } = folder;
  const weights = openWeights(config, tensors);
  const [dead, alive, start, end] = ['0', '1', ANSWER_START, ANSWER_END].map(tokenizer.idOf) as [
    number,
    number,
    number,
    number,
  ];
  const tokens = { dead, alive, start, end };
  const looker = openLooker(arithmetic, weights);
  const rounding = boundRounding(arithmetic, weights, tokens);
  const bounder = openBounder({
    arithmetic,
    looker,
    outcomes: openOutcomes(weights, tokens),
    rounding,
    tokens,
    sharpness: Float64Array.from(weights.of('h.2.attn.sharpness').subarray(0, AXES), Math.exp),
  });
  if (!(rounding.largest < LARGEST)) {
    throw new InputError(
      `there is no proof for model ${folder.name}: its numbers may come to ${rounding.largest.toExponential(1)}, and float32 ends at 3e38`,
    );
  }
  const looks = new Map<string, Look>();
  return {
    config,
    tokens,
    bound(cells) {
      const key = `${cells.topology} ${cells.touches.join()}`;
      const markers = [cells.topology, HEADER_END].map(tokenizer.idOf);
      const look = looks.get(key) ?? looker.look(markers, cells.touches);
      looks.set(key, look);
      return bounder.bound(cells, look);
    },
    boundEnd: () => boundEnd(weights, tokens, rounding),
  };
}

/** Classes of all topologies that a model knows. */
export function countClasses({ config }: ModelFolder): number {
  const topologies = listTopologies(config.trained_for);
  return topologies.reduce((sum, topology) => sum + listClasses(topology).length, 0);
}

/**
 * Bounds the answers of all classes, and yields each of them.
 * @param topologies those that the model knows when left out
 * @throws InputError as `checkCertifiable`
 */
export function* proveClasses(
  folder: ModelFolder,
  topologies: readonly TopologyToken[] = listTopologies(folder.config.trained_for),
): Generator<BoundClass, Findings> {
  const prover = openProver(folder);
  const found: TopologyFindings[] = [];
  for (const topology of topologies) {
    const classes = listClasses(topology);
    const least = new Map<RuleForm, Finding>();
    for (const cells of classes) {
      const bound = prover.bound(cells);
      for (const form of FORMS) {
        const own = bound.forms[form];
        const known = least.get(form);
        const failed = (known?.failed ?? 0) + (own.margin > 0 ? 0 : 1);
        const isWorst = known === undefined || isLess(own.margin, known.margin);
        least.set(form, { ...(isWorst ? { ...own, cells } : known), failed });
      }
      yield { cells, bound };
    }
    const forms = Object.fromEntries(least) as TopologyFindings['forms'];
    found.push({ topology, classes: classes.length, forms });
  }
  const end = prover.boundEnd();
  const proved = found.flatMap(({ forms }) =>
    FORMS.filter((form) => forms[form].failed === 0 && end[form].margin > 0).map((form) => ({
      form,
      ...forms[form],
    })),
  );
  if (proved.length === 0) return { topologies: found, end, margin: 0, rounding: 0 };
  const worst = proved.reduce((a, b) => (b.margin < a.margin ? b : a));
  const ends = Math.min(...FORMS.map((form) => end[form].margin).filter((margin) => margin > 0));
  const exact = openProver(folder, REAL).bound(worst.cells).forms[worst.form].margin;
  return {
    topologies: found,
    end,
    margin: Math.min(worst.margin, ends),
    rounding: exact - worst.margin,
  };
}
