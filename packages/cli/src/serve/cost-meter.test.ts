import { expect, it } from 'vitest';
import { createCostMeter, type WorkKind } from './cost-meter.js';

const best: WorkKind = { model: 'a', choice: null, width: 8, height: 8 };
const given = new Int32Array(0);
const sampling = { temperature: 1, seed: 1 };
const sample: WorkKind = { ...best, choice: { sampling, given, wantsLogProbs: false } };
const logits: WorkKind = { ...best, choice: { sampling, given, wantsLogProbs: true } };
const cellsOf = ({ width, height }: WorkKind): number => width * height;

it('charges a board what boards of its kind took, by its size', () => {
  const meter = createCostMeter(cellsOf);
  expect(meter.expect(best)).toBe(meter.expect(sample));
  for (let k = 0; k < 5; k++) {
    meter.learn(best, 4, 0.008);
    meter.learn(sample, 1, 0.004);
    meter.learn(logits, 1, 0.1);
  }
  expect(meter.expect(best)).toBeCloseTo(2);
  expect(meter.expect({ ...best, width: 16 })).toBeCloseTo(4);
  expect(meter.expect(sample)).toBeCloseTo(4);
  expect(meter.expect(logits)).toBeCloseTo(100);
});

it('leaves a single hiccup out, and follows when the machine becomes slower', () => {
  const meter = createCostMeter(cellsOf);
  for (const seconds of [0.6, 0.001, 0.001, 0.001, 0.6]) meter.learn(best, 1, seconds);
  expect(meter.expect(best)).toBeCloseTo(1);
  for (let k = 0; k < 30; k++) meter.learn(best, 1, 0.1);
  expect(meter.expect(best)).toBeCloseTo(100);
});
