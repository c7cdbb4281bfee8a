import { CONWAY, createGrid, openStream, parseBounds, parseRule, type Rule } from '@lifegpt/core';
import { describe, expect, it } from 'vitest';
import { lineConfig, locationConfig } from '../../test/tiny-model.js';
import { checkConfig } from './config.js';
import {
  checkInfersRules,
  checkTrainedFor,
  defaultHeader,
  describeRules,
  drawHeader,
  knowsTopology,
  listTopologies,
  type TrainedFor,
} from './trained-for.js';

const plain = { name: 'plain', config: lineConfig('learned') };
const knowsAll = { name: 'all', config: locationConfig };
const surfaces = {
  name: 'surfaces',
  config: {
    position_scheme: 'location',
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

describe('knowsTopology', () => {
  it('asks for the given topology, whatever else comes with a size', () => {
    const { topology: shifted, ...size } = parseBounds('T4+2,6');
    const { trained_for: tori } = plain.config;
    expect(knowsTopology(tori, shifted, size)).toBe(false);
    expect(knowsTopology(tori, shifted, parseBounds('T4,6'))).toBe(false);
    expect(knowsTopology(tori, parseBounds('T4+4,6').topology, size)).toBe(true);
  });
});

describe('checkTrainedFor', () => {
  it('lets a model without a header do its rule on tori', () => {
    expect(check(plain, 'T4,6')).not.toThrow();
    expect(check(plain, 'T4+4,6')).not.toThrow(); // no shift at all
    expect(check(plain, 'P4,6')).toThrow(/plain was trained for tori, not for :P4,6/);
    expect(check(plain, 'T4+2,6')).toThrow(/for tori, not for :T4\+2,6/);
    expect(check(plain, 'T4,6', highLife)).toThrow(/for rule B3\/S23, not B36\/S23/);
    expect(check(plain, 'T4,6', parseRule('B3/S23H').rule)).toThrow(/B3\/S23, not MAP/);
    expect(check(plain, 'T7,6')).toThrow(
      /for sides from 1 to 6, but the board is 7x6.*such as life/,
    );
  });

  it('lets a model with a header do what it names', () => {
    for (const bounds of ['T4,6', 'P4,6', 'K4*,6', 'K4,6*', 'C4,6', 'S4']) {
      expect(check(knowsAll, bounds, highLife)).not.toThrow();
    }
    expect(check(knowsAll, 'T4,6', parseRule('B2n3/S23-q').rule)).not.toThrow();
    for (const size of ['T1,1', 'P65536,1', 'K1,300*']) expect(check(knowsAll, size)).not.toThrow();
    for (const bounds of ['T4,6', 'P4,6', 'K4,6*']) expect(check(surfaces, bounds)).not.toThrow();
    expect(check(surfaces, 'K4*,6')).toThrow(
      /for tori, planes and Klein bottles \(:K8,8\*\), not for :K4\*,6/,
    );
    expect(check(surfaces, 'T4,6', highLife)).toThrow(/for rule B3\/S23/);
    expect(check(knowsAll, 'K4*+1,6')).toThrow(/not for :K4\*\+1,6/);
  });
});

describe('a model that was trained for life-like rules', () => {
  const trained = { ...knowsAll.config.trained_for, rules: 'life-like' } satisfies TrainedFor;
  const counts = { name: 'counts', config: { ...locationConfig, trained_for: trained } };

  it('knows those alone, and says so', () => {
    checkConfig(counts.config, 'config.json');
    expect(check(counts, 'T4,6', highLife)).not.toThrow();
    expect(check(counts, 'T4,6', parseRule('B2n3/S23-q').rule)).toThrow(
      /counts was trained for any life-like rule, not B2n3/,
    );
    expect(describeRules(trained)).toBe('any life-like rule');
    const rules = Array.from({ length: 20 }, (_, n) => drawHeader(trained, openStream(n, 'rules')));
    expect(new Set(rules.map(({ rule }) => JSON.stringify(rule))).size).toBe(20);
  });

  it('means the first topology that it knows, where it knows no torus', () => {
    expect(defaultHeader(trained).topology).toEqual({ kind: 'torus' });
    expect(defaultHeader({ ...trained, topologies: ['P', 'S'] }).topology).toEqual({
      kind: 'plane',
    });
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

describe('the configuration of a model with attention by location', () => {
  it('is checked', () => {
    const { config } = knowsAll;
    expect(checkConfig(config, 'c.json')).toEqual(config);
    expect(listTopologies(config.trained_for)).toHaveLength(6);
    const fails = (change: object): (() => unknown) => {
      return () => checkConfig({ ...config, ...change }, 'c.json');
    };
    expect(fails({ n_layer: 1 })).toThrow(/"n_layer" is 1; expected 3/);
    expect(fails({ n_head: 2147483648 })).toThrow(/"n_head" is 2147483648; expected/);
    expect(fails({ n_embd: 10 })).toThrow(/"n_embd" is 10; expected a multiple of 4/);
    expect(fails({ attention_sharpness: 0 })).toThrow(/"attention_sharpness" is 0/);
    expect(fails({ position_scheme: 'rope' })).toThrow(/no field "attention_sharpness"/);
    expect(fails({ n_position: 9 })).toThrow(/c.json: there is no field "n_position"/);
    const { attention_sharpness: _, ...rest } = config;
    expect(() => checkConfig(rest, 'c.json')).toThrow(/"attention_sharpness" is missing/);
    const trained = config.trained_for;
    expect(fails({ trained_for: { ...trained, rulez: 'all' } })).toThrow(
      /no field "trained_for.rulez"; did you mean "rule"/,
    );
    expect(fails({ trained_for: { ...trained, topologies: ['Q'] } })).toThrow(
      /"topologies": \["T"/,
    );
    expect(fails({ trained_for: { ...trained, topologies: [] } })).toThrow(/trained_for/);
    expect(fails({ trained_for: { ...trained, rules: 'some' } })).toThrow(/trained_for/);
  });

  it('is told from those of earlier versions', () => {
    expect(() => checkConfig({ ...plain.config, position_scheme: 'border' }, 'old.json')).toThrow(
      /old.json: "position_scheme" is "border"; expected "location": .* LifeGPT 0.1 alone/,
    );
  });
});

describe('checkInfersRules', () => {
  it('lets models with attention by location be asked for rules, and no others', () => {
    expect(() => checkInfersRules(knowsAll)).not.toThrow();
    expect(() => checkInfersRules(plain)).toThrow(/plain writes next states and reads no rules/);
  });
});
