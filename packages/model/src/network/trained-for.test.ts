import { CONWAY, createGrid, openStream, parseBounds, parseRule, type Rule } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { ruleConfig } from '../test/rule-recipe.js';
import { headerConfig, tinyConfig } from '../test/tiny-model.js';
import { checkConfig } from './config.js';
import {
  checkTask,
  checkTrainedFor,
  drawHeader,
  listTopologies,
  type TrainedFor,
} from './trained-for.js';

const plain = { name: 'plain', config: tinyConfig('border') };
const knowsAll = { name: 'all', config: headerConfig() };
const surfaces = {
  name: 'surfaces',
  config: {
    trained_for: { ...plain.config.trained_for, topologies: ['T', 'P', 'K'] } satisfies TrainedFor,
  },
};
const highLife = parseRule('B36/S23').rule;
const check =
  (model: Parameters<typeof checkTrainedFor>[0], bounds: string, rule: Rule = CONWAY) =>
  () => {
    const { topology, width, height } = parseBounds(bounds);
    checkTrainedFor(model, createGrid(width, height), rule, topology);
  };

describe('checkTrainedFor', () => {
  it('lets a model without a header do its rule on tori', () => {
    expect(check(plain, 'T4,6')).not.toThrow();
    expect(check(plain, 'T4+4,6')).not.toThrow(); // no shift at all
    expect(check(plain, 'P4,6')).toThrow(/plain was trained for tori, not for :P4,6/);
    expect(check(plain, 'T4+2,6')).toThrow(/for tori, not for :T4\+2,6/);
    expect(check(plain, 'T4,6', highLife)).toThrow(/for rule B3\/S23, not B36\/S23/);
    expect(check(plain, 'T4,6', parseRule('B3/S23H').rule)).toThrow(/B3\/S23, not MAP/);
    expect(check(plain, 'T7,6')).toThrow(/for sides 1 to 6, but the grid is 7x6/);
  });

  it('lets a model with a header do what it names', () => {
    for (const bounds of ['T4,6', 'P4,6', 'K4*,6', 'K4,6*', 'C4,6', 'S4']) {
      expect(check(knowsAll, bounds, highLife)).not.toThrow();
    }
    expect(check(knowsAll, 'T4,6', parseRule('B2n3/S23-q').rule)).toThrow(/not B2n3\/S23-q/);
    for (const bounds of ['T4,6', 'P4,6', 'K4,6*']) expect(check(surfaces, bounds)).not.toThrow();
    expect(check(surfaces, 'K4*,6')).toThrow(
      /for tori, planes and Klein bottles \(:K8,8\*\), not for :K4\*,6/,
    );
    expect(check(surfaces, 'T4,6', highLife)).toThrow(/for rule B3\/S23/);
    expect(check(knowsAll, 'K4*+1,6')).toThrow(/not for :K4\*\+1,6/);
  });
});

describe('drawHeader', () => {
  it('draws from all that a model knows', () => {
    const random = openStream(1, 'test');
    const drawn = Array.from({ length: 200 }, () =>
      drawHeader(knowsAll.config.trained_for, random),
    );
    expect(new Set(drawn.map(({ topology }) => JSON.stringify(topology))).size).toBe(6);
    expect(new Set(drawn.map(({ rule }) => JSON.stringify(rule))).size).toBeGreaterThan(190);
    const only = Array.from({ length: 9 }, () => drawHeader(plain.config.trained_for, random));
    expect(new Set(only.map((header) => JSON.stringify(header))).size).toBe(1);
    expect(only[0]).toEqual({ rule: CONWAY, topology: { kind: 'torus' } });
  });
});

describe('the configuration of a model with a header', () => {
  it('is checked', () => {
    const { config } = knowsAll;
    expect(checkConfig(config, 'c.json')).toEqual(config);
    expect(listTopologies(config.trained_for)).toHaveLength(6);
    const fails = (change: object): (() => unknown) => {
      return () => checkConfig({ ...config, ...change }, 'c.json');
    };
    expect(fails({ n_layer: 1 })).toThrow(/"n_layer" is 1; expected at least 2 with a header/);
    expect(fails({ header: 'yes' })).toThrow(/"header" is "yes"/);
    expect(fails({ header: false })).toThrow(/"trained_for" .* expected one rule on tori/);
    expect(fails({ position_scheme: 'rope' })).toThrow(/"header" is true/);
    const trained = config.trained_for;
    expect(fails({ trained_for: { ...trained, topologies: ['Q'] } })).toThrow(
      /"topologies": \["T"/,
    );
    expect(fails({ trained_for: { ...trained, topologies: [] } })).toThrow(/trained_for/);
    expect(fails({ trained_for: { ...trained, rules: 'some' } })).toThrow(/trained_for/);
  });
});

describe('a model that infers rules', () => {
  const inverse = { name: 'inverse', config: ruleConfig };

  it('is refused where next states are wanted, and others where rules are', () => {
    expect(() => checkTask(inverse, 'infer-rule')).not.toThrow();
    expect(() => checkTask(plain, 'next-state')).not.toThrow();
    expect(check(inverse, 'T4,4')).toThrow(
      /inverse reads rules .* lifegpt infer-rule --rule-model/,
    );
    expect(() => checkTask(plain, 'infer-rule')).toThrow(/plain writes next states/);
  });

  it('needs border positions for 18 bits, two layers, all rules, and no header', () => {
    expect(checkConfig(ruleConfig, 'c.json')).toEqual(ruleConfig);
    const fails = (change: object): (() => unknown) => {
      return () => checkConfig({ ...ruleConfig, ...change }, 'c.json');
    };
    expect(fails({ task: 'guess' })).toThrow(/"task" is "guess"; expected "next-state"/);
    expect(fails({ n_positions: 17 })).toThrow(/"n_positions" is 17; expected at least 18/);
    expect(fails({ n_layer: 1 })).toThrow(/"n_layer" is 1; expected at least 2/);
    expect(fails({ header: true })).toThrow(/"header" is true; expected false/);
    expect(fails({ position_scheme: 'rope' })).toThrow(/"position_scheme" is "rope"/);
    const trained = ruleConfig.trained_for;
    for (const change of [{ rules: undefined }, { topologies: ['T', 'P'] }, { sides: [4, 3] }]) {
      expect(fails({ trained_for: { ...trained, ...change } })).toThrow(
        /"trained_for" .* expected {"rule": "B3\/S23", "rules": "all"/,
      );
    }
  });
});
