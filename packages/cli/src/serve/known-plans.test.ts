import { CONWAY, parseRule, topologyOfToken, TORUS } from '@lifegpt/core';
import { expect, it } from 'vitest';
import { createKnownPlans, keyOfPlan } from './known-plans.js';

it('tells boards of another plan apart, and not those of another rule', () => {
  const size = { width: 8, height: 9 };
  const torus = { rule: CONWAY, topology: TORUS };
  const key = keyOfPlan('life', size, torus);
  expect(keyOfPlan('life', size, { ...torus, rule: parseRule('B36/S23').rule })).toBe(key);
  const others = [
    keyOfPlan('page8', size, torus),
    keyOfPlan('life', { width: 9, height: 8 }, torus),
    keyOfPlan('life', size, { ...torus, topology: topologyOfToken('K') }),
    keyOfPlan('life', size, { ...torus, rule: parseRule('B2n3/S23-q').rule }),
  ];
  expect(new Set([key, ...others]).size).toBe(5);
});

it('forgets the plan that was asked for longest ago', () => {
  const plans = createKnownPlans();
  plans.add('often');
  for (let k = 0; k < 40; k++) {
    plans.add(`${k}`);
    plans.add('often');
  }
  expect(plans.has('often')).toBe(true);
  expect(plans.has('39')).toBe(true);
  expect(plans.has('0')).toBe(false);
});
